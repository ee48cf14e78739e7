// For tests of Wasi: a host that records, a small guest memory, and imports called by name.
#ifndef BELLJAR_SESSION_WASI_FAKE_H_
#define BELLJAR_SESSION_WASI_FAKE_H_

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "session/wasi.h"

namespace belljar {

class FakeHost final : public WasiHost {
 public:
  int32_t write_stream(int stream, std::span<const uint8_t> bytes) override {
    auto& to = stream == 1 ? out : err;
    written += bytes.size();
    if (to.size() < 1000)
      to.append(reinterpret_cast<const char*>(bytes.data()), std::min<size_t>(bytes.size(), 1000));
    return wasi::kSuccess;
  }
  int32_t read_stdin(std::span<uint8_t> to, size_t* n) override {
    *n = std::min(to.size(), in.size());
    std::memcpy(to.data(), in.data(), *n);
    in.erase(0, *n);
    return stopping ? wasi::kIntr : wasi::kSuccess;
  }
  int32_t sleep_until(uint64_t deadline) override {
    slept_until = deadline;
    if (stopping) return wasi::kIntr;
    clock = std::max(clock, deadline);
    return wasi::kSuccess;
  }
  uint64_t realtime_ns() override { return kEpoch + clock; }
  uint64_t monotonic_ns() override { return clock; }
  uint64_t cpu_ns() override { return 5'000'123; }
  bool random(std::span<uint8_t> to) override {
    std::fill(to.begin(), to.end(), uint8_t{0xAB});
    return true;
  }
  engine::Outcome exit(uint32_t code) override {
    exit_code = code;
    return engine::Outcome::kTrap;
  }

  static constexpr uint64_t kEpoch = 1'800'000'000'000'000'000;

  std::string in, out, err;
  uint64_t written = 0, clock = 1'000'000'777, slept_until = 0;
  uint32_t exit_code = 0;
  bool stopping = false;
};

class FakeGuest {
 public:
  explicit FakeGuest(fs::Files files, size_t memory_size = 65536)
      : memory(memory_size), wasi(host, std::move(files)) {}

  /// Calls an import by its name, as the engine would. Results in 64 bits are not a thing in
  /// preview1.
  int32_t call(std::string_view name, std::initializer_list<uint64_t> arguments) {
    for (const engine::Import& import : wasi_imports()) {
      if (import.name == name) return call(import, {arguments.begin(), arguments.size()});
    }
    ADD_FAILURE() << "no import " << name;
    return -1;
  }
  int32_t call(const engine::Import& import, std::span<const uint64_t> arguments) {
    engine::Value values[10] = {};
    EXPECT_EQ(import.signature.find('>'), arguments.size()) << import.name;
    for (size_t i = 0; i < arguments.size(); i++) {
      if (import.signature[i] == 'I') {
        values[i].i64 = static_cast<int64_t>(arguments[i]);
      } else {
        values[i].i32 = static_cast<int32_t>(arguments[i]);
      }
    }
    outcome = import.function(&wasi, GuestMemory(memory.data(), memory.size()), values);
    return values[0].i32;
  }

  uint32_t put(uint32_t address, std::string_view text) {
    std::memcpy(memory.data() + address, text.data(), text.size());
    return static_cast<uint32_t>(text.size());
  }
  template <typename T>
  void put_value(uint32_t address, const T& value) {
    std::memcpy(memory.data() + address, &value, sizeof(T));
  }
  template <typename T = uint32_t>
  T get(uint32_t address) const {
    T value;
    std::memcpy(&value, memory.data() + address, sizeof(T));
    return value;
  }
  std::string text(uint32_t address, size_t length) const {
    return {reinterpret_cast<const char*>(memory.data()) + address, length};
  }

  FakeHost host;
  std::vector<uint8_t> memory;
  Wasi wasi;
  engine::Outcome outcome = engine::Outcome::kContinue;
};

}  // namespace belljar

#endif  // BELLJAR_SESSION_WASI_FAKE_H_
