// Notices fork(): what belongs to the parent (threads, descriptors on /proc/self, slots kept out of the child) must
// not be used in the child.
#ifndef BELLJAR_BASE_PROCESS_H_
#define BELLJAR_BASE_PROCESS_H_

#include <cstdint>

namespace belljar {

/// Counts the forks between the first process that used belljar and this one. The first call registers an atfork
/// handler; reading is one load.
uint32_t fork_generation();

}  // namespace belljar

#endif  // BELLJAR_BASE_PROCESS_H_
