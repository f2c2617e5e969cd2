package app

import (
	"strings"

	"github.com/usherdev/usher/session"
)

// known are a word by which browsers or systems name themselves and what people call it. The first that is there counts, for most browsers name
// others as well.
type known [][2]string

func (k known) in(agent string) string {
	for _, pair := range k {
		if strings.Contains(agent, pair[0]) {
			return pair[1]
		}
	}
	return ""
}

// deviceOf reads what a browser says of itself. Only words of ours are kept, never its own.
func deviceOf(agent string) session.Device {
	browsers := known{{"Edg", "Edge"}, {"OPR/", "Opera"}, {"SamsungBrowser/", "Samsung Internet"}, {"Vivaldi/", "Vivaldi"}, {"Firefox/", "Firefox"}, {"FxiOS/", "Firefox"},
		{"CriOS/", "Chrome"}, {"Chrome/", "Chrome"}, {"Safari/", "Safari"}, {"curl/", "curl"}}
	systems := known{{"iPhone", "iPhone"}, {"iPad", "iPad"}, {"Android", "Android"}, {"Windows", "Windows"}, {"CrOS", "ChromeOS"}, {"Mac OS X", "macOS"}, {"Linux", "Linux"}}
	return session.Device{Browser: browsers.in(agent), System: systems.in(agent)}
}
