// The library's one process-wide side effect: handlers for SIGSEGV, SIGBUS, SIGILL and SIGFPE. Wasmtime turns faults of
// generated code into traps; ours stands twice, on top of Wasmtime's and below it:
//
//   on top    a fault inside a slot, or at a pc inside the guest's code, goes to Wasmtime; any other goes to whoever
//             handled faults before belljar (a JVM, a crash reporter, CPython's faulthandler).
//   below     a fault inside a *stopping* slot that Wasmtime does not claim (a host function that still touched the
//             memory) gets the page back and goes on; the watchdog tries again.
//
// A handler that somebody installs later would hide both, so ours is put back on top before each run and before each
// hard stop, and the other one becomes "whoever was there before".
#ifndef BELLJAR_ENGINE_FAULTS_H_
#define BELLJAR_ENGINE_FAULTS_H_

#include <cstddef>
#include <cstdint>

namespace belljar {
class Slot;
}

namespace belljar::engine {

class Gate;

class Faults {
 public:
  /// Before the first engine is made, then right after. Idempotent, thread-safe.
  static void install_below();
  static void install_on_top();

  /// Cheap check (one system call) that ours is still on top, and repair.
  static void ensure_on_top();

  /// Where generated code lies: its traps (ud2, division) have no fault address in a slot.
  static void set_code_range(const void* start, size_t size);

  /// The slots whose faults are ours, each with its gate. At most kMaxSlots at a time; false when there is no room.
  static constexpr size_t kMaxSlots = 1 << 16;
  [[nodiscard]] static bool add(const Slot& slot, const Gate& gate);
  static void remove(const Slot& slot);
};

}  // namespace belljar::engine

#endif  // BELLJAR_ENGINE_FAULTS_H_
