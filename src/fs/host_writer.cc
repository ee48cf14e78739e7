#include "fs/host_writer.h"

#include <sys/random.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <utility>
#include <vector>

#include "fs/host_listing.h"

namespace belljar::fs {
namespace {

using std::string;
using std::string_view;

string_view parent_of(string_view path) {
  const size_t slash = path.rfind('/');
  return slash == path.npos ? "" : path.substr(0, slash);
}

string temporary_for(string_view path) {
  const string_view parent = parent_of(path);
  // Not std::random_device, which would ask for a newer C library than the rest.
  uint64_t number = 0;
  static_cast<void>(!getrandom(&number, sizeof(number), 0));
  return (parent.empty() ? "" : string(parent) + '/') + ".belljar-" + std::to_string(number);
}

}  // namespace

bool link_stays_inside(string_view path, string_view target) {
  if (target.empty() || target[0] == '/') return false;
  auto depth = std::count(path.begin(), path.end(), '/');
  bool named = false;
  while (!target.empty()) {
    const string_view name = target.substr(0, target.find('/'));
    target.remove_prefix(std::min(target.size(), name.size() + 1));
    if (name.empty() || name == ".") continue;
    if (name != "..") {
      named = true;
    } else if (named || --depth < 0) {
      return false;
    }
  }
  return true;
}

Result<HostWriter> HostWriter::open(const string& folder) {
  Mount mount;
  mount.host = folder;
  mount.mode = MountMode::kReadWrite;
  mount.max_bytes = UINT64_MAX;
  mount.max_entries = UINT32_MAX;
  std::shared_ptr<HostFolder> opened = BELLJAR_TRY(HostFolder::open(mount));
  if (!opened->is_directory()) {
    return Error{ErrorCode::kInvalidArgument, folder + " is no folder", "name a folder to put the files into"};
  }
  return HostWriter(std::move(opened));
}

Errno HostWriter::make_directory(string_view path) {
  for (size_t end = 0; end < path.size();) {
    end = std::min(path.find('/', end + 1), path.size());
    const string_view part = path.substr(0, end);
    const Errno error = folder_->make_directory(part);
    if (error == 0) continue;
    HostStat there;
    if (error != EEXIST || folder_->stat(part, &there) != 0) return error;
    if (there.type != NodeType::kDirectory) return ENOTDIR;
  }
  return 0;
}

Errno HostWriter::put_file(string_view path, const Source& read) {
  if (const Errno error = make_directory(parent_of(path))) return error;
  const string temporary = temporary_for(path);
  std::shared_ptr<HostFile> file;
  if (const Errno error = folder_->open_file(temporary, {.write = true, .create = true}, &file)) return error;
  std::vector<uint8_t> buffer(size_t{64} << 10);
  Errno error = 0;
  for (uint64_t offset = 0; !error;) {
    size_t got = 0;
    error = read(offset, buffer, &got);
    if (error || got == 0) break;
    for (size_t put = 0; put < got && !error;) {
      size_t done = 0;
      uint64_t at = offset + put;
      error = file->write(&at, false, std::span<const uint8_t>(buffer).subspan(put, got - put), &done);
      if (!error && done == 0) error = EIO;
      put += done;
    }
    offset += got;
  }
  file = nullptr;
  if (!error) return replace(temporary, path);
  static_cast<void>(folder_->unlink(temporary));
  return error;
}

Errno HostWriter::put_link(string_view path, string_view target) {
  if (const Errno error = make_directory(parent_of(path))) return error;
  const string temporary = temporary_for(path);
  if (const Errno error = folder_->make_symlink(target, temporary)) return error;
  return replace(temporary, path);
}

Errno HostWriter::replace(const string& temporary, string_view path) {
  const Errno error = folder_->rename(temporary, path);
  if (error) static_cast<void>(folder_->unlink(temporary));
  return error;
}

// A folder is emptied from its beginning again and again, so that nothing is kept but where it stands.
Errno HostWriter::remove(string_view path) {
  std::vector<string> stack = {string(path)};
  while (!stack.empty()) {
    const string at = stack.back();
    HostStat there;
    if (const Errno error = folder_->stat(at, &there)) {
      if (error != ENOENT) return error;
      stack.pop_back();
      continue;
    }
    if (there.type != NodeType::kDirectory) {
      if (const Errno error = folder_->unlink(at)) return error;
      stack.pop_back();
      continue;
    }
    const Errno error = folder_->remove_directory(at);
    if (error == 0) stack.pop_back();
    if (error == 0) continue;
    if (error != ENOTEMPTY) return error;
    UniqueFd directory;
    if (const Errno failed = folder_->open_directory(at, &directory)) return failed;
    HostListing listing;
    listing.begin(std::move(directory));
    HostListing::Entry entry;
    if (listing.next(0, &entry) != 0) return ENOTEMPTY;  // names that are not UTF-8
    stack.push_back(at + '/' + string(entry.name));
  }
  return 0;
}

}  // namespace belljar::fs
