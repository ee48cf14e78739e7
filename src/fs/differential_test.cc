// The same random operations on a session's files and on a directory of the host's: same results,
// same errors.

#include <dirent.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "base/unique_fd.h"
#include "fs/files.h"

namespace belljar::fs {
namespace {

constexpr uint64_t kNow = 1'800'000'000'000'000'000;

// Both sides, one operation at a time. Every function returns "" or what differs.
class Pair {
 public:
  Pair(int real_root, unsigned seed, Mounts* mounts = nullptr)
      : random_(seed), real_root_(real_root), files_(Tree(nullptr, {}), 64), mounts_(mounts) {
    files_.tree().set_mounts(mounts);
    static_cast<void>(files_.tree().lookup(Tree::kRoot, "workspace", true, &root_));
  }
  ~Pair() {
    for (const auto& [fd, real] : open_) close(real);
  }

  std::string step() {
    static constexpr std::string (Pair::*kSteps[])() = {
        &Pair::open,           &Pair::open,         &Pair::open,
        &Pair::write,          &Pair::write,        &Pair::write,
        &Pair::read,           &Pair::read,         &Pair::seek,
        &Pair::resize,         &Pair::close_one,    &Pair::make_directory,
        &Pair::make_directory, &Pair::make_symlink, &Pair::link,
        &Pair::unlink,         &Pair::unlink,       &Pair::remove_directory,
        &Pair::rename,         &Pair::rename,       &Pair::stat,
        &Pair::stat,           &Pair::stat_open,    &Pair::read_link,
        &Pair::set_times,      &Pair::access_dots};
    return (this->*kSteps[below(std::size(kSteps))])();
  }

  std::string compare_trees() { return compare_directory("", root()); }
  const Files& files() const { return files_; }
  Files& files() { return files_; }
  NodeId root() const { return mounts_ ? files_.tree().directory_at("/data") : root_; }
  // The same again over what is there: copies of hard links are files of their own, so there are none.
  void avoid_links() { links_ = false; }

 private:
  uint32_t below(size_t n) { return static_cast<uint32_t>(random_() % n); }
  bool chance(int percent) { return below(100) < static_cast<uint32_t>(percent); }

  std::string name() {
    static const char* const kNames[] = {"a", "b", "c", "d", "e"};
    return chance(2) ? std::string(250 + below(10), 'n') : kNames[below(5)];
  }

  // Stays inside: links never lead up, and ".." only follows what is not a link.
  std::string path() {
    std::string path;
    for (uint32_t names = 1 + below(3); names > 0; names--) {
      path += name();
      if (chance(5)) path += "/.";
      NodeId node;
      Stat stat;
      const bool linked = files_.tree().lookup(root(), path, false, &node) == 0 &&
                          files_.tree().stat(node, &stat) == 0 && stat.type == NodeType::kSymlink;
      if (chance(5) && !linked) path += "/..";
      if (names > 1) path += chance(5) ? "//" : "/";
    }
    if (chance(6)) path += '/';
    return path;
  }

  std::string differ(const std::string& what, int ours, int real) {
    if (ours == real) return "";
    // Which of two mistakes is seen first: the host's file system checks lengths late.
    if (ours != 0 && real != 0 && (ours == ENAMETOOLONG || real == ENAMETOOLONG)) return "";
    return what + ": " + strerror(ours) + ", on the host: " + strerror(real);
  }
  static int errno_of(int64_t result) { return result < 0 ? errno : 0; }

  std::string open() {
    const std::string path = this->path();
    OpenHow how = {.create = chance(60),
                   .exclusive = chance(15),
                   .truncate = chance(20),
                   .follow = chance(85)};
    how.directory = !how.create && chance(10);
    OpenFlags flags = {.append = chance(15)};
    const uint32_t mode = below(3);
    flags.read = mode != 1;
    flags.write = how.write = mode != 0;
    if (!how.create) how.exclusive = false;  // means nothing then
    const int real_flags = static_cast<int>(mode) | (how.create ? O_CREAT : 0) |
                           (how.exclusive ? O_EXCL : 0) | (how.truncate ? O_TRUNC : 0) |
                           (how.follow ? 0 : O_NOFOLLOW) | (how.directory ? O_DIRECTORY : 0) |
                           (flags.append ? O_APPEND : 0) | O_CLOEXEC;
    if (open_.size() > 20) return close_one();
    int fd = -1;
    const int ours = files_.open(root(), path, how, flags, kNow, &fd);
    const int real = openat(real_root_, path.c_str(), real_flags, 0644);
    const int real_error = errno_of(real);
    if (ours == 0 && real >= 0) {
      open_[fd] = real;
    } else if (real >= 0) {
      ::close(real);
    }
    return differ("open " + path + " " + std::to_string(real_flags), ours, real_error);
  }

