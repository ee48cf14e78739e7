#include "fs/changes.h"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/utf8.h"
#include "fs/host_writer.h"
#include "fs/text_diff.h"

namespace belljar::fs {
namespace {

using std::string;
using std::string_view;

/// Beyond, a diff is of no use to anybody.
constexpr uint64_t kMaxText = uint64_t{4} << 20;

Error failed(const string& what, string_view path, Errno error) {
  return {error == ENOSPC ? ErrorCode::kExhausted : ErrorCode::kIo, "cannot " + what + " " + string(path) + ": " + std::strerror(error), ""};
}

string_view relative(const Change& change) {
  return string_view(change.path).substr(std::min(change.path.size(), change.mount.size() + 1));
}

// What is in the tree now.
Result<string> new_text(const Tree& tree, const Change& change) {
  NodeId node;
  if (const Errno error = tree.lookup(Tree::kRoot, change.path, false, &node)) return failed("read", change.path, error);
  string text(change.size, '\0');
  size_t done = 0;
  const Errno error = tree.read(node, 0, {reinterpret_cast<uint8_t*>(text.data()), text.size()}, &done);
  if (error) return failed("read", change.path, error);
  text.resize(done);
  return text;
}

// What the host has there; empty, with `*too_large`, beyond kMaxText.
Result<string> old_text(const Tree& tree, const Change& change, bool* too_large) {
  const MountSet::Entry* mount = tree.mounts()->set().at(change.mount);
  std::shared_ptr<HostFile> file;
  Errno error = mount ? mount->folder->open_file(relative(change), {}, &file) : ESTALE;
  string text(kMaxText + 1, '\0');
  size_t size = 0, got = 1;
  while (!error && got > 0 && size < text.size()) {
    error = file->read(size, {reinterpret_cast<uint8_t*>(text.data()) + size, text.size() - size}, &got);
    size += got;
  }
  if (error) return failed("read", change.path, error);
  *too_large = size > kMaxText;
  text.resize(*too_large ? 0 : size);
  return text;
}

bool is_text(string_view text) { return text.find('\0') == text.npos && is_valid_utf8(text); }

Result<string> diff_one(const Tree& tree, const Change& change) {
  static constexpr string_view kKinds[] = {"added", "modified", "deleted"};
  const bool is_new = change.kind == Change::Kind::kAdded, is_gone = change.kind == Change::Kind::kDeleted;
  const string_view kind = kKinds[static_cast<size_t>(change.kind)];
  if (change.type == NodeType::kDirectory) return "Directory " + change.path + " " + string(kind) + "\n";
  if (change.type == NodeType::kSymlink) return "Link " + change.path + " " + string(kind) + "\n";
  const string old_name = is_new ? "/dev/null" : "a" + change.path, new_name = is_gone ? "/dev/null" : "b" + change.path;
  const string differ = "Binary files " + old_name + " and " + new_name + " differ\n";
  if (change.type != NodeType::kFile || change.size > kMaxText) return differ;
  bool too_large = false;
  string before, after;
  if (!is_new) before = BELLJAR_TRY(old_text(tree, change, &too_large));
  if (!is_gone) after = BELLJAR_TRY(new_text(tree, change));
  if (too_large || !is_text(before) || !is_text(after)) return differ;
  return unified_diff(old_name, before, new_name, after);
}

Errno apply(HostWriter* to, Files* files, const Change& change) {
  const string_view path = relative(change);
  if (change.kind == Change::Kind::kDeleted) return to->remove(path);
  if (change.type == NodeType::kDirectory) return to->make_directory(path);
  NodeId node;
  const Tree& tree = files->tree();
  if (const Errno error = tree.lookup(Tree::kRoot, change.path, false, &node)) return error;
  if (change.type == NodeType::kSymlink) {
    string_view target;
    const Errno error = tree.read_link(node, &target);
    return error ? error : to->put_link(path, target);
  }
  return to->put_file(path, [&](uint64_t offset, std::span<uint8_t> out, size_t* done) {
    return tree.read(node, offset, out, done);
  });
}

Status check_links(const Tree& tree, const std::vector<Change>& changes) {
  for (const Change& change : changes) {
    if (change.type != NodeType::kSymlink || change.kind == Change::Kind::kDeleted) continue;
    NodeId node;
    string_view target;
    Errno error = tree.lookup(Tree::kRoot, change.path, false, &node);
    if (!error) error = tree.read_link(node, &target);
    if (error) return failed("read", change.path, error);
    if (link_stays_inside(relative(change), target)) continue;
    return Error{ErrorCode::kInvalidArgument, "the link " + change.path + " leads out of its mount, to '" + string(target) + "'",
                 "remove it in the session, or take the files one by one"};
  }
  return Ok{};
}

}  // namespace

Result<std::vector<Change>> list_changes(const Tree& tree) {
  std::vector<Change> changes;
  if (const Errno error = tree.changes(&changes)) return failed("compare", "the changes with the mounts", error);
  return changes;
}

Result<string> diff_changes(Files* files) {
  string text;
  for (const Change& change : BELLJAR_TRY(list_changes(files->tree()))) {
    text += BELLJAR_TRY(diff_one(files->tree(), change));
  }
  return text;
}

Status export_changes(Files* files, string_view mount, const string& folder) {
  const Tree& tree = files->tree();
  size_t candidates = 0;
  string from(mount);
  if (tree.mounts()) {
    for (const MountSet::Entry& entry : tree.mounts()->set().entries()) {
      if (entry.mode != MountMode::kCopyOnWrite || (!mount.empty() && entry.guest != mount)) continue;
      candidates++;
      from = entry.guest;
    }
  }
  if (candidates != 1) {
    return Error{ErrorCode::kInvalidArgument,
                 mount.empty() ? std::to_string(candidates) + " mounts are copy-on-write" : "there is no copy-on-write mount at '" + from + "'",
                 "name the one whose changes are wanted"};
  }
  std::vector<Change> changes = BELLJAR_TRY(list_changes(tree));
  changes.erase(std::remove_if(changes.begin(), changes.end(), [&](const Change& change) { return change.mount != from; }),
                changes.end());
  if (changes.size() == 1 && changes[0].path == from) {
    return Error{ErrorCode::kInvalidArgument, "'" + from + "' is a single file", "use download()"};
  }
  BELLJAR_TRY(check_links(tree, changes));
  HostWriter to = BELLJAR_TRY(HostWriter::open(folder));
  for (const Change& change : changes) {
    if (const Errno error = apply(&to, files, change)) return failed("write", change.path, error);
  }
  return Ok{};
}

}  // namespace belljar::fs
