package value

var numberFunctions = []function{
	{sig: "round(number number, places? int) number", doc: "rounded, to so many places", example: "round(2.567, 1)", gives: "2.6", run: roundFn},
	{sig: "floor(number number) int", doc: "the whole number below", example: "floor(2.7)", gives: "2", run: floorFn},
	{sig: "ceil(number number) int", doc: "the whole number above", example: "ceil(2.1)", gives: "3", run: ceilFn},
	{sig: "abs(number number) number", doc: "without its sign", example: "abs(-3)", gives: "3", result: first, run: absFn},
	{sig: "clamp(number number, low number, high number) number", doc: "brought between two limits", example: "clamp(12, 0, 10)", gives: "10", result: func(a []info) *Type { return unify(unify(a[0].typ, a[1].typ), a[2].typ) }, run: clampFn},
	{sig: "min(a any, b? any) any", usage: "min(list) or min(a, b)", doc: "the smallest of a list, or of two", example: "min(map(posts, .likes))", gives: "3", result: extremeType, run: minFn, secrets: passes},
	{sig: "max(a any, b? any) any", usage: "max(list) or max(a, b)", doc: "the largest of a list, or of two", example: "max(1, 2.5)", gives: "2.5", absent: "2.5", result: extremeType, run: maxFn, secrets: passes},
	{sig: "formatNumber(number number, places? int) text", doc: "as the reader's language writes it, with so many places, or those it has (six at most)", example: "formatNumber(1234.5, 2)", gives: `"1,234.50"`, run: formatNumberFn, moves: true},
	{sig: "formatPercent(share number, places? int) text", doc: "a share of 1 as per cent, with so many places, or one at most", example: "formatPercent(0.125)", gives: `"12.5%"`, run: formatPercentFn, moves: true},
	{sig: "formatMoney(amount number, currency currency) text", usage: `formatMoney(amount, "EUR")`, doc: "an amount of money, by the code of its currency, with the places that currency has", example: `formatMoney(1234.5, "EUR")`, gives: `"€1,234.50"`, run: formatMoneyFn, moves: true},
	{sig: "formatBytes(bytes number) text", doc: "a number of bytes, in thousands, millions or more", example: "formatBytes(1536000)", gives: `"1.5 MB"`, run: formatBytesFn, moves: true},
}
