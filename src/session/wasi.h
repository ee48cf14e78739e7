// WASI preview1 for one session: what the guest's C library calls. Files are the session's own tree
// (fs/), everything else goes through WasiHost. The guest is hostile: any function may be called
// with any numbers.
#ifndef BELLJAR_SESSION_WASI_H_
#define BELLJAR_SESSION_WASI_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

#include "base/guest_memory.h"
#include "engine/import.h"
#include "fs/files.h"
#include "session/wasi_types.h"

namespace belljar {

/// What the session lends to its Wasi; called on the guest's thread. Errors are wasi::Error.
class WasiHost {
 public:
  virtual ~WasiHost() = default;

  /// `stream` is 1 or 2. Takes all bytes: caps and counting are its business.
  virtual int32_t write_stream(int stream, std::span<const uint8_t> bytes) = 0;
  /// May block; kIntr when the run is being stopped. `*n` = 0 is the end of the input.
  virtual int32_t read_stdin(std::span<uint8_t> out, size_t* n) = 0;
  /// kIntr when the run is being stopped.
  virtual int32_t sleep_until(uint64_t monotonic_ns) = 0;

  // Guest-visible clocks: offsets and resolution are the session's business.
  virtual uint64_t realtime_ns() = 0;
  virtual uint64_t monotonic_ns() = 0;
  virtual uint64_t cpu_ns() = 0;

  virtual bool random(std::span<uint8_t> out) = 0;
  /// proc_exit: ends the call into the guest.
  virtual engine::Outcome exit(uint32_t code) = 0;
};

/// One thread at a time. A class that adds imports of its own to the same instance derives from
/// this one, first and without virtual functions, so that both have the same address.
class Wasi {
 public:
  using Memory = GuestMemory;

  static constexpr uint32_t kMaxIovecs = 1024;
  static constexpr uint32_t kMaxSubscriptions = 64;
  /// Bytes of one random_get, or one read of a device's random numbers: a host call must end soon, and some kernels
  /// make 40 MB of them a second.
  static constexpr uint32_t kMaxRandom = 1u << 18;
  static constexpr uint64_t kClockResolutionNs = 1000;

  Wasi(WasiHost& host, fs::Files files) : host_(host), files_(std::move(files)) {}

  /// The session's file state: copy it to make a checkpoint, assign to it to roll back.
  fs::Files& files() { return files_; }
  const fs::Files& files() const { return files_; }

  // Arguments are those of the specification.

  // ---- wasi.cc: process, randomness, sockets ----

  int32_t args_get(const Memory&, uint32_t argv, uint32_t buffer);
  int32_t args_sizes_get(const Memory&, uint32_t count, uint32_t size);
  int32_t environ_get(const Memory&, uint32_t environ, uint32_t buffer);
  int32_t environ_sizes_get(const Memory&, uint32_t count, uint32_t size);
  int32_t random_get(const Memory&, uint32_t buffer, uint32_t length);
  int32_t sched_yield(const Memory&);
  engine::Outcome proc_exit(const Memory&, uint32_t code);
  int32_t proc_raise(const Memory&, uint32_t signal);
  int32_t sock_accept(const Memory&, uint32_t fd, uint32_t flags, uint32_t out);
  int32_t sock_recv(const Memory&, uint32_t fd, uint32_t iovecs, uint32_t count, uint32_t flags,
                    uint32_t size, uint32_t out_flags);
  int32_t sock_send(const Memory&, uint32_t fd, uint32_t iovecs, uint32_t count, uint32_t flags,
                    uint32_t size);
  int32_t sock_shutdown(const Memory&, uint32_t fd, uint32_t how);

  // ---- wasi_clock.cc ----

  int32_t clock_res_get(const Memory&, uint32_t clock, uint32_t out);
  int32_t clock_time_get(const Memory&, uint32_t clock, uint64_t precision, uint32_t out);
  int32_t poll_oneoff(const Memory&, uint32_t in, uint32_t out, uint32_t count,
                      uint32_t event_count);

  // ---- wasi_descriptors.cc; reading and writing in wasi_io.cc ----

