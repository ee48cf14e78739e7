#include "corruptor.h"

#include <sys/uio.h>
#include <unistd.h>

namespace belljar::testing {

void Corruptor::strike(uint32_t words, std::span<const engine::Value> arguments) {
  for (uint32_t i = 0; i < words; i++) {
    const uint32_t at = place(arguments);
    uint32_t word = 0;
    if (!load(at, &word)) continue;
    if (below(8) == 0) {
      // Two words change places.
      const uint32_t other = place(arguments);
      uint32_t other_word = 0;
      if (load(other, &other_word) && store(other, word) && store(at, other_word)) count_ += 2;
    } else if (store(at, damaged(word))) {
      count_++;
    }
  }
}

// Most of 20 MiB is never looked at again: what is in use is found from the stack.
uint32_t Corruptor::place(std::span<const engine::Value> arguments) {
  const GuestLayout& layout = slot_.image()->layout();
  const auto near = [&](uint64_t address, uint64_t reach) {
    return static_cast<uint32_t>(address - reach + below(2 * reach));
  };
  switch (below(10)) {
    case 0: return static_cast<uint32_t>(below(slot_.size()));
    case 1: return near(layout.mailbox + below(1024), 512);
    // CPython's static state: the signals, the thread, the interpreter.
    case 2: return near(below(2) ? layout.eval_breaker : layout.is_tripped, 4096);
    case 3:
    case 4: return on_the_stack();
    case 5:
      if (!arguments.empty()) return near(static_cast<uint32_t>(arguments[below(arguments.size())].i32), 64);
      [[fallthrough]];
    default: {
      // An object that something on the stack points to, or one that such an object points to.
      uint32_t address = on_the_stack();
      for (uint64_t steps = 1 + below(4); steps > 0; steps--) {
        uint32_t next = 0;
        if (load(address, &next) && next >= layout.stack_high && next < slot_.size()) {
          address = next + static_cast<uint32_t>(below(8)) * 4;
        }
      }
      return address;
    }
  }
}

uint32_t Corruptor::on_the_stack() {
  const GuestLayout& layout = slot_.image()->layout();
  const uint64_t reach = uint64_t{64} << below(10);
  return static_cast<uint32_t>(layout.stack_high - 4 - below(reach / 4) * 4);
}

uint32_t Corruptor::damaged(uint32_t value) {
  switch (below(8)) {
    case 0: return 0;
    case 1: return static_cast<uint32_t>(random_());
    case 2: return value ^ uint32_t{1} << below(32);
    case 3: return value + static_cast<uint32_t>(below(64)) - 32;
    case 4: return ~uint32_t{0} - static_cast<uint32_t>(below(16));
    case 5: return static_cast<uint32_t>(slot_.size() - below(64));  // the edge
    case 6: return uint32_t{1} << below(32);
    default: return static_cast<uint32_t>(below(slot_.size()));  // somebody's address
  }
}

bool Corruptor::load(uint32_t address, uint32_t* word) const {
  const iovec here{word, sizeof *word}, there{slot_.memory() + address, sizeof *word};
  return process_vm_readv(getpid(), &here, 1, &there, 1, 0) == ssize_t{sizeof *word};
}

bool Corruptor::store(uint32_t address, uint32_t word) const {
  const iovec here{&word, sizeof word}, there{slot_.memory() + address, sizeof word};
  return process_vm_writev(getpid(), &here, 1, &there, 1, 0) == ssize_t{sizeof word};
}

}  // namespace belljar::testing
