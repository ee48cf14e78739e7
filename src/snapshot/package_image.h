// An image file: packages and the state of a session that has imported them (docs/formats/package-image.md).
#ifndef BELLJAR_SNAPSHOT_PACKAGE_IMAGE_H_
#define BELLJAR_SNAPSHOT_PACKAGE_IMAGE_H_

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "belljar/result.h"
#include "fs/pack.h"
#include "image/delta.h"
#include "image/image.h"

namespace belljar {

struct SessionState;

using PackageImageId = std::array<uint8_t, 32>;

/// What sessions of one image share, and snapshots of them refer to.
struct PackageImage {
  PackageImageId id{};  ///< the file's hash; zeros while it is being built
  std::string name;     ///< for people: at most kMaxName bytes, may be anything that is UTF-8
  std::string lock;     ///< JSON
  std::shared_ptr<const fs::Pack> site;
  std::shared_ptr<const Delta> memory;  ///< what its sessions begin with; slots stay ready with it

  static constexpr size_t kMaxName = 32;
};

std::string to_hex(const PackageImageId& id);

/// Whether `bytes` begin as an image file does.
bool is_package_image(std::string_view bytes);

/// The file's bytes: `state`, whose `packages` say the rest. kExhausted without memory.
Result<std::string> encode_package_image(const SessionState& state);

/// Checks all of `bytes` before it makes anything of them, as decode_snapshot() does; the state's `packages` are what
/// else is in the file. kCorrupt, kExhausted.
Result<std::shared_ptr<const SessionState>> decode_package_image(std::string_view bytes,
                                                                 std::shared_ptr<const Image> image,
                                                                 std::shared_ptr<const fs::Pack> library,
                                                                 uint64_t max_bytes);

}  // namespace belljar

#endif  // BELLJAR_SNAPSHOT_PACKAGE_IMAGE_H_
