#include "fs/files.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <string>
#include <vector>

#include "fs/pack_builder.h"

namespace belljar::fs {
namespace {

constexpr uint64_t kNow = 1'800'000'000'000'000'000;
constexpr OpenHow kCreate = {.create = true, .write = true};
constexpr OpenFlags kReadWrite = {.read = true, .write = true};

class FilesTest : public testing::Test {
 protected:
  FilesTest() {
    PackBuilder builder;
    builder.add("os.py", std::string(900, 'o') + "end");
    blob_ = builder.build();
    files_.emplace(Tree(*Pack::open(blob_), {}), 8);
  }

  int open(std::string_view path, const OpenHow& how = kCreate,
           const OpenFlags& flags = kReadWrite) {
    int fd = -1;
    EXPECT_EQ(files_->open(Tree::kRoot, path, how, flags, kNow, &fd), 0) << path;
    return fd;
  }
  Errno write(int fd, std::string_view text) {
    size_t done;
    return files_->write(files_->find(fd),
                         {reinterpret_cast<const uint8_t*>(text.data()), text.size()}, kNow, &done);
  }
  std::string read(int fd, size_t size = 10'000) {
    std::string text(size, '?');
    size_t done = 0;
    EXPECT_EQ(
        files_->read(files_->find(fd), {reinterpret_cast<uint8_t*>(text.data()), size}, &done), 0);
    return text.substr(0, done);
  }
  Errno seek(int fd, int64_t delta, Files::Whence whence = Files::Whence::kSet) {
    uint64_t offset;
    return files_->seek(files_->find(fd), delta, whence, &offset);
  }

