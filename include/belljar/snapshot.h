// A snapshot: the state of a session at one moment, to fork from, to return to, or to keep in a file.
//
// It carries state, never rights: memory, files, open files, clocks. Limits, tools, environment and everything else that
// is granted come from whoever resumes it.
#ifndef BELLJAR_SNAPSHOT_H_
#define BELLJAR_SNAPSHOT_H_

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "belljar/export.h"
#include "belljar/result.h"

namespace belljar {

/// A secret of 32 bytes. With one, snapshots are encrypted and authenticated (XChaCha20-Poly1305), so that a server
/// accepts only its own. Without one a snapshot is checked for damage, not for who made it. Whoever resumes a snapshot
/// of somebody else's gets a sandbox in the state that they chose: as hostile as any guest, and no more.
struct SnapshotKey {
  std::array<uint8_t, 32> bytes;
};

struct SessionState;

/// Immutable, cheap to copy, usable by any thread, and for as long as it lives, whatever becomes of the session and the
/// Runtime. What it holds in memory is shared with its copies and with the sessions made from it.
class BELLJAR_EXPORT Snapshot {
 public:
  explicit Snapshot(std::shared_ptr<const SessionState> state) : state_(std::move(state)) {}

  /// Memory that it holds, files not included. A small session's is some 400 KiB.
  uint64_t bytes() const;

  /// Of an image with packages (`belljar image build`), or of a session that was opened from one: what is in it, as JSON
  /// (docs/formats/package-image.md); and the image's hash, in hexadecimal. Else empty.
  std::string lock() const;
  std::string image_id() const;

  /// As one block: docs/formats/snapshot.md. kExhausted without memory.
  Result<std::string> serialize(const SnapshotKey* key = nullptr) const;

  /// Writes it to `path`, mode 0600, all or nothing: after a crash at any moment the old file or the new one is there.
  /// kIo when the system refuses.
  Status save(const std::string& path, const SnapshotKey* key = nullptr) const;

  const std::shared_ptr<const SessionState>& state() const { return state_; }

 private:
  std::shared_ptr<const SessionState> state_;
};

}  // namespace belljar

#endif  // BELLJAR_SNAPSHOT_H_
