package value

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"time"
	"unicode/utf8"
)

// Errors of EncodeJSON.
var (
	ErrSecret   = errors.New("a secret can not be written as JSON")
	errTooDeep  = errors.New("a value is more than 64 levels deep")
	errTooLarge = errors.New("a value is too large")
)

// EncodeJSON writes v as JSON: keys sorted, numbers as they came, times in RFC 3339, no escaping of < > &.
// A Secret anywhere in v is ErrSecret (Reveal first where one may be sent); so are NaN, more than 64 levels and
// values that are not ours errors.
func EncodeJSON(v any) ([]byte, error) {
	w := jsonWriter{room: maxJSON}
	if err := w.value(v, 0); err != nil {
		return nil, err
	}
	return w.buf, nil
}

const maxJSON = 64 << 20 // no request body is larger; it stops values that share parts from growing without end

type jsonWriter struct {
	buf    []byte
	room   int  // bytes that may be written
	redact bool // a Secret is written as [redacted] instead of being an error
}

func (w *jsonWriter) value(v any, depth int) error {
	if len(w.buf) > w.room {
		return errTooLarge
	}
	switch x := normal(v).(type) {
	case nil:
		w.buf = append(w.buf, "null"...)
	case string:
		w.text(x)
	case int:
		w.buf = strconv.AppendInt(w.buf, int64(x), 10)
	case float64:
		return w.float(x)
	case bool:
		w.buf = strconv.AppendBool(w.buf, x)
	case Number:
		return w.number(x)
	case time.Time:
		w.text(timeText(x))
	case Secret:
		if !w.redact {
			return ErrSecret
		}
		w.text(redacted)
	case []any:
		return w.list(x, depth)
	case map[string]any:
		return w.object(x, depth)
	default:
		return fmt.Errorf("a %T can not be written as JSON", v)
	}
	return nil
}

func (w *jsonWriter) number(n Number) error {
	if !isNumberText(string(n)) {
		return errors.New("a number is not written as one")
	}
	w.buf = append(w.buf, n...)
	return nil
}

func (w *jsonWriter) float(f float64) error {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return errors.New("a number is infinite or not a number")
	}
	w.buf = append(w.buf, floatText(f)...)
	return nil
}

func (w *jsonWriter) list(list []any, depth int) error {
	if depth >= maxDepth {
		return errTooDeep
	}
	w.buf = append(w.buf, '[')
	for i, e := range list {
		if i > 0 {
			w.buf = append(w.buf, ',')
		}
		if err := w.value(e, depth+1); err != nil {
			return err
		}
	}
	w.buf = append(w.buf, ']')
	return nil
}

func (w *jsonWriter) object(m map[string]any, depth int) error {
	if depth >= maxDepth {
		return errTooDeep
	}
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	w.buf = append(w.buf, '{')
	for i, k := range keys {
		if i > 0 {
			w.buf = append(w.buf, ',')
		}
		w.text(k)
		w.buf = append(w.buf, ':')
		if err := w.value(m[k], depth+1); err != nil {
			return err
		}
	}
	w.buf = append(w.buf, '}')
	return nil
}

func (w *jsonWriter) text(s string) {
	w.buf = append(w.buf, '"')
	for i := 0; i < len(s); {
		c := s[i]
		if c >= utf8.RuneSelf {
			r, size := utf8.DecodeRuneInString(s[i:])
			w.buf = utf8.AppendRune(w.buf, r) // an invalid byte becomes U+FFFD
			i += size
			continue
		}
		switch {
		case c == '"' || c == '\\':
			w.buf = append(w.buf, '\\', c)
		case c < ' ':
			escaped, _ := json.Marshal(string(rune(c)))
			w.buf = append(w.buf, escaped[1:len(escaped)-1]...)
		default:
			w.buf = append(w.buf, c)
		}
		i++
	}
	w.buf = append(w.buf, '"')
}
