//go:build unix

package hostile

import (
	"net"
	"syscall"
)

// deafen ends a listener for every process that has it. One that is being started at this moment has it open too, until it has become
// another program: closing alone would let the kernel accept connections for it that nobody answers.
func deafen(ln net.Listener) {
	tcp, ok := ln.(*net.TCPListener)
	if !ok {
		return
	}
	raw, err := tcp.SyscallConn()
	if err != nil {
		return // closed already
	}
	_ = raw.Control(func(fd uintptr) { _ = syscall.Shutdown(int(fd), syscall.SHUT_RDWR) }) // systems other than Linux refuse it for a listener
}
