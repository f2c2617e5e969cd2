//go:build unix

package hostile

import (
	"fmt"
	"net"
	"syscall"
	"time"
)

// BlackHole returns an address of this machine that never answers a connection, as a firewall that
// drops packets does. close gives it free.
func BlackHole() (addr string, close func(), err error) {
	fd, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM, 0)
	if err != nil {
		return "", nil, fmt.Errorf("black hole: %w", err)
	}
	free := func() { _ = syscall.Close(fd) }
	if err := syscall.Bind(fd, &syscall.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}}); err != nil {
		free()
		return "", nil, fmt.Errorf("black hole: %w", err)
	}
	if err := syscall.Listen(fd, 0); err != nil {
		free()
		return "", nil, fmt.Errorf("black hole: %w", err)
	}
	sa, err := syscall.Getsockname(fd)
	if err != nil {
		free()
		return "", nil, fmt.Errorf("black hole: %w", err)
	}
	addr = fmt.Sprintf("127.0.0.1:%d", sa.(*syscall.SockaddrInet4).Port)
	// Nobody accepts: once the queue is full, the kernel drops what comes after.
	var queue []net.Conn
	for range 8 {
		c, err := net.DialTimeout("tcp", addr, 100*time.Millisecond)
		if err != nil {
			break
		}
		queue = append(queue, c)
	}
	return addr, func() {
		for _, c := range queue {
			_ = c.Close()
		}
		free()
	}, nil
}
