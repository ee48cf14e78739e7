// What guest.c is told to do, as the source of a cell.
#ifndef BELLJAR_TESTS_HOSTILE_SCRIPT_H_
#define BELLJAR_TESTS_HOSTILE_SCRIPT_H_

#include <cstdint>
#include <cstdio>
#include <cstring>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>

#include "session/imports.h"

namespace belljar::testing {

class Script {
 public:
  /// `arguments`: one for each parameter of the import, as the guest would pass them.
  Script& call(std::string_view name, std::span<const uint64_t> arguments) {
    words({kCall, index_of(name), arguments.size()});
    for (const uint64_t argument : arguments) word(argument);
    return *this;
  }
  Script& call(std::string_view name, std::initializer_list<uint64_t> arguments) {
    return call(name, std::span(arguments.begin(), arguments.size()));
  }
  /// Up to 7 bytes after `bytes` become zero.
  Script& store(uint32_t address, std::string_view bytes) {
    for (size_t i = 0; i < bytes.size(); i += 8) {
      uint64_t value = 0;
      std::memcpy(&value, bytes.data() + i, std::min<size_t>(8, bytes.size() - i));
      words({kStore, address + i, value});
    }
    return *this;
  }
  Script& store_words(uint32_t address, std::initializer_list<uint32_t> values) {
    return store(address, {reinterpret_cast<const char*>(values.begin()), values.size() * sizeof(uint32_t)});
  }
  Script& load(uint32_t address) { return words({kLoad, address}); }
  Script& grow(uint32_t pages) { return words({kGrow, pages}); }
  /// What follows happens that many calls deeper.
  Script& recurse(uint32_t depth) { return words({kRecurse, depth}); }
  Script& trap() { return words({kTrap}); }
  Script& spin(uint64_t rounds = ~uint64_t{0}) { return words({kSpin, rounds}); }
  Script& leave_stack_pointer(uint32_t value) { return words({kStackPointer, value}); }
  /// What follows is for bj_buffer, before the next request that is longer than the mailbox.
  Script& in_buffer() { return words({kBuffer}); }
  Script& finish(uint32_t status = 0) { return words({kReturn, status}); }

  const std::string& text() const { return text_; }

 private:
  // Keep in step with guest.c.
  enum Operation : uint64_t {
    kReturn, kCall, kStore, kLoad, kGrow, kRecurse, kTrap, kSpin, kStackPointer, kBuffer,
  };

  static uint64_t index_of(std::string_view name) {
    uint64_t index = 0;
    for (const engine::Import& import : guest_imports()) {
      if (import.name == name) break;
      index++;
    }
    return index;
  }

  Script& words(std::initializer_list<uint64_t> values) {
    for (const uint64_t value : values) word(value);
    return *this;
  }
  void word(uint64_t value) {
    char text[20];
    text_.append(text, static_cast<size_t>(std::snprintf(text, sizeof text, "%llx ",
                                                         static_cast<unsigned long long>(value))));
  }

  std::string text_;
};

}  // namespace belljar::testing

#endif  // BELLJAR_TESTS_HOSTILE_SCRIPT_H_
