package project

import (
	"bytes"
	"runtime"
	"sync"
	"sync/atomic"

	"go.yaml.in/yaml/v4"
)

// readings are files as they were last read. The trees that come of one another share them: what stays the same is read once.
type readings struct {
	mu sync.Mutex
	by map[string]reading
}

// reading is what parseYAML makes of one file; nobody changes it.
type reading struct {
	src      []byte
	root     *yaml.Node
	problems Problems
}

// After returns t with what was read of an earlier tree; the result is the same as without. nil stands for none.
func (t *Tree) After(earlier *Tree) *Tree {
	if earlier == nil {
		return t
	}
	next := *t
	next.read, next.once = earlier.read, &verdict{}
	return &next
}

// readAll reads files, several at a time, and forgets those that are not among them.
func (t *Tree) readAll(names []string) []reading {
	out, known := make([]reading, len(names)), t.read
	if known == nil {
		known = &readings{}
	}
	inParallel(len(names), func(i int) { out[i] = known.of(names[i], t.files[names[i]]) })
	known.keep(names, out)
	return out
}

func (r *readings) of(name string, src []byte) reading {
	r.mu.Lock()
	have, ok := r.by[name]
	r.mu.Unlock()
	if ok && bytes.Equal(have.src, src) {
		return have
	}
	root, problems := parseYAML(name, src)
	return reading{src, root, problems}
}

func (r *readings) keep(names []string, read []reading) {
	by := make(map[string]reading, len(names))
	for i, name := range names {
		by[name] = read[i]
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.by = by
}

// inParallel calls do for 0 to n-1, as many at a time as there are processors, and returns when all are done. It panics as one of them does.
func inParallel(n int, do func(i int)) {
	var next atomic.Int64
	var thrown atomic.Pointer[any]
	work := func() {
		defer func() {
			if p := recover(); p != nil {
				thrown.CompareAndSwap(nil, &p)
			}
		}()
		for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
			do(i)
		}
	}
	var workers sync.WaitGroup
	for range min(n, runtime.GOMAXPROCS(0)) {
		workers.Go(work)
	}
	workers.Wait()
	if p := thrown.Load(); p != nil {
		panic(*p)
	}
}
