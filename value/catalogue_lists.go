package value

// Those without run are the machine's own, over each item of a list: the checker makes them.
var listFunctions = []function{
	{sig: "map(list list, expression any) list", usage: "map(list, .field)", doc: "a list of what the expression gives for each item", example: "map(posts, .title)", gives: `["Hills","Alps","Lakes"]`, absent: "[]", closure: true, secrets: passes},
	{sig: "filter(list list, test condition) list", usage: "filter(list, .field == 1)", doc: "the items for which the condition holds", example: "map(filter(posts, .likes > 3), .title)", gives: `["Alps"]`, absent: "[]", closure: true, secrets: passes},
	{sig: "find(list list, test condition) any", usage: "find(list, .id == 1)", doc: "the first item for which it holds, or nil", example: `find(posts, .title == "Alps").likes`, gives: "5", closure: true, secrets: passes},
	{sig: "findLast(list list, test condition) any", usage: "findLast(list, .id == 1)", doc: "the last item for which it holds, or nil", example: "findLast(posts, .likes == 3).title", gives: `"Lakes"`, closure: true, secrets: passes},
	{sig: "findIndex(list list, test condition) int", usage: "findIndex(list, .id == 1)", doc: "the place of the first such item, from 0, or nil", example: `findIndex(posts, .title == "Alps")`, gives: "1", closure: true, secrets: judges},
	{sig: "findLastIndex(list list, test condition) int", usage: "findLastIndex(list, .id == 1)", doc: "the place of the last such item, or nil", example: "findLastIndex(posts, .likes == 3)", gives: "2", closure: true, secrets: judges},
	{sig: "count(list list, test? condition) int", usage: "count(list, .done)", doc: "how many items there are, or for how many it holds", example: "count(posts, .likes > 3)", gives: "1", absent: "0", closure: true, secrets: judges},
	{sig: "sum(list list, expression? any) number", usage: "sum(list, .price)", doc: "the sum of the items, or of what the expression gives; what is no number counts nothing", example: "sum(posts, .likes)", gives: "11", absent: "0", closure: true},
	{sig: "all(list list, test condition) bool", usage: "all(list, .done)", doc: "whether it holds for all", example: "all(posts, .likes > 3)", gives: "false", absent: "true", closure: true, secrets: judges},
	{sig: "any(list list, test condition) bool", usage: "any(list, .done)", doc: "whether it holds for at least one", example: "any(posts, .likes > 3)", gives: "true", absent: "false", closure: true, secrets: judges},
	{sig: "none(list list, test condition) bool", usage: "none(list, .done)", doc: "whether it holds for none", example: "none(posts, .likes > 9)", gives: "true", absent: "true", closure: true, secrets: judges},
	{sig: "one(list list, test condition) bool", usage: "one(list, .done)", doc: "whether it holds for exactly one", example: "one(posts, .likes > 3)", gives: "true", absent: "false", closure: true, secrets: judges},
	{sig: "sortBy(list list, expression any, order? text) list", usage: `sortBy(list, .name, "desc")`, doc: "the list sorted by what the expression gives; nil comes last", example: "map(sortBy(posts, .title), .title)", gives: `["Alps","Hills","Lakes"]`, absent: "[]", closure: true, secrets: passes},
	{sig: "groupBy(list list, expression any) list", usage: "groupBy(list, .kind)", doc: "for each value that the expression gives, an object with that key and its items", example: "map(groupBy(posts, .kind), .key + ' ' + count(.items))",
		gives: `["walk 2","climb 1"]`, absent: "[]", closure: true, secrets: passes},
	{sig: "reduce(list list, expression any, start any) any", usage: "reduce(list, #acc + #, 0)", doc: "one value made of all items: #acc is what was made so far", example: "reduce(posts, #acc + .likes, 0)", gives: "11", absent: "0", closure: true},
	{sig: "sort(list list, order? text) list", usage: `sort(list, "desc")`, doc: "the items in order; nil comes last", example: `sort([3, 1, 2], "desc")`, gives: "[3,2,1]", absent: "[]", result: first, run: sortFn, secrets: passes},
	{sig: "first(list items) any", doc: "the first item of a list or letter of a text, or nil", example: "first(posts).title", gives: `"Hills"`, result: firstItem, run: firstFn, secrets: passes},
	{sig: "last(list items) any", doc: "the last item of a list or letter of a text, or nil", example: "last(posts).title", gives: `"Lakes"`, result: firstItem, run: lastFn, secrets: passes},
	{sig: "reverse(list list) list", doc: "the items from last to first", example: "reverse([1, 2, 3])", gives: "[3,2,1]", absent: "[]", result: first, run: reverseFn, secrets: passes},
	{sig: "unique(list list) list", doc: "each item once, in the order in which they come", example: "unique(map(posts, .likes))", gives: "[3,5]", absent: "[]", result: first, run: uniqueFn, secrets: passes, deep: true},
	{sig: "len(items items) int", doc: "how many letters, items or fields there are", example: `len("Ada")`, gives: "3", absent: "0", run: lenFn, secrets: counts},
}
