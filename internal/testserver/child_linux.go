package testserver

import "syscall"

// endWithParent ends the server with a test that dies without closing it.
func endWithParent(attr *syscall.SysProcAttr) { attr.Pdeathsig = syscall.SIGINT }
