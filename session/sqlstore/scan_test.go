package sqlstore

import (
	"context"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/usherdev/usher/session"
)

// scanner is what both stores offer besides session.Store.
type scanner interface {
	session.Store
	Scan(ctx context.Context, app, after string, limit int) ([]session.Keyed, error)
	Count(ctx context.Context, app string) (int, error)
}

func TestScanGoesThroughAllRowsOfAnApp(t *testing.T) {
	t.Run("sqlite", func(t *testing.T) { scanAll(t, open(t, filepath.Join(t.TempDir(), "s.db"))) })
	t.Run("postgres", func(t *testing.T) { scanAll(t, openPostgres(t, shared.Get(t).Database(t))) })
}

func scanAll(t *testing.T, st scanner) {
	ctx := t.Context()
	for i := range 25 {
		r := session.Row{App: []string{"shop", "other"}[i%5/4], Sealed: []byte{byte(i)}}
		if i != 3 {
			r.Due = time.Now()
		}
		if err := st.Create(ctx, fmt.Sprintf("%064x", i), r); err != nil {
			t.Fatal(err)
		}
	}
	seen, after := 0, ""
	for {
		page, err := st.Scan(ctx, "shop", after, 7)
		if err != nil {
			t.Fatal(err)
		}
		for _, k := range page {
			if k.Key <= after || k.Row.App != "shop" || len(k.Row.Sealed) != 1 {
				t.Errorf("after %s: %+v", after, k)
			}
			after = k.Key
			seen++
		}
		if len(page) < 7 {
			break
		}
	}
	n, err := st.Count(ctx, "shop")
	if seen != 20 || n != 19 || err != nil { // one is never due, so it is no session
		t.Errorf("%d rows seen, %d counted, %v", seen, n, err)
	}
}
