#include "belljar/snapshot.h"

#include "snapshot/snapshot_file.h"

namespace belljar {

uint64_t Snapshot::bytes() const { return state_->memory ? state_->memory->bytes() : 0; }

std::string Snapshot::lock() const { return state_->packages ? state_->packages->lock : ""; }

std::string Snapshot::image_id() const { return state_->packages ? to_hex(state_->packages->id) : ""; }

Result<std::string> Snapshot::serialize(const SnapshotKey* key) const { return encode_snapshot(*state_, key); }

Status Snapshot::save(const std::string& path, const SnapshotKey* key) const {
  return write_file(path, BELLJAR_TRY(encode_snapshot(*state_, key)));
}

}  // namespace belljar
