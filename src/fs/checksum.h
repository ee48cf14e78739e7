// XXH64 with seed 0 (Yann Collet's xxHash): fast, for finding damage, not forgery.
#ifndef BELLJAR_FS_CHECKSUM_H_
#define BELLJAR_FS_CHECKSUM_H_

#include <cstdint>
#include <span>

namespace belljar::fs {

uint64_t xxh64(std::span<const uint8_t> bytes);

}  // namespace belljar::fs

#endif  // BELLJAR_FS_CHECKSUM_H_
