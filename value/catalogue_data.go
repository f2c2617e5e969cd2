package value

var dataFunctions = []function{
	{sig: "json(x any) text", doc: "x as JSON text", example: `json({name: "Ada", tags: [1, 2]})`, gives: `"{\"name\":\"Ada\",\"tags\":[1,2]}"`, absent: `"null"`, run: jsonFn, deep: true, writes: true},
	{sig: "fromJson(text text) any", doc: "what the JSON text says, or nil", example: "fromJson('{\"a\": [1, 2]}').a", gives: "[1,2]", run: fromJSONFn},
	{sig: "keys(object object) list of text", doc: "the names of its fields, sorted", example: "keys({b: 1, a: 2})", gives: `["a","b"]`, absent: "[]", run: keysFn, secrets: counts},
	{sig: "values(object object) list", doc: "the values of its fields, in the order of keys", example: "values({b: 1, a: 2})", gives: "[2,1]", absent: "[]", result: valuesType, run: valuesFn, secrets: passes},
	{sig: "entries(object object) list", doc: "its fields as a list of objects with key and value", example: "entries({b: 1})", gives: `[{"key":"b","value":1}]`, absent: "[]", result: entriesType, run: entriesFn, secrets: passes},
	{sig: "merge(a object, b object) object", doc: "the fields of both; where both have one, that of b", example: "merge({a: 1, b: 1}, {b: 2})", gives: `{"a":1,"b":2}`, absent: `{"b":2}`, result: mergedType, run: mergeFn, secrets: passes},
	{sig: "pick(object object, names list) object", doc: "only the fields with these names", example: `pick({a: 1, b: 2}, ["a"])`, gives: `{"a":1}`, result: func([]info) *Type { return AnyType() }, run: pickFn, secrets: passes},
	{sig: "omit(object object, names list) object", doc: "all fields but those with these names", example: `omit({a: 1, b: 2}, ["a"])`, gives: `{"b":2}`, result: func([]info) *Type { return AnyType() }, run: omitFn, secrets: passes},
}

var conversionFunctions = []function{
	{sig: "string(x any) text", doc: "x as text, as it is written everywhere; nil stays nil", example: "string(1234.5)", gives: `"1234.5"`, run: toStringFn, deep: true, writes: true},
	{sig: "int(x any) int", doc: "x as a whole number, or nil", example: `int("12.9")`, gives: "12", run: intFn},
	{sig: "number(x any) number", doc: "x as a number, or nil", example: `number("1.5")`, gives: "1.5", run: numberFn},
	{sig: "bool(x any) bool", doc: "x as true or false (true, 1, yes and on are true), or nil", example: `bool("yes")`, gives: "true", run: boolFn},
	{sig: "default(x any, otherwise any) any", doc: "x, or what stands in where x is nil or empty", example: `default("", "nobody")`, gives: `"nobody"`, absent: `"nobody"`,
		result: func(a []info) *Type { return unify(a[0].typ, a[1].typ) }, run: defaultFn, secrets: passes},
	{sig: "isSet(x any) bool", doc: "whether x has a value; the default of a field is none", example: "isSet(user.city)", gives: "false", absent: "false", run: isSetFn, secrets: judges, raw: true},
	{sig: "isEmpty(x any) bool", doc: "whether x is nil, or a text, list or object with nothing in it", example: "isEmpty([])", gives: "true", absent: "true", run: isEmptyFn, secrets: judges, raw: true},
}

var tokenFunctions = []function{
	{sig: "jwt(token text) object", doc: "the claims of a JSON web token, unverified: hints, never a permission; exp, iat and nbf are times", example: "jwt(auth.token).sub", gives: `"7"`,
		result: func([]info) *Type { return claimsType() }, run: jwtFn, secrets: releases},
	{sig: "masked(token text) text", doc: "a secret as its first 6 … last 4 letters, only … where it has fewer than 24", example: "masked(auth.token)", gives: `"eyJhbG…NARY"`, run: maskedFn, secrets: releases},
}
