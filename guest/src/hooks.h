// What watches or steers the interpreter itself lasts for the cell that installs it, not for the session. Such a hook
// sees the kernel's own work, too: one that raises would leave a session in which nothing can be run any more.
#ifndef BELLJAR_GUEST_HOOKS_H_
#define BELLJAR_GUEST_HOOKS_H_

// Takes what it will need later from a pristine interpreter. -1 with an exception set.
int hooks_init(void);

// After the cell's own code, before it is reported: takes away audit hooks, trace and profile functions and
// sys.monitoring tools, and makes SIGINT raise KeyboardInterrupt again. An exception that is set stays set.
void hooks_remove(void);

#endif  // BELLJAR_GUEST_HOOKS_H_
