#include "session/cell_checkpoint.h"

#include <utility>

#include "base/clock.h"

namespace belljar {
namespace {

/// Two cells closer together than this come from a program, not from a person or a model. After some of them the session
/// is worth a second copy of its pages, some 350 KiB.
constexpr uint64_t kQuickSuccessionNs = 1'000'000'000;
constexpr uint32_t kBusyAfter = 3;

}  // namespace

Status CellCheckpoint::save(const Slot& slot) {
  Status status = try_save(slot);
  if (!status) drop();
  return status;
}

Status CellCheckpoint::try_save(const Slot& slot) {
  if (place_) following_ = std::unique_lock(place_->mutex);
  if (place_ && place_->shadow) {
    BELLJAR_TRY(place_->shadow->save(slot));
  } else if (!is_busy() || !make_shadow(slot)) {
    copy_ = runtime_.take_checkpoint();
    BELLJAR_TRY(copy_->save(slot, runtime_.scanner()));
    if (copy_->size() >= ShadowCheckpoint::kWorthwhileBytes && make_shadow(slot)) {
      runtime_.give_back(std::move(copy_));
    }
  }
  return Ok{};
}

bool CellCheckpoint::is_busy() {
  const bool is_quick = monotonic_ns() - last_finish_ns_ < kQuickSuccessionNs;
  quick_cells_ = is_quick ? quick_cells_ + 1 : 0;
  return quick_cells_ >= kBusyAfter;
}

// False when there can be none: no kernel support, or short of address space. Copying does as well, slower.
bool CellCheckpoint::make_shadow(const Slot& slot) {
  if (!runtime_.watcher().available()) return false;
  auto shadow = ShadowCheckpoint::create(slot, memory_limit_, runtime_.scanner(), runtime_.watcher());
  if (!shadow) return false;
  if (!place_) {
    place_ = std::make_shared<ShadowPlace>();
    following_ = std::unique_lock(place_->mutex);
  }
  place_->shadow = *std::move(shadow);
  place_->bytes = place_->shadow->bytes();
  runtime_.shadows().admit(place_);
  return true;
}

Status CellCheckpoint::restore(Slot& slot) {
  return copy_ ? copy_->restore(slot, runtime_.scanner()) : place_->shadow->restore(slot);
}

uint64_t CellCheckpoint::finish() {
  last_finish_ns_ = monotonic_ns();
  if (copy_) runtime_.give_back(std::move(copy_));
  if (!following_.owns_lock()) return last_finish_ns_;
  if (place_->shadow) {
    place_->bytes = place_->shadow->bytes();
    place_->used_ns = last_finish_ns_;
  }
  following_.unlock();
  return last_finish_ns_;
}

void CellCheckpoint::drop() {
  if (!copy_ && !place_) return;
  finish();
  // In a forked child the mutex may be held by a thread that is not there.
  if (place_ && !runtime_.is_forked()) {
    std::lock_guard lock(place_->mutex);
    place_->drop_shadow();
  }
  place_ = nullptr;
}

}  // namespace belljar
