// A slot: the address space of one sandbox. 4 GiB of linear memory between two guards, showing one image
// copy-on-write. The generated code makes no bounds checks: that every 32-bit address lands in the reservation, and
// that nothing else ever lies in it, *is* the wall. Reviewer's checklist: docs/threat-model.md, "Slots".
#ifndef BELLJAR_IMAGE_SLOT_H_
#define BELLJAR_IMAGE_SLOT_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <vector>

#include "belljar/result.h"
#include "image/delta.h"
#include "image/image.h"
#include "image/pages.h"
#include "image/fault_watcher.h"

namespace belljar {

/// What Wasmtime is configured to rely on (src/engine/wasmtime/settings.rs): a 32-bit index plus a constant offset
/// below the guard size.
inline constexpr uint64_t kReservation = uint64_t{4} << 30;
inline constexpr uint64_t kGuard = uint64_t{32} << 20;

/// Used by one thread at a time, except protect_*(), which the watchdog calls while it holds the slot's gate.
class Slot {
 public:
  /// Reserves address space only. Not inherited by fork().
  static Result<std::unique_ptr<Slot>> create();
  ~Slot();
  Slot(const Slot&) = delete;
  Slot& operator=(const Slot&) = delete;

  /// Shows `image`: replaces whatever the slot showed before.
  Status show(std::shared_ptr<const Image> image);

  const std::shared_ptr<const Image>& image() const { return image_; }
  uint8_t* memory() const { return memory_; }
  /// Current size of the linear memory in bytes.
  uint64_t size() const { return size_.load(std::memory_order_relaxed); }
  bool contains(const void* address) const {
    auto a = reinterpret_cast<uintptr_t>(address), b = reinterpret_cast<uintptr_t>(memory_);
    return a >= b - kGuard && a < b + kReservation + kGuard;
  }

  /// Makes the memory `new_size` bytes long; the new bytes read as zero. False, and nothing changed, when the
  /// kernel refuses.
  bool grow(uint64_t new_size);

  /// Gives back the memory beyond `new_size` (at least the image's size), so that it reads as zero when grown again.
  Status shrink(uint64_t new_size);

  /// From now on the kernel maps only pages that are touched, not their neighbours. A hint: without `watcher`'s kernel
  /// feature nothing changes. Precondition: the memory equals the image. `watcher` outlives the slot.
  void map_sparsely(const FaultWatcher& watcher);

  /// Makes the memory equal to `delta` over the image, byte for byte and in size; null: to the image. Large segments of
  /// the delta are mapped, the rest is copied: the cost is that of the pages written since the last time, and of the
  /// segments. Returns how many pages had been written; kUnknownPages without PAGEMAP_SCAN. After an error the slot must
  /// not be used again.
  Result<uint64_t> restore(std::shared_ptr<const Delta> delta, const PageScanner& scanner);

  /// The same for a slot that nothing has run in since it showed the image: nothing has to be looked for.
  Status lay(std::shared_ptr<const Delta> delta);
  static constexpr uint64_t kUnknownPages = ~uint64_t{0};

  /// Whether the memory is, byte for byte, what it was last restored to.
  bool is_restored() const;

  /// map_sparsely() has been here.
  bool is_sparse() const { return watcher_ != nullptr; }

  /// What it was last restored to. Its mappable segments lie over the image.
  const std::shared_ptr<const Delta>& shown() const { return shown_; }

  /// restore() would change mappings, or take memory away: whoever follows the slot's pages has to start again.
  bool remaps(const std::shared_ptr<const Delta>& delta) const;

  /// Appends the runs of pages that differ from what unwritten ones hold: not those that were written with the same, such
  /// as an earlier session left. (Dropping these would interrupt every other thread of the process.)
  Status changed_pages(const PageScanner& scanner, std::vector<PageRun>* runs) const;

  /// Puts back what an unwritten page at `offset` holds: the mapped segment's content, the image's, or zero beyond it.
  void restore_page(uint64_t offset);


  /// Hard stop: takes away the pages of the shadow stack, of the part that shows the image (the guest's own data and
  /// the oldest part of its heap), or of the whole memory, so that the guest's next access faults. unprotect() gives
  /// them back.
  void protect_stack() const;
  void protect_image() const;
  void protect_all() const;
  Status unprotect() const;

 private:
  explicit Slot(uint8_t* reservation);

  Status remap(const Delta* delta);
  void copy_segments(const Delta& delta);
  Status settle_mapping(uint64_t offset, uint64_t length);
  Status put_back(const PageRun& run, const Delta* delta, bool keeps);
  Status put_back_image(uint64_t offset, uint64_t length, bool keeps);
  const Delta::Segment* mapped_at(uint64_t offset) const;
  const uint8_t* unwritten_page(uint64_t offset) const;

  uint8_t* const reservation_;
  uint8_t* const memory_;
  const uint32_t fork_generation_;
  std::atomic<uint64_t> size_{0};  // the guest grows it while the watchdog may be reading it
  std::shared_ptr<const Image> image_;
  std::shared_ptr<const Delta> shown_;
  const FaultWatcher* watcher_ = nullptr;  // once mapped sparsely
  std::vector<PageRun> runs_;              // scratch of restore(), kept for its capacity
};

}  // namespace belljar

#endif  // BELLJAR_IMAGE_SLOT_H_
