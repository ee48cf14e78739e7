// The memory of a parked session: one block, a tenth of what its pages take.
#ifndef BELLJAR_SNAPSHOT_PACKED_DELTA_H_
#define BELLJAR_SNAPSHOT_PACKED_DELTA_H_

#include <cstdint>
#include <memory>

#include "image/delta.h"
#include "image/image.h"

namespace belljar {

class PackedDelta {
 public:
  /// kExhausted without memory.
  static Result<PackedDelta> pack(const Delta& delta, const Image& image);

  /// The same memory over the same image; pages that did not differ from it are left out. kExhausted without memory.
  Result<std::shared_ptr<const Delta>> unpack(const Image& image) const;

  uint64_t memory_size() const { return memory_size_; }

  /// Memory that it takes.
  uint64_t bytes() const { return size_; }

 private:
  PackedDelta() = default;

  uint64_t memory_size_ = 0;
  uint64_t run_count_ = 0;
  std::unique_ptr<uint8_t[]> block_;  // runs, then coded pages
  size_t size_ = 0;
};

}  // namespace belljar

#endif  // BELLJAR_SNAPSHOT_PACKED_DELTA_H_
