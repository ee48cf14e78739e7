#include "fs/transfer.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>
#include <vector>

#include "fs/host_listing.h"
#include "fs/host_writer.h"

namespace belljar::fs {
namespace {

using std::string;
using std::string_view;

Error failed(const string& what, string_view path, Errno error) {
  const ErrorCode code = error == ENOENT ? ErrorCode::kNotFound : error == ENOSPC ? ErrorCode::kExhausted : ErrorCode::kIo;
  return {code, "cannot " + what + " " + string(path) + ": " + std::strerror(error),
          error == ENOSPC ? "raise the limit on files (files / --files)" : ""};
}

string absolute(string_view path) {
  return path.empty() || path[0] == '/' ? string(path) : "/workspace/" + string(path);
}

/// A file that is open in the table for one operation, whatever the guest has open.
class Opened {
 public:
  Errno open(Files* files, string_view path, const OpenHow& how, uint64_t now) {
    files_ = files;
    const OpenFlags flags = {.read = !how.write, .write = how.write};
    return files->open(Tree::kRoot, path, how, flags, now, &fd_);
  }
  ~Opened() {
    if (fd_ >= 0) static_cast<void>(files_->close(fd_));
  }
  Files::Open* get() const { return files_->find(fd_); }
  bool is_file() const { return get()->type == NodeType::kFile; }
  Errno read(uint64_t offset, std::span<uint8_t> out, size_t* done) const { return files_->read_at(get(), offset, out, done); }
  Errno write(uint64_t offset, std::span<const uint8_t> bytes, uint64_t now) const {
    while (!bytes.empty()) {
      size_t done = 0;
      if (const Errno error = files_->write_at(get(), offset, bytes, now, &done)) return error;
      if (done == 0) return EIO;
      offset += done;
      bytes = bytes.subspan(done);
    }
    return 0;
  }

 private:
  Files* files_ = nullptr;
  int fd_ = -1;
};

constexpr size_t kBuffer = size_t{256} << 10;

Errno make_parents(Tree* tree, string_view path, uint64_t now) {
  for (size_t end = path.find('/', 1); end != path.npos; end = path.find('/', end + 1)) {
    const Errno error = tree->make_directory(Tree::kRoot, path.substr(0, end), now);
    NodeId node;
    if (error && error != EEXIST && tree->lookup(Tree::kRoot, path.substr(0, end), true, &node) != 0) return error;
  }
  return 0;
}

// ---- upload --------------------------------------------------------------------------------------------------

class Upload {
 public:
  Upload(Files* files, std::shared_ptr<HostFolder> folder, uint64_t now) : files_(files), folder_(std::move(folder)), now_(now) {}

  Status run(const string& to) {
    if (const Errno error = make_parents(&files_->tree(), to, now_)) return failed("make what leads to", to, error);
    if (!folder_->is_directory()) return file("", to);
    BELLJAR_TRY(directory(to));
    todo_.push_back({"", to});
    while (!todo_.empty()) {
      const auto [from, into] = std::move(todo_.back());
      todo_.pop_back();
      BELLJAR_TRY(entries(from, into));
    }
    return Ok{};
  }

 private:
  Status directory(const string& to) {
    const Errno error = files_->tree().make_directory(Tree::kRoot, to, now_);
    NodeId node;
    const bool there = files_->tree().lookup(Tree::kRoot, to, true, &node) == 0 &&
                       files_->tree().type(node) == NodeType::kDirectory;
    if (error && !(error == EEXIST && there)) return failed("make", to, error);
    return Ok{};
  }

  Status entries(const string& from, const string& into) {
    UniqueFd opened;
    if (const Errno error = folder_->open_directory(from, &opened)) return failed("list", from, error);
    HostListing listing;
    listing.begin(std::move(opened));
    HostListing::Entry entry;
    Errno error = 0;
    for (uint64_t cookie = 0; (error = listing.next(cookie, &entry)) == 0; cookie = entry.next) {
      const string name(entry.name);
      BELLJAR_TRY(one(from.empty() ? name : from + '/' + name, into + '/' + name));
    }
    if (error != ENOENT) return failed("list", from, error);
    if (listing.skipped() > 0) return failed("upload a name in '" + from + "' that is not UTF-8:", "", EILSEQ);
    return Ok{};
  }

