package project

// Keys of the parts of authentication.
var (
	refreshKeys   = []string{"call", "with", "token", "update", "expired", "rejected", "transient", "misconfigured", "notYet", "permissionLooksExpired", "rotation", "mode"}
	logOutKeys    = []string{"call", "with", "token", "done"}
	meKeys        = []string{"call", "with", "uid", "user", "afterRefresh"}
	probeKeys     = []string{"call", "with", "when", "guest"}
	providerKeys  = []string{"issuer", "clientId", "clientSecret", "scopes", "params", "token", "uid", "user"}
	placementKeys = []string{"header", "format", "query", "cookie"}
)

func authSchema() node {
	landing := node{"type": "array", "minItems": 1, "items": mapping("", []string{"when", "page"}, node{"when": rule("Who lands there; the last rule has none."), "page": oneText("A page.")}, "page")}
	return mapping("authentication", authKeys, node{"enabled": usually(yesNo("People log in."), true), "type": usually(oneWord("Against your own backend.", "custom"), "custom"),
		"entryPage": oneText("Where logged-out people start."), "loggedInPage": described(node{"anyOf": []any{node{"type": "string"}, landing}}, "Where logged-in people start: a page, or rules of which the first that holds counts."),
		"persistSessions": usually(yesNo("Logins outlast the browser."), true), "userDataType": oneText("Data type of the user data."),
		"token":       placementSchema("Where the token travels in a call; Authorization: Bearer unless it says otherwise."),
		"refresh":     described(refreshSchema(), "How a token is renewed; every call that carries it uses this."),
		"logOut":      described(logOutSchema(), "The call that tells the backend of a log-out."),
		"whenExpired": usually(oneWord("Without a declared refresh: what becomes of a login whose token has expired.", "keep", "logOut"), "keep"),
		"expired":     rule("Without a declared refresh: whether a reply of an ordinary call says that the token has expired; status 401 unless it says otherwise."),
		"roleField":   oneText("Field of the user data whose change makes a new session id."), "pagesRequireAuthentication": usually(yesNo("Pages need a login unless they say otherwise."), false),
		"idle": lengthOf("Logins unused so long end: 30m, 7d."), "absolute": lengthOf("Logins end after so long."),
		"providers": byName(providerSchema(), "Identity providers that people may log in with, by name."),
		"me":        described(meSchema(), "The call that says who a login is, where the reply to the log-in does not."),
		"probe":     described(probeSchema(), "The call that tells an expired token from a guest, for backends that answer both alike."),
		"sliding":   lengthOf("Each use lengthens a login at the backend to so much.")})
}

// rule is a condition, mostly over a reply.
func rule(doc string) node {
	return node{"anyOf": []any{node{"type": "boolean"}, bound()}, "description": doc}
}

func callName() node {
	return node{"type": "string", "pattern": `^[A-Za-z][A-Za-z0-9_-]*\.[A-Za-z][A-Za-z0-9_]*$`, "description": "The call, as group.call."}
}

func withArgs() node { return node{"type": "object", "description": "Its arguments."} }

func placementSchema(doc string) node {
	return described(mapping("", placementKeys, node{"header": oneText("Name of the header."), "format": oneText("What the header holds, with {token} in it once: \"Bearer {token}\"."),
		"query": oneText("Name of the query parameter."), "cookie": oneText("Name of the cookie.")}), doc)
}

func refreshSchema() node {
	update := mapping("", append([]string{"optional"}, sessionFields...), node{"token": oneText("The new token: ${reply.body.accessToken}."), "refreshToken": oneText("The new refresh token, where the backend hands one out."),
		"expiry": oneText("When the token expires: ${jwt(reply.body.accessToken).exp}."), "refreshExpiry": oneText("When the refresh token expires."), "uid": oneText("Whose the login is."),
		"user":     node{"description": "User data."},
		"optional": node{"type": "array", "items": node{"enum": sessionFields[1:]}, "description": "Fields that a reply may lack without anybody being told."}}, "token")
	return mapping("refresh", refreshKeys, node{"call": callName(), "with": withArgs(), "token": placementSchema("Where the refresh token travels besides the arguments."),
		"update": described(update, "What of the reply becomes part of the login; what is absent is kept."), "expired": rule("Whether a reply of an ordinary call says that the token has expired; status 401 unless it says otherwise."),
		"rejected": rule("Whether a reply of the refresh is a definite no."), "transient": rule("Whether it says to try again later."), "misconfigured": rule("Whether it says that the call is set up wrongly: nobody is logged out."),
		"notYet": rule("Whether a new token is refused as being from the future."), "permissionLooksExpired": usually(yesNo("A lack of permission is answered as an expired token is."), false),
		"rotation": usually(oneWord("What the backend does with a refresh token that is used.", "none", "retry-safe", "strict", "unknown"), "unknown"),
		"mode":     oneWord("What a refresh spends: a refresh token that each answer replaces, one that stays, or the token itself while it lives.", string(RefreshRotate), string(RefreshKeep), string(RefreshLive))}, "call", "update")
}

func logOutSchema() node {
	return mapping("logOut", logOutKeys, node{"call": callName(), "with": withArgs(), "token": placementSchema("Where the refresh token travels besides the arguments."),
		"done": rule("Whether a reply says that it has worked.")}, "call")
}

func meSchema() node {
	return mapping("me", meKeys, node{"call": callName(), "with": withArgs(), "uid": oneText("Whose the login is: ${reply.body.id}."), "user": node{"description": "User data: ${reply.body}."},
		"afterRefresh": usually(yesNo("Asked after each refresh as well."), false)}, "call")
}

func probeSchema() node {
	return mapping("probe", probeKeys, node{"call": callName(), "with": withArgs(), "when": rule("Whether a reply of any call looks like a guest's."), "guest": rule("Whether the reply of this call is a guest's.")}, "call")
}

func providerSchema() node {
	return mapping("a provider", providerKeys, node{"issuer": oneText("The provider's address: https://accounts.example.com."), "clientId": oneText("The name under which it knows this app."),
		"clientSecret": node{"type": "string", "pattern": hole, "description": "Of a confidential client: ${env.NAME}, declared with secret: true."},
		"scopes":       node{"type": "array", "items": node{"type": "string"}, "description": "What is asked for besides openid."}, "params": node{"type": "object", "description": "Further parameters of the request, such as prompt."},
		"token": usually(oneWord("What of the answer becomes the token.", ProviderAccessToken, ProviderIDToken), ProviderAccessToken), "uid": oneText("Whose the login is, over claims; claims.sub unless it says otherwise."),
		"user": node{"description": "User data, over claims."}}, "issuer", "clientId")
}
