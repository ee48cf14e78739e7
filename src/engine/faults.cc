#include "engine/faults.h"

#include <signal.h>
#include <sys/mman.h>
#include <ucontext.h>

#include <atomic>
#include <cstdlib>
#include <mutex>

#include "engine/gate.h"
#include "image/slot.h"

namespace belljar::engine {
namespace {

constexpr int kSignals[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE};
constexpr size_t kSignalCount = sizeof kSignals / sizeof *kSignals;

// Read by signal handlers: published by pointer, replaced but never freed (a handful per process at most).
struct Chain {
  const Chain* previous = nullptr;
  struct sigaction engine[kSignalCount];   // Wasmtime's
  struct sigaction outside[kSignalCount];  // whoever handled faults that are not ours
};

std::mutex install_mutex;
std::atomic<const Chain*> chain{nullptr};
struct sigaction before_us[kSignalCount];
bool below_installed = false;

std::atomic<uintptr_t> code_start{0}, code_end{0};

// A handler walks this without a lock. An entry whose slot contains the faulting address cannot go away meanwhile: the
// thread that faulted is the one that uses it.
struct Entry {
  std::atomic<uintptr_t> memory{0};
  std::atomic<const Slot*> slot{nullptr};
  std::atomic<const Gate*> gate{nullptr};
};
Entry entries[Faults::kMaxSlots];
std::atomic<size_t> entries_end{0};

size_t signal_index(int signal) {
  for (size_t i = 0; i < kSignalCount; i++) {
    if (kSignals[i] == signal) return i;
  }
  return 0;
}

const Entry* entry_of(uintptr_t address) {
  const size_t end = entries_end.load(std::memory_order_acquire);
  for (size_t i = 0; i < end; i++) {
    const uintptr_t memory = entries[i].memory.load(std::memory_order_acquire);
    if (memory != 0 && address >= memory - kGuard && address < memory + kReservation + kGuard) return &entries[i];
  }
  return nullptr;
}

bool is_guest_fault(siginfo_t* info, void* context) {
  const auto pc = static_cast<uintptr_t>(static_cast<ucontext_t*>(context)->uc_mcontext.gregs[REG_RIP]);
  if (pc >= code_start.load(std::memory_order_relaxed) && pc < code_end.load(std::memory_order_relaxed)) return true;
  return entry_of(reinterpret_cast<uintptr_t>(info->si_addr)) != nullptr;
}

void forward(const struct sigaction& to, int signal, siginfo_t* info, void* context) {
  if (to.sa_flags & SA_SIGINFO) {
    to.sa_sigaction(signal, info, context);
  } else if (to.sa_handler == SIG_DFL || to.sa_handler == SIG_IGN) {
    // Let the fault happen again under the default action: the process dies as it would have without us.
    struct sigaction fallback {};
    fallback.sa_handler = SIG_DFL;
    sigaction(signal, &fallback, nullptr);
  } else {
    to.sa_handler(signal);
  }
}

void on_top(int signal, siginfo_t* info, void* context) {
  const Chain* c = chain.load(std::memory_order_acquire);
  const size_t i = signal_index(signal);
  forward(is_guest_fault(info, context) ? c->engine[i] : c->outside[i], signal, info, context);
}

// The page of a stopping slot that was taken away, if that is what faulted. Nothing else is ever given access to.
bool give_back(uintptr_t address) {
  const Entry* entry = entry_of(address);
  if (!entry || !entry->gate.load()->stopping()) return false;
  const Slot* slot = entry->slot.load();
  const uintptr_t memory = entry->memory.load();
  if (address < memory || address >= memory + slot->size()) return false;
  auto* page = reinterpret_cast<void*>(address & ~uintptr_t{kPageSize - 1});
  return mprotect(page, kPageSize, PROT_READ | PROT_WRITE) == 0;
}

// Wasmtime calls what was there before it for a fault it has no trap for.
void below(int signal, siginfo_t* info, void* context) {
  if (signal == SIGSEGV && give_back(reinterpret_cast<uintptr_t>(info->si_addr))) return;
  forward(before_us[signal_index(signal)], signal, info, context);
}

void install(void (*handler)(int, siginfo_t*, void*), struct sigaction* old) {
  for (size_t i = 0; i < kSignalCount; i++) {
    struct sigaction action {};
    action.sa_sigaction = handler;
    action.sa_flags = SA_SIGINFO | SA_NODEFER | SA_ONSTACK;
    sigemptyset(&action.sa_mask);
    sigaction(kSignals[i], &action, &old[i]);
  }
}

}  // namespace

void Faults::install_below() {
  std::lock_guard lock(install_mutex);
  if (below_installed) return;
  install(below, before_us);
  below_installed = true;
}

void Faults::install_on_top() {
  std::lock_guard lock(install_mutex);
  if (chain.load()) return;
  auto* first = new Chain();
  for (size_t i = 0; i < kSignalCount; i++) {
    sigaction(kSignals[i], nullptr, &first->engine[i]);
    first->outside[i] = before_us[i];
  }
  chain.store(first, std::memory_order_release);
  struct sigaction ignored[kSignalCount];
  install(on_top, ignored);
}

void Faults::ensure_on_top() {
  struct sigaction current;
  sigaction(SIGSEGV, nullptr, &current);
  if ((current.sa_flags & SA_SIGINFO) && current.sa_sigaction == on_top) return;
  std::lock_guard lock(install_mutex);
  auto* next = new Chain(*chain.load());
  next->previous = chain.load();
  for (size_t i = 0; i < kSignalCount; i++) {
    sigaction(kSignals[i], nullptr, &current);
    const bool ours = (current.sa_flags & SA_SIGINFO) && current.sa_sigaction == on_top;
    if (!ours) next->outside[i] = current;
  }
  chain.store(next, std::memory_order_release);
  struct sigaction ignored[kSignalCount];
  install(on_top, ignored);
}

void Faults::set_code_range(const void* start, size_t size) {
  code_start = reinterpret_cast<uintptr_t>(start);
  code_end = reinterpret_cast<uintptr_t>(start) + size;
}

bool Faults::add(const Slot& slot, const Gate& gate) {
  std::lock_guard lock(install_mutex);
  const size_t end = entries_end.load();
  size_t i = 0;
  while (i < end && entries[i].memory.load() != 0) i++;
  if (i == kMaxSlots) return false;
  entries[i].slot.store(&slot);
  entries[i].gate.store(&gate);
  entries[i].memory.store(reinterpret_cast<uintptr_t>(slot.memory()), std::memory_order_release);
  if (i == end) entries_end.store(end + 1, std::memory_order_release);
  return true;
}

void Faults::remove(const Slot& slot) {
  std::lock_guard lock(install_mutex);
  for (size_t i = 0, end = entries_end.load(); i < end; i++) {
    if (entries[i].memory.load() == reinterpret_cast<uintptr_t>(slot.memory())) {
      entries[i].memory.store(0, std::memory_order_release);
      return;
    }
  }
}

}  // namespace belljar::engine