  int32_t fd_advise(const Memory&, uint32_t fd, uint64_t offset, uint64_t length, uint32_t advice);
  int32_t fd_allocate(const Memory&, uint32_t fd, uint64_t offset, uint64_t length);
  int32_t fd_close(const Memory&, uint32_t fd);
  int32_t fd_datasync(const Memory&, uint32_t fd);
  int32_t fd_fdstat_get(const Memory&, uint32_t fd, uint32_t out);
  int32_t fd_fdstat_set_flags(const Memory&, uint32_t fd, uint32_t flags);
  int32_t fd_fdstat_set_rights(const Memory&, uint32_t fd, uint64_t base, uint64_t inheriting);
  int32_t fd_filestat_get(const Memory&, uint32_t fd, uint32_t out);
  int32_t fd_filestat_set_size(const Memory&, uint32_t fd, uint64_t size);
  int32_t fd_filestat_set_times(const Memory&, uint32_t fd, uint64_t accessed, uint64_t modified,
                                uint32_t flags);
  int32_t fd_pread(const Memory&, uint32_t fd, uint32_t iovecs, uint32_t count, uint64_t offset,
                   uint32_t size);
  int32_t fd_prestat_get(const Memory&, uint32_t fd, uint32_t out);
  int32_t fd_prestat_dir_name(const Memory&, uint32_t fd, uint32_t path, uint32_t length);
  int32_t fd_pwrite(const Memory&, uint32_t fd, uint32_t iovecs, uint32_t count, uint64_t offset,
                    uint32_t size);
  int32_t fd_read(const Memory&, uint32_t fd, uint32_t iovecs, uint32_t count, uint32_t size);
  int32_t fd_readdir(const Memory&, uint32_t fd, uint32_t buffer, uint32_t length, uint64_t cookie,
                     uint32_t size);
  int32_t fd_renumber(const Memory&, uint32_t from, uint32_t to);
  int32_t fd_seek(const Memory&, uint32_t fd, int64_t delta, uint32_t whence, uint32_t out);
  int32_t fd_sync(const Memory&, uint32_t fd);
  int32_t fd_tell(const Memory&, uint32_t fd, uint32_t out);
  int32_t fd_write(const Memory&, uint32_t fd, uint32_t iovecs, uint32_t count, uint32_t size);

  // ---- wasi_paths.cc ----

  int32_t path_create_directory(const Memory&, uint32_t fd, uint32_t path, uint32_t length);
  int32_t path_filestat_get(const Memory&, uint32_t fd, uint32_t flags, uint32_t path,
                            uint32_t length, uint32_t out);
  int32_t path_filestat_set_times(const Memory&, uint32_t fd, uint32_t flags, uint32_t path,
                                  uint32_t length, uint64_t accessed, uint64_t modified,
                                  uint32_t time_flags);
  int32_t path_link(const Memory&, uint32_t old_fd, uint32_t old_flags, uint32_t old_path,
                    uint32_t old_length, uint32_t new_fd, uint32_t new_path, uint32_t new_length);
  int32_t path_open(const Memory&, uint32_t fd, uint32_t lookup, uint32_t path, uint32_t length,
                    uint32_t open_flags, uint64_t rights, uint64_t inheriting, uint32_t fd_flags,
                    uint32_t out);
  int32_t path_readlink(const Memory&, uint32_t fd, uint32_t path, uint32_t length, uint32_t buffer,
                        uint32_t buffer_length, uint32_t size);
  int32_t path_remove_directory(const Memory&, uint32_t fd, uint32_t path, uint32_t length);
  int32_t path_rename(const Memory&, uint32_t old_fd, uint32_t old_path, uint32_t old_length,
                      uint32_t new_fd, uint32_t new_path, uint32_t new_length);
  int32_t path_symlink(const Memory&, uint32_t target, uint32_t target_length, uint32_t fd,
                       uint32_t path, uint32_t length);
  int32_t path_unlink_file(const Memory&, uint32_t fd, uint32_t path, uint32_t length);

 private:
  class Path;
  class Iovecs;
  using Open = fs::Files::Open;

  bool is_hidden(uint32_t fd);
  uint64_t now() { return round_down(host_.realtime_ns()); }
  static uint64_t round_down(uint64_t ns) { return ns - ns % kClockResolutionNs; }

  // wasi_clock.cc
  struct Wait;
  bool clock_now(uint32_t clock, uint64_t* ns);
  void subscribe(const wasi::Subscription& subscription, Wait* wait);

  // wasi_io.cc
  int32_t read_window(Open* open, const uint64_t* at, std::span<uint8_t> out, size_t* done);
  int32_t write_window(Open* open, const uint64_t* at, std::span<const uint8_t> bytes,
                       size_t* done);
  int32_t transfer(const Memory&, uint32_t fd, uint32_t iovecs, uint32_t count, const uint64_t* at,
                   bool writing, uint32_t size);

  // wasi_descriptors.cc
  int32_t write_filestat(const Memory&, const fs::Stat& stat, uint32_t out);
  int32_t set_times(Open* open, fs::NodeId node, uint64_t accessed, uint64_t modified,
                    uint32_t flags);

  // wasi_paths.cc
  int32_t directory(uint32_t fd, fs::NodeId* node);

  WasiHost& host_;
  fs::Files files_;
};

/// The whole of preview1, for the linker: every function is there, those that make no sense here
/// refuse.
std::span<const engine::Import> wasi_imports();

namespace wasi {

/// A value of <cerrno> as the guest's.
int32_t from_errno(int error);

}  // namespace wasi

}  // namespace belljar

#endif  // BELLJAR_SESSION_WASI_H_
