package hostile

import "strings"

// Uncarriable returns forty tokens that no header can carry, or that exceed 16 KiB. Most of them begin with fine. (A17)
func Uncarriable(fine string) []string {
	return []string{
		fine + "\r", fine + "\n", fine + "\r\n", "\r\n" + fine, fine + "\r\nX-Admin: 1", fine + "\r\n\r\nGET / HTTP/1.1", "\n", fine + "\n\t folded",
		fine + "\x00", "\x00" + fine, fine[:4] + "\x00" + fine[4:], "\x00",
		fine + "\t", fine + "\x01", fine + "\x08", fine + "\x0b", fine + "\x0c", fine + "\x1b[31m", fine + "\x1f", fine + "\x7f",
		fine + "é", "t\u00f6ken" + fine, fine + "\u0080", fine + "\u0085", fine + "\u00a0", fine + "\u00ad", fine + "\u200b", fine + "\u2028", fine + "\u2029",
		fine + "\ufeff", "\ufeff" + fine, fine + "\uff0e", fine + "\ufffd", fine + "\U0001f511", fine + "\u202e", fine + "\u0130",
		fine + strings.Repeat("x", 16<<10), strings.Repeat("x", 16<<10+1), strings.Repeat("x", 64<<10), strings.Repeat("x", 512<<10),
	}
}
