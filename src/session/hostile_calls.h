// For tests: the calls that a guest makes when it wants to do harm. Numbers that are likely to mean something to
// somebody, and often enough arguments that get past a call's first check.
#ifndef BELLJAR_SESSION_HOSTILE_CALLS_H_
#define BELLJAR_SESSION_HOSTILE_CALLS_H_

#include <cstdint>
#include <cstring>
#include <iterator>
#include <random>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/import.h"
#include "session/wasi_types.h"

namespace belljar {

class HostileCalls {
 public:
  static constexpr uint32_t kSlots = 128;
  static constexpr uint32_t kSlotBytes = 64;

  /// The slots, where paths and vectors are, begin at `slots` in a memory of `memory_size` bytes. Descriptors are
  /// mostly below `most_open`. `places`: more addresses that are worth a try.
  HostileCalls(uint64_t seed, uint64_t memory_size, uint32_t slots, uint32_t most_open,
               std::vector<uint64_t> places = {})
      : random_(seed),
        memory_size_(memory_size),
        slots_(slots),
        most_open_(most_open),
        places_(std::move(places)) {}

  uint64_t below(uint64_t n) { return random_() % n; }

  uint64_t number() {
    switch (below(10)) {
      case 0: return random_();                           // anything
      case 1: return memory_size_ + 1 - below(64);        // the edge
      case 2: return uint64_t{0} - below(64);             // below zero
      case 3: return uint64_t{1} << below(64);            // a bit
      case 4: return (uint64_t{1} << below(64)) - 1;      // bits
      case 5: return below(memory_size_);                 // an address
      case 6: return slots_ + below(kSlots * kSlotBytes / 8) * 8;
      case 7:
        if (!places_.empty()) return places_[below(places_.size())] - 16 + below(33);
        [[fallthrough]];
      default: return below(most_open_ + 4);  // a descriptor, a flag, a short length
    }
  }

  /// Fills the slots with text that is a path when it is read from the right place, vectors that are sound or point to
  /// themselves, and noise. `put(address, bytes)` stores to the guest's memory.
  template <typename Put>
  void fill(Put&& put) {
    for (uint32_t slot = 0; slot < kSlots; slot++) {
      const uint32_t at = address_of(slot);
      uint64_t words[kSlotBytes / 8];
      for (uint64_t& word : words) word = number();
      lengths_[slot] = below(20);
      switch (below(5)) {
        case 0:
        case 1: {
          const std::string_view path = kPaths[below(std::size(kPaths))];
          std::memcpy(words, path.data(), path.size());
          lengths_[slot] = path.size();
          break;
        }
        case 2:
          for (uint64_t& word : words) word = vector_of(static_cast<uint32_t>(below(memory_size_)), below(4096));
          break;
        case 3:
          for (uint64_t& word : words) word = vector_of(at + static_cast<uint32_t>(below(64)), below(64));
          break;
        default: break;
      }
      put(at, std::string_view(reinterpret_cast<const char*>(words), sizeof words));
    }
  }

  /// One for each parameter.
  std::vector<uint64_t> arguments(const engine::Import& import) {
    std::vector<uint64_t> values(import.signature.find('>'));
    for (uint64_t& value : values) value = number();
    if (below(10) == 0) return values;
    const std::string_view name = import.name;
    if (name.starts_with("fd_")) values[0] = below(most_open_);
    if (!name.starts_with("path_")) return values;
    const auto put_path = [&](size_t at, bool directory_first) {
      if (directory_first) values[at - 1] = 3;
      const auto slot = static_cast<uint32_t>(below(kSlots));
      values[at] = address_of(slot);
      values[at + 1] = lengths_[slot];
    };
    const bool flags = name.starts_with("path_filestat") || name == "path_link" || name == "path_open";
    const bool symlink = name == "path_symlink";
    if (flags) values[1] = below(2);
    values[0] = 3;
    put_path(symlink ? 0 : flags ? 2 : 1, false);
    if (symlink) put_path(3, true);
    if (name == "path_rename") put_path(4, true);
    if (name == "path_link") put_path(5, true);
    if (name == "path_open") {
      values[4] = below(16);
      values[7] = below(2);
    }
    return values;
  }

 private:
  static constexpr std::string_view kPaths[] = {
      "tmp/a",       "tmp/b",       "tmp/d/a",    "tmp/d", "workspace/a/b/c",          "tmp/l",   "tmp/c",
      "tmp/e",       "workspace/f", "workspace/g", "..",   "tmp/../tmp/",              "/dev/null",
      "usr/lib/python3.14/os.py",   "tmp/a/x",    "dev/urandom", "tmp/l/l/l",          "/",       ".",
      "usr/lib/python3.14/json"};

  static uint64_t vector_of(uint32_t address, uint64_t length) { return uint64_t{address} | length << 32; }
  uint32_t address_of(uint32_t slot) const { return slots_ + slot * kSlotBytes; }

  std::mt19937_64 random_;
  const uint64_t memory_size_;
  const uint32_t slots_;
  const uint32_t most_open_;
  const std::vector<uint64_t> places_;
  uint64_t lengths_[kSlots] = {};  // of the path that each slot may hold
};

}  // namespace belljar

#endif  // BELLJAR_SESSION_HOSTILE_CALLS_H_
