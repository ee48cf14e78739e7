// Reading and writing: straight between guest memory and the blocks of a file, or the host's
// streams.

#include <algorithm>
#include <array>

#include "session/wasi.h"

namespace belljar {

using namespace wasi;

// The guest's vector of buffers, copied out once and checked as a whole before any byte moves.
class Wasi::Iovecs {
 public:
  int32_t load(const Memory& memory, uint32_t address, uint32_t count) {
    if (count > kMaxIovecs) return kInval;
    uint64_t total = 0;
    for (uint32_t i = 0; i < count; i++) {
      Iovec iovec;
      if (!memory.contains(address, uint64_t{i + 1} * sizeof(Iovec)) ||
          !memory.read(address + i * uint32_t{sizeof(Iovec)}, &iovec)) {
        return kFault;
      }
      windows_[i] = memory.window(iovec.address, iovec.length);
      if (!windows_[i].data()) return kFault;
      total += iovec.length;
    }
    // Overlapping buffers could ask for more than a count of 32 bits can tell.
    if (total > memory.size() || total > UINT32_MAX) return kInval;
    count_ = count;
    return kSuccess;
  }

  std::span<const std::span<uint8_t>> windows() const { return {windows_.data(), count_}; }

 private:
  std::array<std::span<uint8_t>, kMaxIovecs> windows_;
  uint32_t count_ = 0;
};

int32_t Wasi::read_window(Open* open, const uint64_t* at, std::span<uint8_t> out, size_t* done) {
  if (open->kind == Open::Kind::kStream) {
    if (!open->flags.read) return kBadf;
    return at ? kSpipe : host_.read_stdin(out, done);
  }
  if (open->flags.read && files_.tree().device(open->node) == fs::Device::kRandom) {
    *done = std::min<size_t>(out.size(), kMaxRandom);
    return host_.random(out.first(*done)) ? kSuccess : kIo;
  }
  return from_errno(at ? files_.read_at(open, *at, out, done) : files_.read(open, out, done));
}

int32_t Wasi::write_window(Open* open, const uint64_t* at, std::span<const uint8_t> bytes,
                           size_t* done) {
  if (open->kind == Open::Kind::kStream) {
    if (!open->flags.write) return kBadf;
    if (at) return kSpipe;
    *done = bytes.size();
    return host_.write_stream(open->stream, bytes);
  }
  return from_errno(at ? files_.write_at(open, *at, bytes, now(), done)
                       : files_.write(open, bytes, now(), done));
}

// `at` is null for the descriptor's own offset. An error counts only when nothing was transferred
// before it.
int32_t Wasi::transfer(const Memory& memory, uint32_t fd, uint32_t iovecs, uint32_t count,
                       const uint64_t* at, bool writing, uint32_t size) {
  Iovecs buffers;
  if (const int32_t error = buffers.load(memory, iovecs, count)) return error;
  if (!memory.contains(size, sizeof(uint32_t))) return kFault;
  Open* open = files_.find(fd);
  if (!open) return kBadf;
  if (at && *at > INT64_MAX) return kInval;
  uint64_t total = 0;
  int32_t error = kSuccess;
  for (const auto window : buffers.windows()) {
    // Empty buffers after the first say nothing new; the first one still finds out what is wrong.
    if (window.empty() && total > 0) continue;
    uint64_t position = at ? *at + total : 0;
    size_t done = 0;
    error = writing ? write_window(open, at ? &position : nullptr, window, &done)
                    : read_window(open, at ? &position : nullptr, window, &done);
    if (error != kSuccess) break;
    total += done;
    if (done < window.size()) break;
    // More might mean waiting for more, or, from a device that never ends, making more than a call may take.
    const bool is_endless = open->kind == Open::Kind::kStream || open->type == fs::NodeType::kDevice;
    if (!writing && is_endless && total > 0) break;
  }
  if (error != kSuccess && total == 0) return error;
  return memory.write(size, static_cast<uint32_t>(total)) ? kSuccess : kFault;
}

int32_t Wasi::fd_read(const Memory& memory, uint32_t fd, uint32_t iovecs, uint32_t count,
                      uint32_t size) {
  return transfer(memory, fd, iovecs, count, nullptr, false, size);
}

int32_t Wasi::fd_write(const Memory& memory, uint32_t fd, uint32_t iovecs, uint32_t count,
                       uint32_t size) {
  return transfer(memory, fd, iovecs, count, nullptr, true, size);
}

int32_t Wasi::fd_pread(const Memory& memory, uint32_t fd, uint32_t iovecs, uint32_t count,
                       uint64_t offset, uint32_t size) {
  return transfer(memory, fd, iovecs, count, &offset, false, size);
}

int32_t Wasi::fd_pwrite(const Memory& memory, uint32_t fd, uint32_t iovecs, uint32_t count,
                        uint64_t offset, uint32_t size) {
  return transfer(memory, fd, iovecs, count, &offset, true, size);
}

}  // namespace belljar
