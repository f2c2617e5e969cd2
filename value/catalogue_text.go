package value

import "strings"

var textFunctions = []function{
	{sig: "upper(text text) text", doc: "in capitals", example: `upper("Ärger")`, gives: `"ÄRGER"`, run: onText(strings.ToUpper)},
	{sig: "lower(text text) text", doc: "in small letters", example: `lower("ÄB")`, gives: `"äb"`, run: onText(strings.ToLower)},
	{sig: "title(text text) text", doc: "each word with a capital to begin with", example: `title("round the lake")`, gives: `"Round The Lake"`, run: onText(titled)},
	{sig: "trim(text text) text", doc: "without space around", example: `trim("  Ada ")`, gives: `"Ada"`, run: onText(strings.TrimSpace)},
	{sig: "replace(text text, old text, new text) text", doc: "each old replaced by new", example: `replace("a-b-c", "-", " ")`, gives: `"a b c"`, run: replaceFn},
	{sig: "split(text text, separator text) list of text", doc: "the parts of a text", example: `split("a,b", ",")`, gives: `["a","b"]`, absent: "[]", run: splitFn},
	{sig: "join(list list, separator? text) text", doc: "the items as one text", usage: `join(list, ", ")`, example: `join(map(posts, .title), ", ")`, gives: `"Hills, Alps, Lakes"`, absent: `""`,
		run: joinFn, deep: true, writes: true},
	{sig: "truncate(text text, length int, end? text) text", doc: "so many letters at most, with … where something is left out, or what end says", example: `truncate("Round the lake", 10)`, gives: `"Round the…"`, run: truncateFn},
	{sig: "padStart(text text, length int, with? text) text", doc: "made so many letters long, by spaces or what with says in front", example: `padStart("7", 3, "0")`, gives: `"007"`, run: padStartFn},
	{sig: "padEnd(text text, length int, with? text) text", doc: "made so many letters long, by spaces or what with says behind", example: `padEnd("7", 3, ".")`, gives: `"7.."`, run: padEndFn},
	{sig: "repeat(text text, times int) text", doc: "the text so many times", example: `repeat("★", 3)`, gives: `"★★★"`, run: repeatFn},
	{sig: "slug(text text) text", doc: "as a piece of an address: small letters and digits without marks, hyphens between", example: `slug("Über den Zwölferkogel!")`, gives: `"uber-den-zwolferkogel"`, run: onText(slug)},
	{sig: "match(text text, pattern pattern) list of text", doc: "what a regular expression (RE2) finds first: the whole, then each group; nil where it finds nothing", example: `match("a-42", "([a-z])-([0-9]+)")`, gives: `["a-42","a","42"]`, run: matchFn},
	{sig: "matchAll(text text, pattern pattern) list of text", doc: "all that a regular expression finds", example: `matchAll("3 hills, 12 lakes", "[0-9]+")`, gives: `["3","12"]`, absent: "[]", run: matchAllFn},
	{sig: "replaceMatches(text text, pattern pattern, new text) text", doc: "each match of a regular expression replaced; $1 is its first group", example: `replaceMatches("2030-01-02", "([0-9]+)-([0-9]+)-([0-9]+)", "$3.$2.$1")`, gives: `"02.01.2030"`, run: replaceMatchesFn},
	{sig: "initials(name text) text", doc: "the first letters of the first and the last word, in capitals", example: `initials("Ada King Lovelace")`, gives: `"AL"`, run: onText(initials)},
	{sig: "base64(text text) text", doc: "in Base64, as in HTTP Basic", example: `base64("ada:pass")`, gives: `"YWRhOnBhc3M="`, run: onText(base64Text)},
	{sig: "plural(number number, forms object) text", usage: `plural(count, {one: "{count} post", other: "{count} posts"})`, doc: "the form that the reader's language takes for a number (zero, one, two, few, many, other), with {count} filled in",
		example: `plural(count(posts), {one: "{count} post", other: "{count} posts"})`, gives: `"3 posts"`, run: pluralFn, deep: true, moves: true},
	{sig: "t(key text, values? object) text", doc: "the text of a key in the reader's language, with its placeholders filled in; nil where no language has it", usage: `t("home.greeting", {name: user.name})`,
		example: `t("home.greeting", {name: user.name})`, gives: `"Hello Ada Lovelace"`, run: tFn, deep: true, moves: true},
}
