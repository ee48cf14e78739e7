#include "belljar/snapshot.h"

#include "snapshot/snapshot_file.h"

namespace belljar {

uint64_t Snapshot::bytes() const { return state_->memory ? state_->memory->bytes() : 0; }

Result<std::string> Snapshot::serialize(const SnapshotKey*) const { return Error{ErrorCode::kUnsupported, "", ""}; }

Status Snapshot::save(const std::string&, const SnapshotKey*) const { return Error{ErrorCode::kUnsupported, "", ""}; }

}  // namespace belljar
