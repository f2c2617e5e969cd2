package hostile_test

// childEnv marks the test binary as a node that is to be killed; its value says where.
const childEnv = "USHER_HOSTILE_CHILD"

func child() int { return 0 }
