package value

var numberFunctions = []function{
	{sig: "round(number number, places? int) number", doc: "rounded, to so many places", example: "round(2.567, 1)", gives: "2.6", run: roundFn},
	{sig: "floor(number number) int", doc: "the whole number below", example: "floor(2.7)", gives: "2", run: floorFn},
	{sig: "ceil(number number) int", doc: "the whole number above", example: "ceil(2.1)", gives: "3", run: ceilFn},
	{sig: "abs(number number) number", doc: "without its sign", example: "abs(-3)", gives: "3", result: first, run: absFn},
	{sig: "min(a any, b? any) any", usage: "min(list) or min(a, b)", doc: "the smallest of a list, or of two", example: "min(map(posts, .likes))", gives: "3", result: extremeType, run: minFn, secrets: passes},
	{sig: "max(a any, b? any) any", usage: "max(list) or max(a, b)", doc: "the largest of a list, or of two", example: "max(1, 2.5)", gives: "2.5", absent: "2.5", result: extremeType, run: maxFn, secrets: passes},
}
