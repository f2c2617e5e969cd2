package session

// Stats is what a Manager of this process is doing just now.
type Stats struct {
	Flights int // renewals under way
	Waiters int // callers that wait for one
}

// Stats counts flights and those who wait for them.
func (m *Manager) Stats() Stats {
	m.mu.Lock()
	defer m.mu.Unlock()
	return Stats{Flights: len(m.flights), Waiters: int(m.waiters.Load())}
}
