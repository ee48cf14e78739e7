// All that a session is, apart from its rights.
#ifndef BELLJAR_SNAPSHOT_SESSION_STATE_H_
#define BELLJAR_SNAPSHOT_SESSION_STATE_H_

#include <cstdint>
#include <memory>

#include "fs/files.h"
#include "image/delta.h"
#include "image/image.h"
#include "snapshot/package_image.h"

namespace belljar {

struct SessionState {
  std::shared_ptr<const Image> image;
  std::shared_ptr<const Delta> memory;  ///< null: the image as it is
  fs::Files files;                      ///< and what is open
  uint64_t monotonic_ns = 0;            ///< the guest's clock when it was taken: it goes on from there
  uint64_t cpu_ns = 0;                  ///< used so far, as the guest sees it
  uint32_t cells = 0;                   ///< run so far: they number the next
  bool is_pristine = true;              ///< nothing has run: arguments and environment are still to be set
  bool was_refused_memory = false;      ///< the last run
  /// ToolSet::id() of the tools whose functions are in the guest; kUnknownTools: of another process.
  static constexpr uint64_t kUnknownTools = ~uint64_t{0};
  uint64_t tool_set = kUnknownTools;
  bool is_unseeded = false;  ///< no generator of random numbers has drawn yet: sessions need not be told to renew them
  std::shared_ptr<const PackageImage> packages{};  ///< null: none. The files' tree has the same site
};

}  // namespace belljar

#endif  // BELLJAR_SNAPSHOT_SESSION_STATE_H_
