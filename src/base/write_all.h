// Writing to a descriptor until all is written.
#ifndef BELLJAR_BASE_WRITE_ALL_H_
#define BELLJAR_BASE_WRITE_ALL_H_

#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <string_view>

namespace belljar {

/// False, with errno, when the system refuses; some of it may have been written.
inline bool write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = write(fd, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    bytes.remove_prefix(static_cast<size_t>(n));
  }
  return true;
}

}  // namespace belljar

#endif  // BELLJAR_BASE_WRITE_ALL_H_
