package issuer

import (
	"context"
	"fmt"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/usherdev/usher/issuer/wire"
)

func TestD4_DefaultCostIsTheMinimumOrMore(t *testing.T) {
	cfg, err := Config{Path: ":memory:"}.complete()
	if err != nil {
		t.Fatal(err)
	}
	if c := cfg.cost; c.memory < 19*1024 || c.time < 2 || c.threads < 1 {
		t.Errorf("cost = %+v", c)
	}
	a, b := cfg.cost.phc("same"), cfg.cost.phc("same")
	if a == b || !strings.HasPrefix(a, "$argon2id$v=19$m=19456,t=2,p=1$") {
		t.Errorf("phc = %s, %s", a, b)
	}
}

func TestD4_HashIsUpgradedAtLogin(t *testing.T) {
	b := newBed(t)
	b.signUp(1)
	stored := func() (phc string) {
		if err := b.store.db.Read.QueryRow(`SELECT password FROM users`).Scan(&phc); err != nil {
			t.Fatal(err)
		}
		return phc
	}
	old := stored()
	b.hasher.cost = argonCost{memory: 128, time: 2, threads: 1}
	if r := b.ask("POST", "/auth/login", wire.Login{Username: "walker1", Password: "a wrong password here"}); r.status != 400 || stored() != old {
		t.Errorf("a wrong password: %d", r.status)
	}
	for range 2 {
		if r := b.ask("POST", "/auth/login", wire.Login{Username: "walker1", Password: passphrase}); r.status != 200 {
			t.Fatal(r.status)
		}
	}
	if !strings.Contains(stored(), "m=128,t=2") {
		t.Errorf("not upgraded: %s", stored())
	}
}

func TestD4_StoredHashesAreBounded(t *testing.T) {
	h := newHasher(argonCost{memory: 64, time: 1, threads: 1})
	good := h.cost.phc("x")
	if match, stale, err := h.verify(t.Context(), good, "x"); !match || stale || err != nil {
		t.Fatal(match, stale, err)
	}
	for _, bad := range []string{"", "x", "$2b$12$abcdefghijklmnopqrstuu", strings.Replace(good, "m=64", "m=4194304", 1), strings.Replace(good, "t=1", "t=4000000000", 1),
		strings.Replace(good, "p=1", "p=0", 1), strings.Replace(good, "p=1", "p=255", 1), strings.Replace(good, "t=1", "t=0", 1), strings.Replace(good, "m=64", "m=1", 1),
		strings.Replace(good, "v=19", "v=16", 1), strings.Replace(good, "argon2id", "argon2i", 1), good[:len(good)-30], good + "$", good + strings.Repeat("A", 200),
		strings.Replace(good, "m=64", "m=-64", 1)} {
		if match, _, err := h.verify(t.Context(), bad, "x"); match || err == nil {
			t.Errorf("%q was taken", bad)
		}
	}
}

// 500 at once, at the real cost: a few are checked, the rest are told to come back, and memory
// stays bounded.
func TestD4_ManyLoginsAtOnce(t *testing.T) {
	b := newBed(t, func(c *Config) { c.cost = argonCost{} })
	b.signUp(1)
	before := peakMiB()
	var mu sync.Mutex
	got := map[int]int{}
	var wg sync.WaitGroup
	for i := range 500 {
		wg.Go(func() {
			r := b.ask("POST", "/auth/login", wire.Login{Username: "walker1", Password: passphrase}, "from", fmt.Sprintf("192.0.2.%d:9", i%250))
			mu.Lock()
			defer mu.Unlock()
			got[r.status]++
			if r.status == http.StatusServiceUnavailable && (r.header.Get("Retry-After") == "" || r.code() != "busy") {
				t.Errorf("busy: %s", r.body)
			}
		})
	}
	wg.Wait()
	if grown := peakMiB() - before; grown > 150 {
		t.Errorf("memory grew by %d MiB", grown)
	}
	if got[200] == 0 || got[503]+got[429] == 0 || got[200]+got[503]+got[429] != 500 {
		t.Errorf("statuses = %v", got)
	}
	if r := b.ask("POST", "/auth/login", wire.Login{Username: "walker1", Password: passphrase}, "from", "203.0.113.9:9"); r.status != 200 && r.status != 429 {
		t.Errorf("afterwards: %d", r.status)
	}
}

