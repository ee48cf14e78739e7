#include "session/ceilings.h"

#include <sys/resource.h>

#include <algorithm>
#include <fstream>

#include "engine/stack.h"
#include "image/slot.h"

namespace belljar {
namespace {

/// For the rest of the program.
constexpr uint64_t kOtherMappings = 4096;

constexpr uint64_t kMost = 8192;
constexpr uint64_t kAddressSpace = uint64_t{1} << 47;
constexpr uint64_t kSlotAddressSpace = kReservation + 2 * kGuard + engine::kNativeStackBytes + (uint64_t{1} << 20);

uint64_t read_number(const char* path, uint64_t otherwise) {
  uint64_t number = 0;
  return std::ifstream(path) >> number ? number : otherwise;
}

}  // namespace

Ceiling slots_ceiling() {
  const uint64_t mappings = read_number("/proc/sys/vm/max_map_count", 65530);
  const uint64_t by_mappings = (mappings - std::min(mappings / 2, kOtherMappings)) / kMappingsPerSlot;
  rlimit limit{};
  const bool is_limited = getrlimit(RLIMIT_AS, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY;
  const uint64_t by_address_space = (is_limited ? limit.rlim_cur : kAddressSpace / 2) / kSlotAddressSpace;
  if (is_limited && by_address_space < std::min(by_mappings, kMost)) {
    return {static_cast<uint32_t>(std::max<uint64_t>(by_address_space, 1)),
            "lift `ulimit -v`: each takes 4.2 GiB of address space"};
  }
  if (by_mappings < kMost) {
    return {static_cast<uint32_t>(std::max<uint64_t>(by_mappings, 1)),
            "raise vm.max_map_count (now " + std::to_string(mappings) + "): each takes some twenty mappings"};
  }
  return {static_cast<uint32_t>(kMost), "raise RuntimeOptions::max_live"};
}

}  // namespace belljar
