// Nothing is called by name: the library takes the place of the system's calls in a process that
// is started with it (LD_PRELOAD). The header is here because the package's build wants one.
#ifndef FAULT_INTERPOSER_H
#define FAULT_INTERPOSER_H
#endif
