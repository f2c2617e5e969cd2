package call

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"time"
)

// Bounds of a streaming reply (F103), beside the bytes that the limits of the call allow in all.
const (
	streamTime   = 90 * time.Second // from the first byte to the last; an event of a page has two minutes
	maxMessages  = 1000             // of one reply
	maxMessage   = 256 << 10        // bytes of one message, its longest line included
	shownByDo    = 20               // messages that Do waits for, which has nobody to hand them to one by one
	heldByDo     = 1 << 20          // bytes of them, which their values may exceed many times in memory (F8)
	mediaOfEvent = "text/event-stream"
)

var (
	errTooMuch = errors.New("more than a stream may hold")
	errStopped = errors.New("whoever reads the stream has enough")
)

// rawEvent is one event of a stream as it came.
type rawEvent struct{ name, data, id string }

// eventReader reads server-sent events as the HTML standard says: lines end with LF, CR or CRLF, lines with a colon at the start are
// comments, data of several lines is joined, and an event that is not finished is none. It keeps no more than one event.
type eventReader struct {
	in      *bufio.Reader
	lastCR  bool
	started bool
	lastID  string
}

func newEventReader(r io.Reader) *eventReader { return &eventReader{in: bufio.NewReader(r)} }

// next returns the next event that has data. The error is io.EOF at the end, errTooMuch for an event beyond its bound, or the reader's.
func (e *eventReader) next() (rawEvent, error) {
	var out rawEvent
	var data [][]byte
	size := 0
	for {
		line, err := e.line()
		if err != nil {
			return rawEvent{}, err
		}
		if len(line) == 0 {
			if data == nil {
				out.name, size = "", 0
				continue
			}
			out.data, out.id = string(bytes.Join(data, []byte("\n"))), e.lastID
			return out, nil
		}
		if size += len(line); size > maxMessage {
			return rawEvent{}, errTooMuch
		}
		field, text, _ := bytes.Cut(line, []byte(":"))
		text = bytes.TrimPrefix(text, []byte(" "))
		switch string(field) {
		case "event":
			out.name = string(text)
		case "data":
			data = append(data, text)
		case "id":
			if !bytes.ContainsRune(text, 0) {
				e.lastID = string(text)
			}
		} // retry asks for a new connection later, which a call never makes; a comment has no field
	}
}

// line returns a line without its end. A line that the end of the stream cuts off is none.
func (e *eventReader) line() ([]byte, error) {
	out := []byte{}
	for {
		b, err := e.in.ReadByte()
		if err != nil {
			return nil, err
		}
		afterCR := e.lastCR
		e.lastCR = b == '\r'
		switch {
		case b == '\n' && afterCR:
			continue // the second half of CRLF
		case b == '\r' || b == '\n':
			if !e.started {
				e.started = true
				out = bytes.TrimPrefix(out, []byte("\ufeff"))
			}
			return out, nil
		}
		if out = append(out, b); len(out) > maxMessage {
			return nil, errTooMuch
		}
	}
}