  std::pair<int, int> some_open() {
    auto at = open_.begin();
    std::advance(at, below(open_.size()));
    return *at;
  }

  std::string close_one() {
    if (open_.empty()) return "";
    const auto [fd, real] = some_open();
    open_.erase(fd);
    ::close(real);
    return files_.close(fd) == 0 ? "" : "close";
  }

  uint64_t some_offset() { return chance(70) ? below(3000) : below(300'000); }

  std::string write() {
    if (open_.empty()) return "";
    const auto [fd, real] = some_open();
    const std::vector<uint8_t> bytes(chance(80) ? below(2000) : below(150'000),
                                     static_cast<uint8_t>(random_()));
    size_t done = 0;
    int ours;
    int64_t count;
    const bool at = chance(30);
    const uint64_t offset = some_offset();
    if (at) {
      ours = files_.write_at(files_.find(fd), offset, bytes, kNow, &done);
      count = pwrite(real, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    } else {
      ours = files_.write(files_.find(fd), bytes, kNow, &done);
      count = ::write(real, bytes.data(), bytes.size());
    }
    if (const auto error = differ("write", ours, errno_of(count)); !error.empty()) return error;
    return ours == 0 && static_cast<int64_t>(done) != count ? "write: another count" : "";
  }

  std::string read() {
    if (open_.empty()) return "";
    const auto [fd, real] = some_open();
    std::vector<uint8_t> mine(chance(80) ? below(3000) : below(200'000)), theirs(mine.size());
    size_t done = 0;
    int ours;
    int64_t count;
    if (chance(50)) {
      const uint64_t offset = some_offset();
      ours = files_.read_at(files_.find(fd), offset, mine, &done);
      count = pread(real, theirs.data(), theirs.size(), static_cast<off_t>(offset));
    } else {
      ours = files_.read(files_.find(fd), mine, &done);
      count = ::read(real, theirs.data(), theirs.size());
    }
    if (const auto error = differ("read", ours, errno_of(count)); !error.empty()) return error;
    if (ours != 0) return "";
    if (static_cast<int64_t>(done) != count) return "read: another count";
    return mine == theirs ? "" : "read: other bytes";
  }

  std::string seek() {
    if (open_.empty()) return "";
    const auto [fd, real] = some_open();
    if (files_.find(fd)->type == NodeType::kDirectory) return "";
    const auto whence = static_cast<uint8_t>(below(3));
    const int64_t delta = static_cast<int64_t>(some_offset()) - 1000;
    uint64_t offset = 0;
    const int ours = files_.seek(files_.find(fd), delta, Files::Whence{whence}, &offset);
    const int64_t real_offset = lseek(real, delta, whence);
    if (const auto error = differ("seek", ours, errno_of(real_offset)); !error.empty())
      return error;
    return ours == 0 && static_cast<int64_t>(offset) != real_offset ? "seek: elsewhere" : "";
  }

  std::string resize() {
    if (open_.empty()) return "";
    const auto [fd, real] = some_open();
    const Files::Open* open = files_.find(fd);
    if (!open->flags.write || open->type != NodeType::kFile) return "";
    const uint64_t size = some_offset();
    return differ("resize", files_.resize(files_.find(fd), size, kNow),
                  errno_of(ftruncate(real, static_cast<off_t>(size))));
  }

  std::string make_directory() {
    const std::string path = this->path();
    return differ("mkdir " + path, files_.tree().make_directory(root(), path, kNow),
                  errno_of(mkdirat(real_root_, path.c_str(), 0755)));
  }

  std::string remove_directory() {
    const std::string path = this->path();
    return differ("rmdir " + path, files_.tree().remove_directory(root(), path, kNow),
                  errno_of(unlinkat(real_root_, path.c_str(), AT_REMOVEDIR)));
  }

  std::string unlink() {
    const std::string path = this->path();
    return differ("unlink " + path, files_.tree().unlink(root(), path, kNow),
                  errno_of(unlinkat(real_root_, path.c_str(), 0)));
  }

  std::string make_symlink() {
    const std::string path = this->path();
    const std::string target =
        chance(70) ? name() : name() + "/" + name() + (chance(20) ? "/" : "");
    return differ("symlink " + target + " " + path,
                  files_.tree().make_symlink(target, root(), path, kNow),
                  errno_of(symlinkat(target.c_str(), real_root_, path.c_str())));
  }

  std::string link() {
    if (!links_) return "";
    const std::string from = path(), to = path();
    const bool follow = chance(30);
    return differ("link " + from + " " + to,
                  files_.tree().link(root(), from, follow, root(), to, kNow),
                  errno_of(linkat(real_root_, from.c_str(), real_root_, to.c_str(),
                                  follow ? AT_SYMLINK_FOLLOW : 0)));
  }

  std::string rename() {
    const std::string from = path(), to = path();
    if (is_copy_on_write()) {
      // Directories that the host has do not move: EXDEV, which the host itself would not say.
      NodeId node;
      if (files_.tree().lookup(root(), from, false, &node) == 0 && is_mounted(node) &&
          files_.tree().type(node) == NodeType::kDirectory) {
        NodeId other = 0;
        const bool same = files_.tree().lookup(root(), to, false, &other) == 0 && other == node;
        const int ours = files_.tree().rename(root(), from, root(), to, kNow);
        return ours == 0 && !same ? "rename of a lower directory" : "";
      }
    }
    return differ("rename " + from + " " + to, files_.tree().rename(root(), from, root(), to, kNow),
                  errno_of(renameat(real_root_, from.c_str(), real_root_, to.c_str())));
  }

  std::string set_times() {
    const std::string path = this->path();
    NodeId node;
    int ours = files_.tree().lookup(root(), path, false, &node);
    const uint64_t at = uint64_t{below(1'000'000)} * 1000;
    if (ours == 0) ours = files_.tree().set_times(node, at, at, kNow);
    const timespec time = {static_cast<time_t>(at / 1'000'000'000),
                           static_cast<int64_t>(at % 1'000'000'000)};
    const timespec times[] = {time, time};
    const int real = utimensat(real_root_, path.c_str(), times, AT_SYMLINK_NOFOLLOW);
    return differ("utime " + path, ours, errno_of(real));
  }

  bool is_copy_on_write() const {
    return mounts_ && mounts_->set().entries()[0].mode == MountMode::kCopyOnWrite;
  }

  std::string compare_stat(const std::string& what, NodeId node, const struct ::stat& real) {
    Stat ours;
    if (const int error = files_.tree().stat(node, &ours)) return what + ": no stat, " + strerror(error);
    return compare_stat(what, ours, real);
  }

  static std::string compare_stat(const std::string& what, const Stat& ours, const struct ::stat& real) {
    const mode_t type = ours.type == NodeType::kDirectory ? S_IFDIR
                        : ours.type == NodeType::kSymlink ? S_IFLNK
                                                          : S_IFREG;
    if (type != (real.st_mode & S_IFMT)) return what + ": another type";
    if (type == S_IFDIR) return "";
    if (ours.links != real.st_nlink) return what + ": other links";
    return ours.size == static_cast<uint64_t>(real.st_size) ? "" : what + ": another size";
  }

  std::string stat() {
    const std::string path = this->path();
    const bool follow = chance(60);
    NodeId node;
    struct ::stat real;
    const int ours = files_.tree().lookup(root(), path, follow, &node);
    const int error =
        errno_of(fstatat(real_root_, path.c_str(), &real, follow ? 0 : AT_SYMLINK_NOFOLLOW));
    if (const auto difference = differ("stat " + path, ours, error); !difference.empty())
      return difference;
    return ours ? "" : compare_stat("stat " + path, node, real);
  }

  std::string stat_open() {
    if (open_.empty()) return "";
    const auto [fd, real_fd] = some_open();
    struct ::stat real;
    fstat(real_fd, &real);
    Stat ours;
    Files::Open* open = files_.find(fd);
    // A directory of the host's is known by its name only, which may be gone, or another's.
    if (open->mounted && open->type == NodeType::kDirectory) return "";
    if (files_.stat(open, &ours) != 0) return "fstat: none";
    return compare_stat("fstat", ours, real);
  }

  std::string read_link() {
    const std::string path = this->path();
    NodeId node;
    std::string_view target;
    int ours = files_.tree().lookup(root(), path, false, &node);
    if (ours == 0) ours = files_.tree().read_link(node, &target);
    char buffer[300];
    const int64_t length = readlinkat(real_root_, path.c_str(), buffer, sizeof(buffer));
    if (const auto error = differ("readlink " + path, ours, errno_of(length)); !error.empty())
      return error;
    return ours == 0 && target != std::string_view(buffer, static_cast<size_t>(length)) ? "readlink"
                                                                                        : "";
  }

  // What changes names, on names that are none.
  std::string access_dots() {
    static const char* const kOdd[] = {".", "a/.", "a/..", "./"};
    const std::string odd = kOdd[below(4)];
    if (odd == "a/..") {
      Stat stat;
      NodeId node;
      if (files_.tree().lookup(root(), "a", false, &node) == 0 &&
          files_.tree().stat(node, &stat) == 0 && stat.type == NodeType::kSymlink) {
        return "";
      }
    }
    switch (below(4)) {
      case 0:
        return differ("mkdir " + odd, files_.tree().make_directory(root(), odd, kNow),
                      errno_of(mkdirat(real_root_, odd.c_str(), 0755)));
      case 1:
        return differ("unlink " + odd, files_.tree().unlink(root(), odd, kNow),
                      errno_of(unlinkat(real_root_, odd.c_str(), 0)));
      case 2:
        return differ("rename " + odd, files_.tree().rename(root(), odd, root(), "z", kNow),
                      errno_of(renameat(real_root_, odd.c_str(), real_root_, "z")));
      default:
        return differ("rmdir " + odd, files_.tree().remove_directory(root(), odd, kNow),
                      errno_of(unlinkat(real_root_, odd.c_str(), AT_REMOVEDIR)));
    }
  }

  // Directories only nest as deep as the paths above do: the recursion is the test's own.
  std::string compare_directory(const std::string& path, NodeId node) {
    std::map<std::string, NodeId> ours;
    DirectoryEntry entry;
    for (uint64_t cookie = 0; files_.tree().next_entry(node, cookie, &entry) == 0;
         cookie = entry.next) {
      if (!ours.emplace(entry.name, entry.node).second) return path + ": listed twice";
    }
    std::set<std::string> real;
    DIR* directory =
        fdopendir(openat(real_root_, path.empty() ? "." : path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!directory) return path + ": not on the host";
    while (const dirent* found = readdir(directory)) real.insert(found->d_name);
    closedir(directory);
    if (real.size() != ours.size()) return path + ": other names";
    for (const auto& [name, number] : ours) {
      if (name == "." || name == "..") continue;
      NodeId child;
      if (files_.tree().lookup(node, name, false, &child) != 0) return path + "/" + name + ": only listed";
      const std::string below = path.empty() ? name : path + "/" + name;
      struct ::stat status;
      if (fstatat(real_root_, below.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0)
        return below + ": not on the host";
      if (auto difference = compare_stat(below, child, status); !difference.empty())
        return difference;
      if (S_ISDIR(status.st_mode)) {
        if (auto difference = compare_directory(below, child); !difference.empty())
          return difference;
      } else if (S_ISREG(status.st_mode)) {
        if (auto difference = compare_content(below, child, status.st_size); !difference.empty())
          return difference;
      }
    }
    return "";
  }

  std::string compare_content(const std::string& path, NodeId node, off_t size) {
    std::vector<uint8_t> mine(static_cast<size_t>(size) + 1), theirs(mine.size());
    size_t done = 0;
    int fd;
    static_cast<void>(node);
    if (files_.open(root(), path, {.follow = false}, {.read = true}, kNow, &fd) != 0) return path + ": does not open";
    static_cast<void>(files_.read_at(files_.find(fd), 0, mine, &done));
    static_cast<void>(files_.close(fd));
    const UniqueFd real(openat(real_root_, path.c_str(), O_RDONLY | O_CLOEXEC));
    if (pread(real.get(), theirs.data(), theirs.size(), 0) != static_cast<ssize_t>(done))
      return path + ": length";
    return mine == theirs ? "" : path + ": other content";
  }

  std::mt19937 random_;
  int real_root_;
  NodeId root_ = 0;
  Files files_;
  Mounts* mounts_;
  bool links_ = true;
  std::map<int, int> open_;
};

class DifferentialTest : public testing::TestWithParam<unsigned> {};

TEST_P(DifferentialTest, BehavesAsTheHost) {
  std::string root = testing::TempDir() + "belljar-differential-XXXXXX";
  ASSERT_NE(mkdtemp(root.data()), nullptr);
  {
    const UniqueFd directory(open(root.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    Pair pair(directory.get(), GetParam());
    Files checkpoint = pair.files();
    for (int i = 0; i < 4000; i++) {
      const std::string difference = pair.step();
      ASSERT_EQ(difference, "") << "operation " << i;
      const std::string trees = i % 400 == 0 ? pair.compare_trees() : "";
      ASSERT_EQ(trees, "") << "operation " << i;
      // Shared parts everywhere: half of the run changes a tree that has copies.
      if (i % 7 == 0) checkpoint = pair.files();
      if (i % 1000 == 999) pair.files() = Files(pair.files());
    }
    ASSERT_EQ(pair.compare_trees(), "");
  }
  std::filesystem::remove_all(root);
}

// A folder of the host mounted, and one that is not: what is done through the mount must be what the host does. Then
// once more, copy-on-write over what has come of it: the mounted folder must stay as it is.
class MountedDifferentialTest : public testing::TestWithParam<unsigned> {
 protected:
  void SetUp() override {
    ASSERT_NE(mkdtemp(root_.data()), nullptr);
    ASSERT_TRUE(std::filesystem::create_directory(root_ + "/mounted"));
    ASSERT_TRUE(std::filesystem::create_directory(root_ + "/real"));
    real_ = UniqueFd(open((root_ + "/real").c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  }
  void TearDown() override { std::filesystem::remove_all(root_); }

  void steps(Pair* pair, int count) {
    Files checkpoint = pair->files();
    for (int i = 0; i < count; i++) {
      const std::string difference = pair->step();
      ASSERT_EQ(difference, "") << "operation " << i;
      const std::string trees = i % 200 == 0 ? pair->compare_trees() : "";
      ASSERT_EQ(trees, "") << "operation " << i;
      if (i % 7 == 0) checkpoint = pair->files();
    }
    ASSERT_EQ(pair->compare_trees(), "");
  }

  Mounts mounts(MountMode mode) {
    auto set = MountSet::open({{.host = root_ + "/mounted", .guest = "/data", .mode = mode}});
    return Mounts(*set);
  }

  std::map<std::string, std::string> content() {
    std::map<std::string, std::string> all;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(root_ + "/mounted")) {
      std::string& text = all[entry.path()];
      if (entry.is_symlink()) {
        text = std::filesystem::read_symlink(entry.path());
      } else if (entry.is_regular_file()) {
        std::ifstream in(entry.path(), std::ios::binary);
        text.assign(std::istreambuf_iterator<char>(in), {});
        text += std::to_string(entry.last_write_time().time_since_epoch().count());
      }
    }
    return all;
  }

  std::string root_ = testing::TempDir() + "belljar-mounted-XXXXXX";
  UniqueFd real_;
};

TEST_P(MountedDifferentialTest, BehavesAsTheHost) {
  Mounts mounts = this->mounts(MountMode::kReadWrite);
  Pair pair(real_.get(), GetParam(), &mounts);
  steps(&pair, 2000);
}

TEST_P(MountedDifferentialTest, KeepsChangesToItself) {
  {
    Mounts mounts = this->mounts(MountMode::kReadWrite);
    Pair pair(real_.get(), GetParam(), &mounts);
    pair.avoid_links();
    ASSERT_NO_FATAL_FAILURE(steps(&pair, 600));
  }
  const auto before = content();
  ASSERT_FALSE(before.empty());
  Mounts mounts = this->mounts(MountMode::kCopyOnWrite);
  Pair pair(real_.get(), GetParam() + 100, &mounts);
  steps(&pair, 2000);
  EXPECT_EQ(content(), before);
}

INSTANTIATE_TEST_SUITE_P(Seeds, MountedDifferentialTest, testing::Range(1u, 9u));
INSTANTIATE_TEST_SUITE_P(Seeds, DifferentialTest, testing::Range(1u, 9u));

}  // namespace
}  // namespace belljar::fs
