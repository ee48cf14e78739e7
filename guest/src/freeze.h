// Makes everything alive at the end of the boot permanent.
#ifndef BELLJAR_GUEST_FREEZE_H_
#define BELLJAR_GUEST_FREEZE_H_

// Gives every object reachable now an immortal reference count and takes it out of the garbage collector's sight.
// They are never freed in an image that is shared copy-on-write anyway, and a reference count that is never
// written is a page that stays shared. -1 with an exception set.
int freeze_everything(void);

#endif  // BELLJAR_GUEST_FREEZE_H_
