// What the executable carries: the guest's compiled code, its base image and its standard library, used in place.
#ifndef BELLJAR_IMAGE_PAYLOAD_H_
#define BELLJAR_IMAGE_PAYLOAD_H_

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "belljar/result.h"
#include "image/image.h"

namespace belljar {

inline constexpr size_t kImageHeaderBytes = 4096;
inline constexpr char kImageMagic[8] = {'B', 'J', 'I', 'M', 'A', 'G', 'E', '1'};
inline constexpr uint32_t kMaxImageExtents = 128;

/// The header of docs/formats/image.md, checked.
struct ImageHeader {
  std::array<uint8_t, 32> identity;
  uint64_t memory_size;
  GuestLayout layout;
  std::vector<ImageExtent> extents;  ///< file_offset counts from the start of the blob

  static Result<ImageHeader> parse(std::span<const uint8_t> blob);
  std::vector<uint8_t> serialize() const;
};

/// The identity of an image: SHA-256 of the compiled code, the whole memory and the layout.
std::array<uint8_t, 32> image_identity(std::span<const uint8_t> code, std::span<const uint8_t> memory,
                                       const GuestLayout& layout);

struct Payload {
  std::span<const uint8_t> code;
  std::span<const uint8_t> image;
  std::span<const uint8_t> library;
  bool code_is_executable = true;  ///< false: loading has to make it so

  /// The sections linked into this executable or shared object.
  static Payload linked();

  /// Opens the image for mapping: the file this code was loaded from, at the image's place in it; when that file cannot
  /// be opened any more, or is another build's by now, a copy in memory.
  Result<std::shared_ptr<const Image>> open_image() const;

  /// Whether code and image hash to the identity in the image's header.
  Status verify_identity() const;
};

}  // namespace belljar

#endif  // BELLJAR_IMAGE_PAYLOAD_H_
