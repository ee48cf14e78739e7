#include "session/wasi.h"

#include <cerrno>

namespace belljar {
namespace {

constexpr std::string_view kModule = "wasi_snapshot_preview1";

template <auto method>
constexpr engine::Import import(std::string_view name) {
  return engine::bind<method>(kModule, name);
}

constexpr engine::Import kImports[] = {
    import <&Wasi::args_get>("args_get"),
    import <&Wasi::args_sizes_get>("args_sizes_get"),
    import <&Wasi::environ_get>("environ_get"),
    import <&Wasi::environ_sizes_get>("environ_sizes_get"),
    import <&Wasi::clock_res_get>("clock_res_get"),
    import <&Wasi::clock_time_get>("clock_time_get"),
    import <&Wasi::fd_advise>("fd_advise"),
    import <&Wasi::fd_allocate>("fd_allocate"),
    import <&Wasi::fd_close>("fd_close"),
    import <&Wasi::fd_datasync>("fd_datasync"),
    import <&Wasi::fd_fdstat_get>("fd_fdstat_get"),
    import <&Wasi::fd_fdstat_set_flags>("fd_fdstat_set_flags"),
    import <&Wasi::fd_fdstat_set_rights>("fd_fdstat_set_rights"),
    import <&Wasi::fd_filestat_get>("fd_filestat_get"),
    import <&Wasi::fd_filestat_set_size>("fd_filestat_set_size"),
    import <&Wasi::fd_filestat_set_times>("fd_filestat_set_times"),
    import <&Wasi::fd_pread>("fd_pread"),
    import <&Wasi::fd_prestat_get>("fd_prestat_get"),
    import <&Wasi::fd_prestat_dir_name>("fd_prestat_dir_name"),
    import <&Wasi::fd_pwrite>("fd_pwrite"),
    import <&Wasi::fd_read>("fd_read"),
    import <&Wasi::fd_readdir>("fd_readdir"),
    import <&Wasi::fd_renumber>("fd_renumber"),
    import <&Wasi::fd_seek>("fd_seek"),
    import <&Wasi::fd_sync>("fd_sync"),
    import <&Wasi::fd_tell>("fd_tell"),
    import <&Wasi::fd_write>("fd_write"),
    import <&Wasi::path_create_directory>("path_create_directory"),
    import <&Wasi::path_filestat_get>("path_filestat_get"),
    import <&Wasi::path_filestat_set_times>("path_filestat_set_times"),
    import <&Wasi::path_link>("path_link"),
    import <&Wasi::path_open>("path_open"),
    import <&Wasi::path_readlink>("path_readlink"),
    import <&Wasi::path_remove_directory>("path_remove_directory"),
    import <&Wasi::path_rename>("path_rename"),
    import <&Wasi::path_symlink>("path_symlink"),
    import <&Wasi::path_unlink_file>("path_unlink_file"),
    import <&Wasi::poll_oneoff>("poll_oneoff"),
    import <&Wasi::proc_exit>("proc_exit"),
    import <&Wasi::proc_raise>("proc_raise"),
    import <&Wasi::sched_yield>("sched_yield"),
    import <&Wasi::random_get>("random_get"),
    import <&Wasi::sock_accept>("sock_accept"),
    import <&Wasi::sock_recv>("sock_recv"),
    import <&Wasi::sock_send>("sock_send"),
    import <&Wasi::sock_shutdown>("sock_shutdown"),
};

}  // namespace

std::span<const engine::Import> wasi_imports() {
  return kImports;
}

int32_t wasi::from_errno(int error) {
  switch (error) {
    case 0:
      return kSuccess;
    case EACCES:
      return kAcces;
    case EBADF:
      return kBadf;
    case EBUSY:
      return kBusy;
    case EEXIST:
      return kExist;
    case EFBIG:
      return kFbig;
    case EILSEQ:
      return kIlseq;
    case EINVAL:
      return kInval;
    case EISDIR:
      return kIsdir;
    case ELOOP:
      return kLoop;
    case EMFILE:
      return kMfile;
    case ENAMETOOLONG:
      return kNametoolong;
    case ENOENT:
      return kNoent;
    case ENOSPC:
      return kNospc;
    case ENOTDIR:
      return kNotdir;
    case ENOTEMPTY:
      return kNotempty;
    case EOVERFLOW:
      return kOverflow;
    case EPERM:
      return kPerm;
    case EROFS:
      return kRofs;
    case ESPIPE:
      return kSpipe;
    case ESTALE:
      return kStale;
    case EXDEV:
      return kXdev;
    default:
      return kIo;
  }
}

// Arguments and environment reach the guest in its kernel's own frames; the C library's are empty.

int32_t Wasi::args_get(const Memory&, uint32_t, uint32_t) {
  return wasi::kSuccess;
}
int32_t Wasi::environ_get(const Memory&, uint32_t, uint32_t) {
  return wasi::kSuccess;
}

int32_t Wasi::args_sizes_get(const Memory& memory, uint32_t count, uint32_t size) {
  const bool written = memory.write(count, uint32_t{0}) && memory.write(size, uint32_t{0});
  return written ? wasi::kSuccess : wasi::kFault;
}

int32_t Wasi::environ_sizes_get(const Memory& memory, uint32_t count, uint32_t size) {
  return args_sizes_get(memory, count, size);
}

int32_t Wasi::random_get(const Memory& memory, uint32_t buffer, uint32_t length) {
  if (!memory.contains(buffer, length)) return wasi::kFault;
  if (length > kMaxRandom) return wasi::kInval;
  return host_.random(memory.window(buffer, length)) ? wasi::kSuccess : wasi::kIo;
}

int32_t Wasi::sched_yield(const Memory&) {
  return wasi::kSuccess;
}

engine::Outcome Wasi::proc_exit(const Memory&, uint32_t code) {
  return host_.exit(code);
}

int32_t Wasi::proc_raise(const Memory&, uint32_t) {
  return wasi::kNotsup;
}

// There are no sockets: a descriptor is not one, or is none at all.

int32_t Wasi::sock_accept(const Memory&, uint32_t fd, uint32_t, uint32_t) {
  return files_.find(fd) ? wasi::kNotsock : wasi::kBadf;
}

int32_t Wasi::sock_recv(const Memory&, uint32_t fd, uint32_t, uint32_t, uint32_t, uint32_t,
                        uint32_t) {
  return files_.find(fd) ? wasi::kNotsock : wasi::kBadf;
}

int32_t Wasi::sock_send(const Memory&, uint32_t fd, uint32_t, uint32_t, uint32_t, uint32_t) {
  return files_.find(fd) ? wasi::kNotsock : wasi::kBadf;
}

int32_t Wasi::sock_shutdown(const Memory&, uint32_t fd, uint32_t) {
  return files_.find(fd) ? wasi::kNotsock : wasi::kBadf;
}

}  // namespace belljar
