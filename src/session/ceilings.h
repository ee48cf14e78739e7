// What this process may hold before the kernel says no.
#ifndef BELLJAR_SESSION_CEILINGS_H_
#define BELLJAR_SESSION_CEILINGS_H_

#include <cstdint>
#include <string>

namespace belljar {

/// Mappings of one slot: guards, the image's extents and gaps, grown memory, the native stack, and some for what a
/// snapshot maps over them. Sessions.TakeNoMoreMappingsThanCounted compares it with /proc/self/maps.
inline constexpr uint64_t kMappingsPerSlot = 28;

struct Ceiling {
  uint32_t slots;
  std::string reason;  ///< what sets it, and how to raise it: a hint
};

/// How many slots there is room for. Read from the system when a Runtime is made.
Ceiling slots_ceiling();

}  // namespace belljar

#endif  // BELLJAR_SESSION_CEILINGS_H_
