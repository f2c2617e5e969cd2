package project

import "slices"

// What an API group and a call say, with the sentences that the schema of calls/*.yaml and the studio show.

// settingProps are what a group says for all its calls, and a call for itself.
var settingProps = []Prop{
	{Name: "doc", Kind: PropText, Literal: true, Group: "About", Doc: "A note for people."},
	{Name: "auth", Kind: PropEnum, Values: []string{"none", "optional", "required"}, Default: "none", Literal: true, Group: "Authentication",
		Doc: "Whether the login's token goes along. A required call is not sent while nobody is logged in."},
	{Name: "headers", Kind: PropValues, Group: "Headers", Doc: "Sent with each call. A value that is nil leaves its header out; the call's own header wins over the group's."},
	{Name: "params", Kind: PropValues, Literal: true, Group: "Variables", Doc: "What each use hands over, by name and type; path, query, headers and body read them."},
	{Name: "timeout", Kind: PropText, Default: "30s", Literal: true, Group: "Time and repetition", Doc: "When a call gives up, with status 0 and a sentence: 100ms to 5m."},
	{Name: "retry", Kind: PropInt, Default: 0, Literal: true, Group: "Time and repetition",
		Doc: "Repetitions after a network fault, a 429 or a 503, within the timeout: 0 to 5. Only of GET, HEAD, PUT and DELETE, and of calls that may be done twice."},
	{Name: "limits", Kind: PropJSON, Literal: true, Group: "Time and repetition", Doc: "Most bytes of a reply, a request body and a file, and most levels of JSON."},
	{Name: "unwrap", Kind: PropText, Literal: true, Group: "Reply", Doc: "Where the payload is: with data, a success's body is what stood below data. Keys with dots between."},
	{Name: "errorMessage", Kind: PropText, Group: "Reply", Doc: "The sentence for people when a call failed. Without it the usual places of a reply are looked through, such as message and error."},
	{Name: "fieldErrors", Kind: PropJSON, Group: "Reply", Doc: "Where a failed reply tells of single fields; each message then stands beside its input."},
	{Name: "onRequest", Kind: PropJSON, Group: "Around each call", Doc: "A flow that runs before a call is sent."},
	{Name: "onResponse", Kind: PropJSON, Group: "Around each call", Doc: "A flow that runs after each reply."},
}

var groupProps = []Prop{
	{Name: "url", Kind: PropText, Required: true, Group: "Address", Doc: "What the paths of the calls are added to. It names the origin to which everything of the group goes."},
	{Name: "token", Kind: PropJSON, Literal: true, Group: "Authentication", Doc: "Where the login's token travels in the calls of this group; else as the authentication settings say."},
	{Name: "secrets", Kind: PropValues, Literal: true, Group: "Secrets", Doc: "Names of secrets that the calls of this group may read, each with the one origin that it is sent to. Values are never in the files."},
	{Name: "cookies", Kind: PropEnum, Values: []string{"drop", "keep"}, Default: "drop", Literal: true, Group: "Authentication",
		Doc: "Whether the backend's cookies are kept in the login, sealed, for their own origin. Browsers never see them."},
	{Name: "clientAddress", Kind: PropText, Literal: true, Group: "Authentication", Doc: "The header in which the person's address goes along, for backends that throttle by address."},
}

var callProps = []Prop{
	{Name: "method", Kind: PropEnum, Values: methods, Default: "GET", Literal: true, Group: "Request", Doc: "What is asked of the backend; any method can carry a body."},
	{Name: "path", Kind: PropText, Group: "Request", Doc: "Added to the group's address; begins with /. A variable fills one segment, or part of one."},
	{Name: "url", Kind: PropText, Group: "Request", Doc: "An address of this call alone. Neither the group's authentication nor its secret headers go there."},
	{Name: "query", Kind: PropValues, Group: "Query", Doc: "What stands behind the ? of the address. A value that is nil leaves its parameter out; a list repeats its name, or is joined by commas."},
	{Name: "json", Kind: PropJSON, Group: "Body", Doc: "A JSON body. Values keep their types and are written by an encoder, so quotes and line breaks do no harm."},
	{Name: "form", Kind: PropValues, Group: "Body", Doc: "A body as HTML forms send it: application/x-www-form-urlencoded."},
	{Name: "multipart", Kind: PropValues, Group: "Body", Doc: "A body of fields and files: multipart/form-data."},
	{Name: "text", Kind: PropText, Group: "Body", Doc: "A body of plain text."},
	{Name: "file", Kind: PropText, Group: "Body", Doc: "The body is the file itself: a variable of the type file."},
	{Name: "reply", Kind: PropText, Literal: true, Group: "Reply", Doc: "The type of the reply's body. A success that is not of this type, or is empty, is a failure."},
	{Name: "replyAs", Kind: PropEnum, Values: []string{"json", "text", "none", "events"}, Literal: true, Group: "Reply",
		Doc: "How the body is read: what is not JSON fails, it is text, it is passed over, or it is a stream of messages."},
	{Name: "idempotent", Kind: PropBool, Default: false, Literal: true, Group: "Time and repetition", Doc: "This POST or PATCH may be done twice, so it may be repeated."},
	{Name: "cache", Kind: PropJSON, Group: "Time and repetition", Doc: "Remembers the replies of a GET for a while, for each login by itself or for everybody."},
	{Name: "redirects", Kind: PropEnum, Values: []string{"refuse", "follow", "files"}, Default: "refuse", Literal: true, Group: "Time and repetition",
		Doc: "Whether a redirect is a reply like another, or is followed: five times at most, without login and secrets; files: a picture or a download is fetched from where the backend keeps it."},
	{Name: "interceptors", Kind: PropEnum, Values: []string{"inherit", "none"}, Default: "inherit", Literal: true, Group: "Around each call", Doc: "Whether the group's flows run around this call too."},
}

// GroupProps are the keys of an API group, but for its calls.
func GroupProps() []Prop { return slices.Concat(groupProps, settingProps) }

// CallProps are the keys of a call.
func CallProps() []Prop { return slices.Concat(callProps, settingProps) }
