#include "fs/mounts.h"

#include <algorithm>
#include <cerrno>
#include <utility>

#include "base/utf8.h"
#include "fs/tree.h"

namespace belljar::fs {
namespace {

/// Places told to the audit log are remembered up to here; beyond, each opening is told.
constexpr size_t kMaxTold = 4096;

Error refuse(const Mount& mount, const std::string& why, std::string hint) {
  return {ErrorCode::kInvalidArgument, "cannot mount at '" + to_valid_utf8(mount.guest) + "': " + why, std::move(hint)};
}

bool is_below(std::string_view path, std::string_view directory) {
  return path.size() > directory.size() && path.substr(0, directory.size()) == directory && path[directory.size()] == '/';
}

bool is_in(std::string_view path, std::string_view directory) { return path == directory || is_below(path, directory); }

Status check_guest_path(const Mount& mount) {
  const std::string_view path = mount.guest;
  const char* const kShape = "write an absolute path such as /data";
  if (path.find('\0') != path.npos) return refuse(mount, "the path contains a NUL byte", kShape);
  if (!is_valid_utf8(path)) return refuse(mount, "the path is not valid UTF-8", kShape);
  if (path.empty() || path[0] != '/') return refuse(mount, "the path is not absolute", kShape);
  if (path == "/") return refuse(mount, "that is the guest's whole tree, its Python included", "mount below it, at /data for example");
  if (path.back() == '/') return refuse(mount, "the path ends with a slash", kShape);
  if (path.size() > 1024) return refuse(mount, "the path is longer than 1024 bytes", kShape);
  if (!is_guest_path(path)) {
    return refuse(mount, "the path has empty, '.' or '..' parts, or one longer than 255 bytes", kShape);
  }
  if (is_in(path, "/usr") || is_in(path, "/dev")) {
    return refuse(mount, "what is there belongs to the guest's Python", "mount anywhere outside of /usr and /dev");
  }
  return Ok{};
}

}  // namespace

bool is_guest_path(std::string_view path) {
  if (path.size() < 2 || path[0] != '/' || path.size() > Tree::kMaxPath) return false;
  if (path.find('\0') != path.npos || !is_valid_utf8(path)) return false;
  for (std::string_view rest = path; !rest.empty();) {
    if (rest[0] != '/') return false;
    rest.remove_prefix(1);
    const std::string_view name = rest.substr(0, rest.find('/'));
    if (name.empty() || name == "." || name == ".." || name.size() > Tree::kMaxName) return false;
    rest.remove_prefix(name.size());
  }
  return true;
}

Result<std::shared_ptr<const MountSet>> MountSet::open(const std::vector<Mount>& mounts) {
  if (mounts.empty()) return std::shared_ptr<const MountSet>();
  if (mounts.size() > kMaxMounts) {
    return Error{ErrorCode::kInvalidArgument, "more than 64 mounts", "mount a folder that holds what is needed"};
  }
  auto set = std::make_shared<MountSet>();
  for (const Mount& mount : mounts) {
    BELLJAR_TRY(check_guest_path(mount));
    if (set->at(mount.guest)) {
      return refuse(mount, "something else is mounted there", "give each mount a place of its own");
    }
    set->entries_.push_back({mount.guest, mount.mode, BELLJAR_TRY(HostFolder::open(mount)), kFirstDevice + set->entries_.size()});
  }
  for (const Entry& outer : set->entries_) {
    if (outer.folder->is_directory() || !set->leads(outer.guest)) continue;
    return Error{ErrorCode::kInvalidArgument, "a mount lies below '" + outer.guest + "', which is a file",
                 "give each mount a place of its own"};
  }
  return std::shared_ptr<const MountSet>(std::move(set));
}

const MountSet::Entry* MountSet::find(std::string_view path) const {
  const Entry* best = nullptr;
  for (const Entry& entry : entries_) {
    if (is_in(path, entry.guest) && (!best || entry.guest.size() > best->guest.size())) best = &entry;
  }
  return best;
}

const MountSet::Entry* MountSet::at(std::string_view path) const {
  const auto found = std::find_if(entries_.begin(), entries_.end(), [&](const Entry& entry) { return entry.guest == path; });
  return found == entries_.end() ? nullptr : &*found;
}

bool MountSet::leads(std::string_view path) const {
  return std::any_of(entries_.begin(), entries_.end(), [&](const Entry& entry) { return is_below(entry.guest, path); });
}

std::vector<std::string> MountSet::names_below(std::string_view path) const {
  std::vector<std::string> names;
  for (const Entry& entry : entries_) {
    if (!is_below(entry.guest, path)) continue;
    const std::string_view rest = std::string_view(entry.guest).substr(path.size() + 1);
    names.emplace_back(rest.substr(0, rest.find('/')));
  }
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

bool MountSet::owns(const HostFolder* folder) const {
  return std::any_of(entries_.begin(), entries_.end(), [&](const Entry& entry) { return entry.folder.get() == folder; });
}

// ---- Mounts --------------------------------------------------------------------------------------------------

Mounts::Mounts(std::shared_ptr<const MountSet> set, AuditSink* audit) : set_(std::move(set)), audit_(audit) {
  // Never moved: by_path_ points into them.
  places_.reserve(kMaxPlaces);
  if (!audit_) return;
  for (const MountSet::Entry& entry : set_->entries()) {
    static constexpr std::string_view kModes[] = {"ro", "rw", "cow"};
    audit_->record("belljar.mount.open", {{"belljar.mount.path", std::string_view(entry.guest)},
                                          {"belljar.mount.mode", kModes[static_cast<size_t>(entry.mode)]}});
  }
}

// The oldest goes: whoever still has its number gets ESTALE.
NodeId Mounts::intern(std::string_view path, NodeType type) {
  size_t slot;
  if (const auto found = by_path_.find(path); found != by_path_.end()) {
    slot = found->second;
  } else {
    slot = next_;
    next_ = (next_ + 1) % kMaxPlaces;
    if (slot == places_.size()) {
      places_.emplace_back();
    } else {
      by_path_.erase(places_[slot].path);
    }
    Place& place = places_[slot];
    place.path = path;
    place.generation = ++generation_;
    place.mount = set_->find(path);
    place.skipped = 0;
    if (place.mount) place.skipped = std::min(place.mount->guest.size() + 1, place.path.size());
    by_path_.emplace(place.path, slot);
  }
  places_[slot].type = type;
  return kMountBit | (places_[slot].generation * kMaxPlaces + slot);
}

const Mounts::Place* Mounts::find(NodeId node) const {
  const uint64_t number = node & ~kMountBit;
  const size_t slot = number % kMaxPlaces;
  if (!is_mounted(node) || slot >= places_.size() || places_[slot].generation != number / kMaxPlaces) return nullptr;
  return &places_[slot];
}

Errno Mounts::stat(const Place& place, HostStat* out) const {
  const Errno error = place.mount ? place.mount->folder->stat(place.relative(), out) : ENOENT;
  if (!set_->leads(place.path) || (error == 0 && out->type == NodeType::kDirectory)) return error;
  *out = {};
  out->type = NodeType::kDirectory;
  out->links = 1;
  out->inode = hidden_inode(0, std::hash<std::string>()(place.path));
  return 0;
}

Errno Mounts::open(const Place& place, const HostFolder::Open& how, std::shared_ptr<HostFile>* out) {
  if (!place.mount) return EISDIR;
  if (const Errno error = place.mount->folder->open_file(place.relative(), how, out)) return error;
  if (!how.write || !audit_ || told_.count(place.path)) return 0;
  if (told_.size() < kMaxTold) told_.insert(place.path);
  audit_->record("belljar.file.open_write", {{"file.path", std::string_view(place.path)},
                                             {"belljar.mount.path", std::string_view(place.mount->guest)}});
  return 0;
}

Errno Mounts::list(const Place& place, uint64_t cookie, HostListing::Entry* out) {
  if (!place.mount) return ENOENT;
  if (cookie == 0 || listed_ != place.path || !listing_.is_open()) {
    UniqueFd directory;
    const Errno error = place.mount->folder->open_directory(place.relative(), &directory);
    // What has been removed, or only leads to a mount, has no names.
    if (error == ENOENT || (error && set_->leads(place.path))) return ENOENT;
    if (error) return error;
    listing_.begin(std::move(directory));
    listed_ = place.path;
  }
  const Errno error = listing_.next(cookie, out);
  if (error) listing_.end();
  return error;
}

}  // namespace belljar::fs
