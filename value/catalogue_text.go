package value

import "strings"

var textFunctions = []function{
	{sig: "upper(text text) text", doc: "in capitals", example: `upper("Ärger")`, gives: `"ÄRGER"`, run: onText(strings.ToUpper)},
	{sig: "lower(text text) text", doc: "in small letters", example: `lower("ÄB")`, gives: `"äb"`, run: onText(strings.ToLower)},
	{sig: "trim(text text) text", doc: "without space around", example: `trim("  Ada ")`, gives: `"Ada"`, run: onText(strings.TrimSpace)},
	{sig: "replace(text text, old text, new text) text", doc: "each old replaced by new", example: `replace("a-b-c", "-", " ")`, gives: `"a b c"`, run: replaceFn},
	{sig: "split(text text, separator text) list of text", doc: "the parts of a text", example: `split("a,b", ",")`, gives: `["a","b"]`, absent: "[]", run: splitFn},
	{sig: "join(list list, separator? text) text", doc: "the items as one text", usage: `join(list, ", ")`, example: `join(map(posts, .title), ", ")`, gives: `"Hills, Alps, Lakes"`, absent: `""`,
		run: joinFn, deep: true, writes: true},
	{sig: "initials(name text) text", doc: "the first letters of the first and the last word, in capitals", example: `initials("Ada King Lovelace")`, gives: `"AL"`, run: onText(initials)},
	{sig: "base64(text text) text", doc: "in Base64, as in HTTP Basic", example: `base64("ada:pass")`, gives: `"YWRhOnBhc3M="`, run: onText(base64Text)},
	{sig: "t(key text, values? object) text", doc: "the text of a key in the reader's language, with its placeholders filled in; nil where no language has it", usage: `t("home.greeting", {name: user.name})`,
		example: `t("home.greeting", {name: user.name})`, gives: `"Hello Ada Lovelace"`, run: tFn, deep: true, moves: true},
}