  Status one(const string& from, const string& to) {
    HostStat found;
    if (const Errno error = folder_->stat(from, &found)) return failed("upload", from, error);
    switch (found.type) {
      case NodeType::kDirectory:
        BELLJAR_TRY(directory(to));
        todo_.push_back({from, to});
        return Ok{};
      case NodeType::kFile:
        return file(from, to);
      case NodeType::kSymlink: {
        string target;
        Errno error = folder_->read_link(from, &target);
        if (!error) error = files_->tree().make_symlink(target, Tree::kRoot, to, now_);
        if (error) return failed("upload", from, error);
        return Ok{};
      }
      default:
        return Error{ErrorCode::kInvalidArgument, "cannot upload " + from + ": it is a FIFO, a socket or a device",
                     "upload regular files and folders"};
    }
  }

  Status file(const string& from, const string& to) {
    std::shared_ptr<HostFile> source;
    Opened target;
    if (const Errno error = folder_->open_file(from, {}, &source)) return failed("read", from, error);
    Errno error = target.open(files_, to, {.create = true, .truncate = true, .write = true}, now_);
    buffer_.resize(kBuffer);
    for (uint64_t offset = 0; !error;) {
      size_t got = 0;
      error = source->read(offset, buffer_, &got);
      if (error || got == 0) break;
      error = target.write(offset, std::span<const uint8_t>(buffer_).first(got), now_);
      offset += got;
    }
    if (error) return failed("write", to, error);
    return Ok{};
  }

