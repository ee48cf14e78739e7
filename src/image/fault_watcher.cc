#include "image/fault_watcher.h"

#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>
#include <vector>

#include "image/image.h"

namespace belljar {
namespace {

// Newer than Debian 12's headers.
constexpr uint64_t kFeatureUnpopulated = uint64_t{1} << 13;
constexpr uint64_t kFeatureAsync = uint64_t{1} << 15;
constexpr int kUserModeOnly = 1;

Error refused(const char* what) {
  return {ErrorCode::kUnsupported, std::string("userfaultfd: ") + what + ": " + std::strerror(errno), ""};
}

UniqueFd open_faults() {
  UniqueFd fd(static_cast<int>(syscall(SYS_userfaultfd, O_CLOEXEC | O_NONBLOCK | kUserModeOnly)));
  uffdio_api api{};
  api.api = UFFD_API;
  api.features = kFeatureAsync | kFeatureUnpopulated | UFFD_FEATURE_PAGEFAULT_FLAG_WP;
  if (!fd.valid() || ioctl(fd.get(), UFFDIO_API, &api) != 0) return UniqueFd();
  return fd;
}

}  // namespace

FaultWatcher::FaultWatcher(const PageScanner& scanner) : faults_(open_faults()) {
  if (faults_.valid() && !works(scanner)) faults_ = UniqueFd();
}

bool FaultWatcher::works(const PageScanner& scanner) const {
  if (!scanner.available()) return false;
  void* at = mmap(nullptr, kPageSize, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (at == MAP_FAILED) return false;
  auto* page = static_cast<uint8_t*>(at);
  std::vector<PageRun> runs;
  bool works = watch(page, kPageSize).ok() && protect(page, kPageSize).ok() &&
               scanner.written_pages(page, kPageSize, &runs).ok() && runs.empty();
  *static_cast<volatile uint8_t*>(page) = 1;
  works = works && scanner.written_pages(page, kPageSize, &runs).ok() && runs.size() == 1;
  munmap(page, kPageSize);
  return works;
}

Status FaultWatcher::watch(uint8_t* base, uint64_t length) const {
  uffdio_register range{};
  range.range = {reinterpret_cast<uint64_t>(base), length};
  range.mode = UFFDIO_REGISTER_MODE_WP;
  if (ioctl(faults_.get(), UFFDIO_REGISTER, &range) != 0) return refused("cannot watch a sandbox's memory");
  return Ok{};
}

Status FaultWatcher::set_protection(uint8_t* base, uint64_t length, bool on) const {
  uffdio_writeprotect protect{};
  protect.range = {reinterpret_cast<uint64_t>(base), length};
  protect.mode = on ? UFFDIO_WRITEPROTECT_MODE_WP : 0;
  if (ioctl(faults_.get(), UFFDIO_WRITEPROTECT, &protect) != 0) return refused("cannot protect pages");
  return Ok{};
}

}  // namespace belljar