  std::vector<uint8_t> blob_;
  std::optional<Files> files_;
};

TEST_F(FilesTest, StartsWithStreamsAndTheRoot) {
  for (int fd = 0; fd < 3; fd++) {
    EXPECT_EQ(files_->find(fd)->kind, Files::Open::Kind::kStream);
    EXPECT_EQ(files_->find(fd)->stream, fd);
  }
  EXPECT_EQ(files_->find(3)->node, Tree::kRoot);
  for (const int64_t fd : {int64_t{-1}, int64_t{4}, int64_t{UINT32_MAX}, INT64_MIN, INT64_MAX}) {
    EXPECT_EQ(files_->find(fd), nullptr);
    EXPECT_EQ(files_->close(fd), EBADF);
    EXPECT_EQ(files_->renumber(fd, 1), EBADF);
    EXPECT_EQ(files_->renumber(1, fd), EBADF);
  }
}

TEST_F(FilesTest, TakesTheLowestFreeDescriptor) {  // FS-10
  EXPECT_EQ(open("tmp/a"), 4);
  EXPECT_EQ(open("tmp/a"), 5);
  EXPECT_EQ(files_->close(4), 0);
  EXPECT_EQ(files_->close(0), 0);
  EXPECT_EQ(open("tmp/a"), 0);
  EXPECT_EQ(open("tmp/a"), 4);
  EXPECT_EQ(open("tmp/a"), 6);
  EXPECT_EQ(open("tmp/a"), 7);
  int fd;
  EXPECT_EQ(files_->open(Tree::kRoot, "tmp/new", kCreate, kReadWrite, kNow, &fd), EMFILE);
  NodeId node;
  EXPECT_EQ(files_->tree().lookup(Tree::kRoot, "tmp/new", true, &node), ENOENT);
  EXPECT_EQ(files_->close(6), 0);
  EXPECT_EQ(open("tmp/new"), 6);
}

TEST_F(FilesTest, ReadsWritesSeeksAppends) {
  const int fd = open("tmp/a");
  EXPECT_EQ(write(fd, "hello"), 0);
  EXPECT_EQ(read(fd), "");
  EXPECT_EQ(seek(fd, -4, Files::Whence::kEnd), 0);
  EXPECT_EQ(read(fd, 2), "el");
  EXPECT_EQ(seek(fd, 1, Files::Whence::kCurrent), 0);
  EXPECT_EQ(read(fd), "o");
  EXPECT_EQ(seek(fd, -1), EINVAL);
  EXPECT_EQ(seek(fd, INT64_MAX), 0);
  EXPECT_EQ(seek(fd, INT64_MAX, Files::Whence::kCurrent), EOVERFLOW);
  EXPECT_EQ(read(fd), "");
  EXPECT_EQ(write(fd, "x"), EFBIG);
  const int appending = open("tmp/a", {.write = true}, {.write = true, .append = true});
  EXPECT_EQ(write(appending, "!"), 0);
  EXPECT_EQ(seek(fd, 0), 0);
  EXPECT_EQ(read(fd), "hello!");
  size_t done;
  std::vector<uint8_t> buffer(4);
  EXPECT_EQ(files_->read(files_->find(appending), buffer, &done), EBADF);
  EXPECT_EQ(files_->read(files_->find(3), buffer, &done), EISDIR);
  EXPECT_EQ(seek(1, 0), ESPIPE);
}

TEST_F(FilesTest, ReadsTheLibrary) {
  const int fd = open("usr/lib/python3.14/os.py", {}, {.read = true});
  EXPECT_EQ(read(fd), std::string(900, 'o') + "end");
  EXPECT_EQ(seek(fd, -3, Files::Whence::kEnd), 0);
  EXPECT_EQ(read(fd), "end");
  EXPECT_EQ(read(fd), "");
  EXPECT_EQ(write(fd, "x"), EBADF);
}

TEST_F(FilesTest, HasDevices) {
  const int null = open("dev/null", {.write = true});
  EXPECT_EQ(write(null, "gone"), 0);
  EXPECT_EQ(read(null), "");
  EXPECT_EQ(read(open("dev/zero"), 5), std::string(5, '\0'));
  size_t done;
  std::vector<uint8_t> buffer(4);
  const int random = open("dev/urandom");
  EXPECT_EQ(files_->read(files_->find(random), buffer, &done), EINVAL);
}

TEST_F(FilesTest, RenumberReplaces) {
  const int a = open("tmp/a"), b = open("tmp/b");
  EXPECT_EQ(write(a, "a"), 0);
  EXPECT_EQ(files_->tree().unlink(Tree::kRoot, "tmp/b", kNow), 0);
  EXPECT_EQ(files_->renumber(a, a), 0);
  EXPECT_EQ(files_->renumber(a, b), 0);
  EXPECT_EQ(files_->find(a), nullptr);
  EXPECT_EQ(files_->tree().usage().entries, 1u);  // b is gone with its last descriptor
  EXPECT_EQ(seek(b, 0), 0);
  EXPECT_EQ(read(b), "a");
  EXPECT_EQ(files_->open_count(), 5u);
}

TEST_F(FilesTest, RestoresTheStreams) {
  const uint32_t before = files_->open_count();
  EXPECT_EQ(files_->close(1), 0);
  EXPECT_EQ(files_->close(0), 0);
  EXPECT_EQ(open("tmp/taken"), 0);
  files_->restore_streams();
  for (int fd : {0, 1, 2}) EXPECT_EQ(files_->find(fd)->kind, Files::Open::Kind::kStream);
  EXPECT_TRUE(files_->find(1)->flags.write);
  EXPECT_FALSE(files_->find(0)->flags.write);
  EXPECT_EQ(files_->open_count(), before);
}

TEST_F(FilesTest, CopiesRollBackEverything) {
  const int fd = open("tmp/a");
  EXPECT_EQ(write(fd, "one "), 0);
  const Files checkpoint = *files_;
  EXPECT_EQ(write(fd, "two"), 0);
  EXPECT_EQ(files_->tree().unlink(Tree::kRoot, "tmp/a", kNow), 0);
  EXPECT_EQ(files_->close(fd), 0);
  EXPECT_EQ(open("tmp/b"), fd);
  *files_ = checkpoint;
  EXPECT_EQ(write(fd, "three"), 0);
  EXPECT_EQ(seek(fd, 0), 0);
  EXPECT_EQ(read(fd), "one three");
  EXPECT_EQ(files_->close(fd), 0);
  EXPECT_EQ(files_->tree().unlink(Tree::kRoot, "tmp/a", kNow), 0);
  EXPECT_EQ(files_->tree().usage().bytes, 0u);
}

}  // namespace
}  // namespace belljar::fs
