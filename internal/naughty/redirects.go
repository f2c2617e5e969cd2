package naughty

// Redirects are addresses that are meant to be taken for a path of ours and to lead elsewhere.
func Redirects() []string {
	host := elsewhere
	slashes := []string{"/", "//", "///", "////", "\\", "\\\\", "/\\", "\\/", "/\t/", "/\n/", "/\r/", "/ /", "\t//", "\n//", " //", "/\x00/", "%2f%2f", "/%2f", "%2f/", "/%5c", "%5c%5c", "%09//", "/%09/", "%0a//", "/%0d/", "%20//", "/.//", "/..//", "/%2e%2e//", "/x/..//", "./\\", ";//", "/;/", "/?//", "?//", "#//", "/\u2044/", "\uff0f\uff0f", "\u2215\u2215", "\u29f8\u29f8", "//\u200b", "//\ufeff", "@", "/@", ".", "/.", ":", "/:", "%40", "%252f%252f"}
	hosts := []string{host, host + "/", host + "/home", "x@" + host, "touristtrail.localhost@" + host, "touristtrail.localhost:8080@" + host, host + "#touristtrail.localhost", host + "?touristtrail.localhost", host + "%00.touristtrail.localhost"}
	var out []string
	for _, before := range slashes {
		for _, h := range hosts {
			out = append(out, before+h)
		}
	}
	schemes := []string{"http:", "https:", "HTTPS:", "hTTp:", "ftp:", "javascript:", "data:text/html,", "vbscript:", "file:", "ws:", "//http:", "/http:", "http://http:", "https:/\\", "ht\ttp:", "\x01https:", " https:", "https%3a", "https&colon;"}
	for _, s := range schemes {
		for _, sl := range []string{"", "/", "//", "\\\\", "/\\", "///"} {
			out = append(out, s+sl+host)
		}
	}
	for _, tail := range []string{"\r\nLocation: https://" + host, "%0d%0aLocation:%20https://" + host, "\nRefresh: 0;url=//" + host, "%0aSet-Cookie:a=b", "\u560aLocation: //" + host, "\x00//" + host} {
		for _, start := range []string{"", "/", "/home", "x", "?", "#"} {
			out = append(out, start+tail)
		}
	}
	for _, other := range []string{"[::1]", "0x7f.1", "2130706433", "127.1", "localhost", "touristtrail.localhost." + host, "touristtrail.localhost" + ".", "ⓒanary.invalid", "canary。invalid", "xn--canary.invalid"} {
		out = append(out, "//"+other, "https://"+other, "/\\"+other, "https:"+other)
	}
	return unique(out)
}

// LogLines would end a line of the log, begin one that nobody wrote, or make a terminal do something.
func LogLines() []string {
	return cross([]string{"%time=2030-01-01T00:00:00Z level=ERROR msg=forged", "x%level=INFO msg=forged user=admin", "\" msg=forged%msg=forged", "%{\"level\":\"ERROR\",\"msg\":\"forged\"}", "x%%\x1b[2Kmsg=forged"},
		[]string{"\n", "\r", "\r\n", "\u2028", "\u2029", "\u0085", "\v", "\f", "\x00", "\x1b[1A\x1b[2K", "\x1b]0;x\x07", "\x9b2K", "\b\b\b\b", "\\n", " "})
}