  Files* const files_;
  const std::shared_ptr<HostFolder> folder_;
  const uint64_t now_;
  std::vector<std::pair<string, string>> todo_;
  std::vector<uint8_t> buffer_;
};

// ---- download ------------------------------------------------------------------------------------------------

/// What is to be written, by its path in the folder.
struct Item {
  string guest, path;
  NodeType type;
  string target;
};

Result<std::vector<Item>> list_tree(const Tree& tree, const string& root) {
  std::vector<Item> items = {{root, "", NodeType::kDirectory, ""}};
  for (size_t i = 0; i < items.size(); i++) {
    if (items[i].type != NodeType::kDirectory) continue;
    const string guest = items[i].guest, path = items[i].path;
    DirectoryEntry entry;
    Errno error = 0;
    for (uint64_t cookie = 2;; cookie = entry.next) {
      NodeId directory, node;
      if ((error = tree.lookup(Tree::kRoot, guest, i == 0, &directory))) break;
      if ((error = tree.next_entry(directory, cookie, &entry))) break;
      Item item{guest + '/' + string(entry.name), path.empty() ? string(entry.name) : path + '/' + string(entry.name), entry.type, ""};
      if ((error = tree.lookup(Tree::kRoot, item.guest, false, &node))) break;
      item.type = tree.type(node).value_or(NodeType::kOther);
      string_view target;
      if (item.type == NodeType::kSymlink && (error = tree.read_link(node, &target))) break;
      item.target = target;
      if (item.type == NodeType::kSymlink && !link_stays_inside(item.path, item.target)) {
        return Error{ErrorCode::kInvalidArgument, "the link " + item.guest + " leads out of what is downloaded, to '" + item.target + "'",
                     "remove it in the session, or download its folder's files one by one"};
      }
      items.push_back(std::move(item));
    }
    if (error != ENOENT) return failed("list", guest, error);
  }
  return items;
}

Errno put(Files* files, const string& guest, HostWriter* to, const string& path) {
  Opened source;
  if (const Errno error = source.open(files, guest, {}, 0)) return error;
  if (!source.is_file()) return EACCES;
  return to->put_file(path, [&](uint64_t offset, std::span<uint8_t> out, size_t* done) { return source.read(offset, out, done); });
}

}  // namespace

Result<string> read_guest_file(Files* files, string_view path, uint64_t max_bytes) {
  const string name = absolute(path);
  Opened file;
  Stat stat{};
  Errno error = file.open(files, name, {}, 0);
  if (!error && !file.is_file()) error = file.get()->type == NodeType::kDirectory ? EISDIR : EACCES;
  if (!error) error = files->stat(file.get(), &stat);
  if (error) return failed("read", name, error);
  // The size is where a file of the host's begins to be read, not where it ends.
  string bytes(static_cast<size_t>(std::min(stat.size, max_bytes)) + 1, '\0');
  size_t size = 0, got = 1;
  while (got > 0 && size < bytes.size()) {
    error = file.read(size, {reinterpret_cast<uint8_t*>(bytes.data()) + size, bytes.size() - size}, &got);
    if (error) return failed("read", name, error);
    size += got;
  }
  if (stat.size > max_bytes || size > max_bytes) {
    return Error{ErrorCode::kExhausted, name + " is larger than the " + std::to_string(max_bytes) + " bytes allowed", "allow more, or download it"};
  }
  bytes.resize(size);
  return bytes;
}

Status write_guest_file(Files* files, string_view path, string_view bytes, uint64_t now) {
  const string name = absolute(path);
  const Files before = *files;
  Opened file;
  Errno error = file.open(files, name, {.create = true, .truncate = true, .write = true}, now);
  if (!error) error = file.write(0, {reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size()}, now);
  if (!error) return Ok{};
  *files = before;
  return failed("write", name, error);
}

Status upload(Files* files, const string& host_path, string_view path, uint64_t now) {
  Mount source;
  source.host = host_path;
  const string to = absolute(path);
  if (!is_guest_path(to)) {
    return Error{ErrorCode::kInvalidArgument, "'" + to + "' is no place for an upload", "write a path such as data/input, without '.' and '..'"};
  }
  std::shared_ptr<HostFolder> folder = BELLJAR_TRY(HostFolder::open(source));
  const Files before = *files;
  Status status = Upload(files, std::move(folder), now).run(to);
  if (!status) *files = before;
  return status;
}

Status download(Files* files, string_view path, const string& host_path) {
  const string from = absolute(path);
  NodeId node;
  const Tree& tree = files->tree();
  if (const Errno error = tree.lookup(Tree::kRoot, from, true, &node)) return failed("download", from, error);
  string target = host_path;
  while (target.size() > 1 && target.back() == '/') target.pop_back();
  const size_t slash = target.rfind('/');
  const string parent = slash == string::npos ? "." : slash == 0 ? "/" : target.substr(0, slash);
  const string name = target.substr(slash + 1);
  if (name.empty() || name == "." || name == "..") {
    return Error{ErrorCode::kInvalidArgument, "'" + host_path + "' is no name for a download", "name the file or folder to make"};
  }
  HostWriter to = BELLJAR_TRY(HostWriter::open(parent));
  if (tree.type(node) != NodeType::kDirectory) {
    if (const Errno error = put(files, from, &to, name)) return failed("download", from, error);
    return Ok{};
  }
  for (const Item& item : BELLJAR_TRY(list_tree(tree, from))) {
    const string into = item.path.empty() ? name : name + '/' + item.path;
    Errno error = 0;
    if (item.type == NodeType::kDirectory) error = to.make_directory(into);
    if (item.type == NodeType::kFile) error = put(files, item.guest, &to, into);
    if (item.type == NodeType::kSymlink) error = to.put_link(into, item.target);
    if (item.type == NodeType::kDevice || item.type == NodeType::kOther) error = EACCES;
    if (error) return failed("download", item.guest, error);
  }
  return Ok{};
}

}  // namespace belljar::fs