// peakMiB is the most memory the program has held so far. (The peak of the process would count what
// the race detector needs as well.)
func peakMiB() int {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int(m.Sys >> 20)
}

func TestD4_WaitingEndsWithTheRequest(t *testing.T) {
	h := newHasher(argonCost{memory: 64, time: 1, threads: 1})
	for range cap(h.slots) {
		h.slots <- struct{}{}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := h.hash(ctx, "x"); err != context.Canceled {
		t.Errorf("err = %v", err)
	}
	h.queue = 0
	if _, err := h.hash(t.Context(), "x"); err == nil || h.waiting.Load() != 0 {
		t.Errorf("err = %v, %d waiting", err, h.waiting.Load())
	}
}

func TestD5_EightyPasswords(t *testing.T) {
	taken := []string{
		"a kettle sings at dawn", "correct horse battery staple", "wander far and write home", "zonk4-brimful lamp", "fünfzehn Zeichen!", "это длинная фраза", "これは十五文字以上の長い合言葉です",
		"five 🐢🐢 and one 🦊 fox", "ÅngströmsLängd-77x", "tabs\tand spaces ok", "quiet-harbour-lamps", "blue.ladder.ferry.nine", "mmm what a nice tea set", "9 lives, 8 arms, 7 seas",
		"null\x00byte in the middle", "               leading blanks count", "trailing blanks count too      x", "no UPPER no digit just words", "ALLCAPSWORDSAREFINE TOO", "1492-armada-66-hastings",
		"qwerty but then my own ending", "emily likes marmalade on rye", "usher opened the velvet door", "password managers generate kx", "p-q-w-z-m-v-t-r-y-k", "x7!Rk2#Lp9$Wm4&", "Kw8hT2vRbn5Yq1s", "\"quotes\" & <tags> 'n' all",
		"'; DROP TABLE users; -- hello", "${auth.token} is not a leak", "emoji 👩‍👩‍👧‍👦 family of four", "e\u0301te\u0301 a\u0300 la mer, toujours", strings.Repeat("long words, ", 50) + "end", strings.Repeat("é1x", 250) + "and 24 bytes of my own!", "72 bytes and more: " + strings.Repeat("qz7 ", 20), "back\\slash/forward/slash",
		"العربية جميلة وطويلة جدا", "नमस्ते दुनिया कैसे हो तुम", "newline\nin the middle of it", "fifteen runes ✓",
	}
	refused := []string{
		"", "short", "fourteen chars", "a\u0301a\u0301a\u0301b\u0301c\u0301d\u0301e\u0301f\u0301", strings.Repeat("x1y2z3w4", 129), strings.Repeat("é", 513), "invalid \xff\xfe utf-8 bytes", "replaced \ufffd by the decoder",
		"aaaaaaaaaaaaaaa", "               ", "abcabcabcabcabc", "abcdefghijklmnop", "ponmlkjihgfedcba", "123456789012345", "987654321098765", "qwertyuiopasdfgh", "qwertyuiop12345678", "112233445566778899", "aaaaaaabbbbbbbb", "ababababababababab",
		"passwordpassword", "Password12345678", "P@ssw0rdP@ssw0rd", "password-password-1", "!!!!password!!!!", "iloveyouiloveyou", "letmeinletmein12", "adminadminadmin", "welcomewelcome1!", "administrator-2026",
		"emily-hart-123456", "EmilyHartEmilyHart", "emily.hart@example.com", "3m1lyH4rt3m1lyH4rt", "touristtrail2026", "Usher-TouristTrail", "demo-demo-demo-demo", "1q2w3e4r5t6y7u8i", "127.0.0.1-127.0.0.1", "qwertyqwerty1234",
	}
	if len(taken)+len(refused) != 80 {
		t.Fatalf("%d cases", len(taken)+len(refused))
	}
	p := newPolicy(15, "http://127.0.0.1:7071")
	context := []string{"emily", "emily.hart@example.com", "Emily", "Hart"}
	for _, pw := range taken {
		if _, problem := p.check(pw, context...); problem != "" {
			t.Errorf("%q: %s", pw, problem)
		}
	}
	for _, pw := range refused {
		if _, problem := p.check(pw, context...); problem == "" {
			t.Errorf("%q was taken", pw)
		}
	}
}

func TestD5_ThreeThousandCommonOnes(t *testing.T) {
	p := newPolicy(8, "http://127.0.0.1:7071")
	for i := range 3000 {
		pw := p.common[i*len(p.common)/3000]
		for _, form := range []string{pw, strings.ToUpper(pw)} {
			if _, problem := p.check(form); problem == "" {
				t.Errorf("%q was taken", form)
			}
		}
	}
}

func TestD5_LengthBySwitch(t *testing.T) {
	for least, c := range map[int][2]string{8: {"zk4-brim", "zk4-bri"}, 15: {"zk4-brimful lamp", "zk4-brimful la"}, 0: {"zk4-brimful lamp", "zk4-brimful la"}} {
		b := newBed(t, func(c *Config) { c.MinPassword = least })
		for i, pw := range c {
			in := person(i)
			in.Password = pw
			r := b.ask("POST", "/auth/signup", in)
			if (r.status == 201) != (i == 0) || (i == 1 && (r.status != 422 || !strings.Contains(r.fields()["password"], "at least"))) {
				t.Errorf("least %d: %q: %d %s", least, pw, r.status, r.body)
			}
		}
	}
	if _, err := New(Config{Path: ":memory:", MinPassword: 7}); err == nil {
		t.Error("7 was taken as the least length")
	}
}

// The whole string counts, in whatever way its characters were composed.
func TestD5_WholeStringInNormalForm(t *testing.T) {
	b := newBed(t)
	long := strings.Repeat("seventy-two bytes are not the end ", 4)
	in := person(1)
	in.Password = long + "caf\u00e9 \x00 one"
	if r := b.ask("POST", "/auth/signup", in); r.status != 201 {
		t.Fatalf("%d %s", r.status, r.body)
	}
	for pw, want := range map[string]int{
		long + "caf\u00e9 \x00 one": 200, long + "cafe\u0301 \x00 one": 200, long + "cafe \x00 one": 400, long + "caf\u00e9 ": 400, long + "caf\u00e9 \x00 two": 400,
		long: 400, strings.ToUpper(in.Password): 400, in.Password + " ": 400, " " + in.Password: 400,
	} {
		if r := b.ask("POST", "/auth/login", wire.Login{Username: "walker1", Password: pw}); r.status != want {
			t.Errorf("%q: %d, want %d", pw, r.status, want)
		}
	}
}

// An account that does not exist is answered like one that does, and costs the same hash.
func TestD6_LoginDoesNotTellWhoExists(t *testing.T) {
	b := newBed(t)
	b.signUp(1)
	known, unknown := b.try("walker1", "a wrong password", "198.51.100.1:1"), b.try("nobody", "a wrong password", "198.51.100.2:1")
	if known.status != 400 || unknown.status != 400 || string(known.body) != string(unknown.body) || fmt.Sprint(known.header) != fmt.Sprint(unknown.header) {
		t.Errorf("%d %s, %d %s", known.status, known.body, unknown.status, unknown.body)
	}
	cost, _, _, err := parsePHC(b.hasher.nobody)
	if err != nil || cost != b.hasher.cost {
		t.Errorf("nobody's hash costs %+v, %v", cost, err)
	}
	b.hasher.queue = 0 // now whoever comes to the hashing is turned away
	for _, name := range []string{"walker1", "nobody"} {
		if r := b.try(name, "a wrong password", "198.51.100.3:1"); r.status != http.StatusServiceUnavailable {
			t.Errorf("%s was not hashed: %d", name, r.status)
		}
	}
}
