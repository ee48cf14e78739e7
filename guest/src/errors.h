// Exceptions as fields of the reply.
#ifndef BELLJAR_GUEST_ERRORS_H_
#define BELLJAR_GUEST_ERRORS_H_

#include <Python.h>

#include <stdbool.h>

// Takes what it will need later from the modules of a pristine interpreter. -1 with an exception set.
int errors_init(void);

// A block that keeps a MemoryError survivable: given back when one surfaces, taken again before the next cell, smaller
// when the last one was refused memory.
void memory_reserve_arm(bool is_short);

// Turns the exception that is set into the reply's status and fields, and clears it. Always succeeds; under memory
// pressure, or when the guest has broken the traceback module, with fewer fields.
void errors_reply(void);

// The same for a request that could not be carried out.
void errors_refuse(void);

#endif  // BELLJAR_GUEST_ERRORS_H_
