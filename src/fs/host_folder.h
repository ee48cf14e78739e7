// One folder, or one file, of the host that a policy grants: the broker between the guest's tree and the host's.
//
// Requests are plain, with canonical relative paths ("" is the folder itself, else "a/b": no ".", "..", empty names or
// slashes at the ends), and answers are numbers of <cerrno> and attributes: it could sit in another process. No request
// leads out of the folder, through whatever is in it or is put there meanwhile: the kernel resolves every path beneath
// the folder and follows no symbolic link. Only regular files and directories open. Nothing of the host's but what is
// asked for, no path and no text of an error, is in an answer.
#ifndef BELLJAR_FS_HOST_FOLDER_H_
#define BELLJAR_FS_HOST_FOLDER_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "base/unique_fd.h"
#include "belljar/grants.h"
#include "belljar/result.h"
#include "fs/node.h"

struct stat;

namespace belljar::fs {

struct HostStat {
  NodeType type = NodeType::kFile;
  uint64_t inode = 0;  ///< not the host's: a hash of it, the same for all names of a file
  uint64_t links = 0, size = 0;
  uint64_t accessed = 0, modified = 0, changed = 0;
};

class HostFile;

/// Thread-safe. What is written counts against the mount's quota, which everybody who shares the folder shares.
class HostFolder : public std::enable_shared_from_this<HostFolder> {
 public:
  /// Opens what `mount.host` names. The Error says what is wrong with it and what to do.
  static Result<std::shared_ptr<HostFolder>> open(const Mount& mount);
  ~HostFolder();

  bool is_directory() const { return is_directory_; }

  Errno stat(std::string_view path, HostStat* out) const;
  Errno read_link(std::string_view path, std::string* target) const;

  struct Open {
    bool write = false;
    bool create = false;  ///< and it is not there: EEXIST otherwise
  };
  /// EACCES for what is neither a regular file nor a directory, EISDIR for a directory.
  Errno open_file(std::string_view path, const Open& how, std::shared_ptr<HostFile>* out);
  Errno open_directory(std::string_view path, UniqueFd* out) const;

  // Not with MountMode::kReadOnly or kCopyOnWrite: EROFS.

  Errno make_directory(std::string_view path);
  Errno make_symlink(std::string_view target, std::string_view path);
  Errno link(std::string_view from, std::string_view to);
  Errno unlink(std::string_view path);
  Errno remove_directory(std::string_view path);
  Errno rename(std::string_view from, std::string_view to);
  Errno set_times(std::string_view path, std::optional<uint64_t> accessed, std::optional<uint64_t> modified);

 private:
  friend class HostFile;
  using FileKey = std::pair<uint64_t, uint64_t>;  // the host's device and inode

  explicit HostFolder(const Mount& mount);
  Errno resolve(std::string_view path, uint64_t flags, uint64_t mode, UniqueFd* out) const;
  Errno parent(std::string_view path, UniqueFd* directory, std::string* name) const;
  Errno open_checked(std::string_view path, const Open& how, UniqueFd* out);
  bool take_entry();
  void give_entry();
  bool take_bytes(uint64_t bytes);
  void give_bytes(uint64_t bytes);

  const MountMode mode_;
  const uint64_t max_bytes_;
  const uint32_t max_entries_;
  UniqueFd root_;
  bool is_directory_ = true;
  UniqueFd file_;  // a single file, open: shared by all HostFiles

  std::mutex mutex_;
  uint64_t bytes_ = 0;
  uint32_t entries_ = 0;
  std::map<FileKey, uint32_t> open_;  // what somebody has open: its bytes are not free when its last name goes
};

/// An open file of the host. Thread-safe; reads and writes are plain system calls, never a mapping: a file that shrinks
/// meanwhile is only short.
class HostFile {
 public:
  HostFile(std::shared_ptr<HostFolder> folder, UniqueFd fd, bool is_writable);
  ~HostFile();

  const HostFolder* folder() const { return folder_.get(); }
  bool is_writable() const { return is_writable_; }

  Errno stat(HostStat* out) const;
  Errno read(uint64_t offset, std::span<uint8_t> out, size_t* done) const;
  /// `append`: at the end, whatever `*offset` says; it becomes where the bytes went.
  Errno write(uint64_t* offset, bool append, std::span<const uint8_t> bytes, size_t* done);
  Errno resize(uint64_t size);
  Errno set_times(std::optional<uint64_t> accessed, std::optional<uint64_t> modified);

  /// At most so much in one call: nobody can stop it.
  static constexpr size_t kMaxTransfer = size_t{4} << 20;

 private:
  int fd() const { return folder_->is_directory_ ? fd_.get() : folder_->file_.get(); }

  const std::shared_ptr<HostFolder> folder_;
  const UniqueFd fd_;
  const bool is_writable_;
  HostFolder::FileKey key_;
};

/// The errors that a guest may see; all others are EIO.
Errno host_errno(int error);
HostStat host_stat(const struct ::stat& info);

/// `inode` of the host's device, as the guest sees it: a hash with a secret of this process.
uint64_t hidden_inode(uint64_t device, uint64_t inode);

}  // namespace belljar::fs

#endif  // BELLJAR_FS_HOST_FOLDER_H_
