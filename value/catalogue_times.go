package value

var timeFunctions = []function{
	{sig: "time(text text, pattern? text, zone? text) time", usage: `time("2030-12-31T23:59:00Z") or time(text, "yyyy-MM-dd HH:mm", "Europe/Paris")`,
		doc: "the time that a text says, or nil; a pattern and a zone say how to read one that is not in a usual form", example: `time("24.12.2030 18:30", "dd.MM.yyyy HH:mm", "Europe/Paris")`, gives: `"2030-12-24T18:30:00+01:00"`, run: timeFn},
	{sig: "formatTime(time time, layout? text) text", usage: `formatTime(time, "date")`, doc: `a time as text: "date", "time", "datetime", "relative" or a pattern such as "d MMM yyyy, HH:mm"`,
		example: `formatTime(unix(1900000000), "d MMMM yyyy, HH:mm")`, gives: `"17 March 2030, 17:46"`, run: formatTimeFn, moves: true},
	{sig: "unix(seconds number) time", usage: "unix(1900000000)", doc: "the time so many seconds after 1970", example: "unix(1900000000)", gives: `"2030-03-17T17:46:40Z"`, run: unixFn},
	{sig: "unixMs(milliseconds number) time", usage: "unixMs(1900000000000)", doc: "the time so many milliseconds after 1970", example: "unixMs(1900000000000)", gives: `"2030-03-17T17:46:40Z"`, run: unixMsFn},
	{sig: "inSeconds(seconds number) time", usage: "inSeconds(3600)", doc: "the time so many seconds from now", example: "inSeconds(3600)", gives: `"2030-01-02T04:04:05Z"`, run: inSecondsFn, moves: true},
	{sig: "inMs(milliseconds number) time", usage: "inMs(3600000)", doc: "the time so many milliseconds from now", example: "inMs(3600000)", gives: `"2030-01-02T04:04:05Z"`, run: inMsFn, moves: true},
	{sig: "inMinutes(minutes number) time", usage: "inMinutes(60)", doc: "the time so many minutes from now", example: "inMinutes(60)", gives: `"2030-01-02T04:04:05Z"`, run: inMinutesFn, moves: true},
	{sig: "inDuration(text text) time", usage: `inDuration("5h")`, doc: `the time so long from now as a text says: "18000s", "1h30m", or ISO 8601 such as "PT5H"`, example: `inDuration("PT5H")`, gives: `"2030-01-02T08:04:05Z"`, run: inDurationFn, moves: true},
	{sig: "never() time", doc: "the last moment there is: an expiry that never comes", example: "never()", gives: `"9999-12-31T23:59:59Z"`, run: neverFn},
}
