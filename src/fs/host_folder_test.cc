// The broker: what it opens and what it refuses, while somebody changes the folder under it. FS-nn: /tests/attacks/README.md.
#include "fs/host_folder.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <atomic>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <set>
#include <thread>
#include <vector>

#include "fs/host_writer.h"
#include "fs/mounts.h"

namespace belljar::fs {
namespace {

namespace stdfs = std::filesystem;

class HostFolderTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_NE(mkdtemp(root_.data()), nullptr);
    stdfs::create_directories(root_ + "/folder/sub");
    put("folder/f", "inside");
    put("folder/sub/g", "below");
    put("secret", "outside");
  }
  void TearDown() override { stdfs::remove_all(root_); }

  void put(const std::string& name, const std::string& text) const { std::ofstream(root_ + '/' + name) << text; }

  std::shared_ptr<HostFolder> open(MountMode mode = MountMode::kReadOnly, uint64_t bytes = 1 << 20, uint32_t entries = 100) {
    auto folder = HostFolder::open({root_ + "/folder", "/x", mode, bytes, entries});
    EXPECT_TRUE(folder) << folder.error().message;
    return *folder;
  }

  static Errno read(HostFolder& folder, std::string_view path, std::string* text) {
    std::shared_ptr<HostFile> file;
    if (const Errno error = folder.open_file(path, {}, &file)) return error;
    uint8_t buffer[100];
    size_t done = 0;
    const Errno error = file->read(0, buffer, &done);
    text->assign(reinterpret_cast<char*>(buffer), done);
    return error;
  }
  static Errno opens(HostFolder& folder, std::string_view path, bool write = false) {
    std::shared_ptr<HostFile> file;
    return folder.open_file(path, {.write = write}, &file);
  }

  std::string root_ = testing::TempDir() + "belljar-folder-XXXXXX";
};

TEST_F(HostFolderTest, OpensRegularFilesOnly) {  // FS-08
  const auto folder = open();
  std::string text;
  ASSERT_EQ(read(*folder, "sub/g", &text), 0);
  EXPECT_EQ(text, "below");
  ASSERT_EQ(mkfifo((root_ + "/folder/fifo").c_str(), 0600), 0);
  const UniqueFd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_un address{AF_UNIX, {}};
  std::snprintf(address.sun_path, sizeof address.sun_path, "%s/folder/socket", root_.c_str());
  ASSERT_EQ(bind(socket.get(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  stdfs::create_symlink(root_ + "/secret", root_ + "/folder/link");
  EXPECT_EQ(opens(*folder, "fifo"), EACCES);
  EXPECT_EQ(opens(*folder, "socket"), EACCES);
  EXPECT_EQ(opens(*folder, "link"), ELOOP);
  EXPECT_EQ(opens(*folder, "sub"), EISDIR);
  EXPECT_EQ(opens(*folder, "none"), ENOENT);
  EXPECT_EQ(opens(*folder, "f", true), EROFS);
  HostStat stat;
  ASSERT_EQ(folder->stat("fifo", &stat), 0);
  EXPECT_EQ(stat.type, NodeType::kOther);
}

TEST_F(HostFolderTest, LeadsNowhereElse) {  // FS-02, FS-03
  const auto folder = open();
  stdfs::create_directory_symlink(root_, root_ + "/folder/up");
  stdfs::create_directory_symlink("..", root_ + "/folder/relative");
  stdfs::create_directory_symlink("/proc/self/root", root_ + "/folder/magic");
  for (const char* path : {"../secret", "sub/../../secret", "/etc/passwd", "up/secret", "relative/secret", "magic/etc/passwd",
                           "/proc/self/environ", ".."}) {
    EXPECT_NE(opens(*folder, path), 0) << path;
    HostStat stat;
    UniqueFd directory;
    if (std::string(path).find("..") == 0) {
      EXPECT_NE(folder->stat(path, &stat), 0) << path;
    }
    EXPECT_NE(folder->open_directory(path, &directory), 0) << path;
  }
}

// FS-04: a directory is a link to somewhere else, and a directory again, as fast as can be.
TEST_F(HostFolderTest, HoldsWhileADirectoryIsSwappedForALink) {
  stdfs::create_directories(root_ + "/outside");
  put("outside/g", "OUTSIDE");
  stdfs::create_directory_symlink(root_ + "/outside", root_ + "/folder/other");
  const auto folder = open();
  std::atomic<bool> stop = false;
  std::atomic<int> swaps = 0;
  std::thread swapper([&] {
    const std::string sub = root_ + "/folder/sub", other = root_ + "/folder/other";
    while (!stop) {
      if (renameat2(AT_FDCWD, sub.c_str(), AT_FDCWD, other.c_str(), RENAME_EXCHANGE) == 0) swaps++;
    }
  });
  int inside = 0, outside = 0;
  for (int i = 0; i < 200'000 && (i < 3000 || swaps < 1000 || inside < 100); i++) {
    std::string text;
    if (read(*folder, "sub/g", &text) == 0) (text == "below" ? inside : outside)++;
  }
  stop = true;
  swapper.join();
  EXPECT_EQ(outside, 0);
  EXPECT_GT(inside, 0);
  EXPECT_GT(swaps, 0);
}

TEST_F(HostFolderTest, HidesInodesAndShowsHardLinks) {
  stdfs::create_hard_link(root_ + "/folder/f", root_ + "/folder/sub/f2");
  const auto folder = open();
  HostStat one, two, other;
  ASSERT_EQ(folder->stat("f", &one), 0);
  ASSERT_EQ(folder->stat("sub/f2", &two), 0);
  ASSERT_EQ(folder->stat("sub/g", &other), 0);
  EXPECT_EQ(one.inode, two.inode);
  EXPECT_EQ(one.links, 2u);
  EXPECT_NE(one.inode, other.inode);
  struct ::stat real {};
  ASSERT_EQ(::stat((root_ + "/folder/f").c_str(), &real), 0);
  EXPECT_NE(one.inode, real.st_ino);
}

TEST_F(HostFolderTest, HoldsTheByteQuota) {  // FS-11, FS-13
  const auto folder = open(MountMode::kReadWrite, 10'000);
  std::shared_ptr<HostFile> file;
  ASSERT_EQ(folder->open_file("big", {.write = true, .create = true}, &file), 0);
  const std::vector<uint8_t> chunk(3000, 7);
  uint64_t at = 0;
  size_t done = 0;
  Errno error = 0;
  int writes = 0;
  while ((error = file->write(&at, false, chunk, &done)) == 0 && writes++ < 100) at += done;
  EXPECT_EQ(error, ENOSPC);
  EXPECT_LE(stdfs::file_size(root_ + "/folder/big"), 10'000u);
  EXPECT_GE(stdfs::file_size(root_ + "/folder/big"), 5'000u);
  EXPECT_EQ(file->resize(uint64_t{1} << 60), EFBIG);
  EXPECT_EQ(file->resize(20'000), ENOSPC);
  at = uint64_t{1} << 62;
  EXPECT_EQ(file->write(&at, false, chunk, &done), EFBIG);
  // What is there may be written anew, and what is cut off is free again; without a name, once nobody has it open.
  at = 0;
  EXPECT_EQ(file->write(&at, false, chunk, &done), 0);
  ASSERT_EQ(file->resize(0), 0);
  ASSERT_EQ(file->resize(10'000), 0);
  ASSERT_EQ(folder->unlink("big"), 0);
  std::shared_ptr<HostFile> next;
  ASSERT_EQ(folder->open_file("next", {.write = true, .create = true}, &next), 0);
  EXPECT_EQ(next->resize(1), ENOSPC);
  file = nullptr;
  EXPECT_EQ(next->resize(10'000), 0);
  // What is taken away of the host's makes room: the folder is never larger than it was and the quota.
  EXPECT_EQ(next->resize(10'001), ENOSPC);
  ASSERT_EQ(folder->unlink("f"), 0);
  EXPECT_EQ(next->resize(10'006), 0);
  EXPECT_EQ(next->resize(10'007), ENOSPC);
}

TEST_F(HostFolderTest, KeepsCountOfWhatIsOpenForReading) {
  const auto folder = open(MountMode::kReadWrite, 10'000);
  std::shared_ptr<HostFile> writer, reader, next;
  ASSERT_EQ(folder->open_file("big", {.write = true, .create = true}, &writer), 0);
  ASSERT_EQ(writer->resize(10'000), 0);
  writer = nullptr;
  ASSERT_EQ(folder->open_file("big", {}, &reader), 0);
  ASSERT_EQ(folder->unlink("big"), 0);
  ASSERT_EQ(folder->open_file("next", {.write = true, .create = true}, &next), 0);
  EXPECT_EQ(next->resize(1), ENOSPC);
  reader = nullptr;
  EXPECT_EQ(next->resize(1), 0);
}

TEST_F(HostFolderTest, HoldsTheEntryQuota) {  // FS-12
  const auto folder = open(MountMode::kReadWrite, 1 << 20, 4);
  EXPECT_EQ(folder->make_directory("d"), 0);
  EXPECT_EQ(folder->make_symlink("f", "l"), 0);
  EXPECT_EQ(folder->link("f", "h"), 0);
  std::shared_ptr<HostFile> file;
  EXPECT_EQ(folder->open_file("n", {.write = true, .create = true}, &file), 0);
  EXPECT_EQ(folder->make_directory("e"), ENOSPC);
  EXPECT_EQ(folder->make_symlink("f", "m"), ENOSPC);
  EXPECT_EQ(folder->link("f", "i"), ENOSPC);
  EXPECT_EQ(folder->open_file("o", {.write = true, .create = true}, &file), ENOSPC);
  EXPECT_EQ(folder->make_directory("d"), ENOSPC);
  EXPECT_EQ(folder->rename("n", "f"), 0);  // one name less
  EXPECT_EQ(folder->make_directory("e"), 0);
  EXPECT_EQ(folder->make_directory("g"), ENOSPC);
  EXPECT_EQ(folder->remove_directory("e"), 0);
  EXPECT_EQ(folder->make_directory("g"), 0);
}

TEST_F(HostFolderTest, ChangesNothingUnlessItMay) {  // FS-06
  for (const MountMode mode : {MountMode::kReadOnly, MountMode::kCopyOnWrite}) {
    const auto folder = open(mode);
    std::shared_ptr<HostFile> file;
    EXPECT_EQ(folder->open_file("f", {.write = true}, &file), EROFS);
    EXPECT_EQ(folder->open_file("n", {.create = true}, &file), EROFS);
    EXPECT_EQ(folder->make_directory("d"), EROFS);
    EXPECT_EQ(folder->make_symlink("f", "l"), EROFS);
    EXPECT_EQ(folder->link("f", "h"), EROFS);
    EXPECT_EQ(folder->unlink("f"), EROFS);
    EXPECT_EQ(folder->remove_directory("sub"), EROFS);
    EXPECT_EQ(folder->rename("f", "g"), EROFS);
    EXPECT_EQ(folder->set_times("f", 1, 1), EROFS);
    ASSERT_EQ(folder->open_file("f", {}, &file), 0);
    EXPECT_EQ(file->resize(0), EROFS);
    EXPECT_EQ(file->set_times(1, 1), EROFS);
    size_t done;
    uint64_t at = 0;
    const uint8_t byte = 0;
    EXPECT_EQ(file->write(&at, false, {&byte, 1}, &done), EROFS);
  }
}

TEST_F(HostFolderTest, ReadsAFileThatShrinks) {  // FS-14
  put("folder/big", std::string(100'000, 'b'));
  const auto folder = open();
  std::shared_ptr<HostFile> file;
  ASSERT_EQ(folder->open_file("big", {}, &file), 0);
  stdfs::resize_file(root_ + "/folder/big", 10);
  std::vector<uint8_t> buffer(100'000);
  size_t done = 1;
  EXPECT_EQ(file->read(0, buffer, &done), 0);
  EXPECT_EQ(done, 10u);
  EXPECT_EQ(file->read(50'000, buffer, &done), 0);
  EXPECT_EQ(done, 0u);
}

TEST_F(HostFolderTest, ListsWhatIsText) {  // FS-07, FS-09
  for (int i = 0; i < 3000; i++) put("folder/sub/" + std::to_string(i), "");
  put("folder/sub/bad\xFFname", "");
  const auto folder = open();
  UniqueFd directory;
  ASSERT_EQ(folder->open_directory("sub", &directory), 0);
  HostListing listing;
  listing.begin(std::move(directory));
  HostListing::Entry entry;
  std::set<std::string> names;
  for (uint64_t cookie = 0; listing.next(cookie, &entry) == 0; cookie = entry.next) {
    EXPECT_TRUE(names.emplace(entry.name).second) << entry.name;
  }
  EXPECT_EQ(names.size(), 3001u);
  EXPECT_EQ(listing.skipped(), 1u);
  EXPECT_EQ(listing.next(uint64_t{1} << 63, &entry), ENOENT);
}

TEST_F(HostFolderTest, StaysWhatItWasWhenItIsMoved) {
  const auto folder = open();
  stdfs::rename(root_ + "/folder", root_ + "/moved");
  stdfs::create_directory(root_ + "/folder");
  put("folder/f", "another");
  std::string text;
  ASSERT_EQ(read(*folder, "f", &text), 0);
  EXPECT_EQ(text, "inside");
  stdfs::remove_all(root_ + "/moved");
  EXPECT_EQ(read(*folder, "f", &text), ENOENT);
}

TEST_F(HostFolderTest, MountsASingleFile) {
  auto folder = HostFolder::open({root_ + "/folder/f", "/x/f", MountMode::kReadOnly});
  ASSERT_TRUE(folder);
  EXPECT_FALSE((*folder)->is_directory());
  std::string text;
  EXPECT_EQ(read(**folder, "", &text), 0);
  EXPECT_EQ(text, "inside");
  EXPECT_EQ(opens(**folder, "sub"), ENOTDIR);
  EXPECT_EQ(opens(**folder, "../secret"), ENOTDIR);
}

TEST_F(HostFolderTest, RefusesWhatCannotBeMounted) {
  ASSERT_EQ(mkfifo((root_ + "/fifo").c_str(), 0600), 0);
  const struct {
    std::string host, guest, message;
  } cases[] = {
      {root_ + "/none", "/data", "No such file"},
      {root_ + "/fifo", "/data", "neither a folder nor a regular file"},
      {"/dev/null", "/data", "neither a folder nor a regular file"},
      {"/", "/data", "all that this machine has"},
      {root_ + "/../../../../../../../..", "/data", "all that this machine has"},
      {"/proc", "/data", "belongs to the kernel"},
      {"/proc/self/environ", "/data", "belongs to the kernel"},
      {"", "/data", "no path"},
      {root_, "data", "not absolute"},
      {root_, "", "not absolute"},
      {root_, "/", "whole tree"},
      {root_, "/data/", "slash"},
      {root_, "/data/../x", "'..'"},
      {root_, "/data//x", "empty"},
      {root_, "/./data", "'.'"},
      {root_, std::string("/da\0ta", 6), "NUL"},
      {root_, "/da\xFFta", "UTF-8"},
      {root_, "/usr", "belongs to the guest's Python"},
      {root_, "/usr/lib/python3.14/json", "belongs to the guest's Python"},
      {root_, "/dev/shm", "belongs to the guest's Python"},
      {root_, "/" + std::string(300, 'n'), "255"},
      {root_, "/" + std::string(3000, 'n'), "1024"},
  };
  for (const auto& test : cases) {
    const auto set = MountSet::open({{test.host, test.guest}});
    ASSERT_FALSE(set) << test.host << " " << test.guest;
    EXPECT_NE(set.error().message.find(test.message), std::string::npos) << set.error().message;
    EXPECT_FALSE(set.error().hint.empty()) << set.error().message;
  }
  EXPECT_FALSE(MountSet::open({{root_, "/data"}, {root_, "/data"}}));
  EXPECT_FALSE(MountSet::open({{root_ + "/secret", "/data"}, {root_, "/data/x"}}));
  EXPECT_FALSE(MountSet::open(std::vector<Mount>(65, {root_, "/data"})));
  EXPECT_TRUE(MountSet::open({{root_, "/data"}, {root_, "/data/x"}, {root_, "/workspace"}, {root_, "/tmp/x"}, {root_, "/usrx"}}));
}

// What a guest hands out lands where it should, whatever is in the way.
TEST_F(HostFolderTest, WritesThroughNoLink) {
  stdfs::create_directory_symlink(root_, root_ + "/folder/up");
  stdfs::create_symlink(root_ + "/secret", root_ + "/folder/link");
  auto writer = HostWriter::open(root_ + "/folder");
  ASSERT_TRUE(writer);
  const auto text = [](uint64_t offset, std::span<uint8_t> out, size_t* done) {
    *done = offset == 0 ? 1 : 0;
    out[0] = '!';
    return 0;
  };
  EXPECT_NE(writer->put_file("up/secret", text), 0);
  EXPECT_NE(writer->put_file("../secret", text), 0);
  EXPECT_EQ(writer->put_file("link", text), 0);  // replaced, not followed
  EXPECT_EQ(writer->put_file("new/deep/file", text), 0);
  EXPECT_EQ(stdfs::file_size(root_ + "/secret"), 7u);
  EXPECT_FALSE(stdfs::is_symlink(root_ + "/folder/link"));
  EXPECT_EQ(stdfs::file_size(root_ + "/folder/new/deep/file"), 1u);
  EXPECT_EQ(writer->remove("up"), 0);
  EXPECT_EQ(writer->remove("new"), 0);
  EXPECT_EQ(writer->remove("new"), 0);
  EXPECT_TRUE(stdfs::exists(root_ + "/secret"));
  EXPECT_FALSE(stdfs::exists(root_ + "/folder/new"));
  for (const auto& entry : stdfs::directory_iterator(root_ + "/folder")) {
    EXPECT_EQ(entry.path().filename().string().find(".belljar"), std::string::npos);
  }
}

TEST(LinkStaysInside, ByItsTextAlone) {
  EXPECT_TRUE(link_stays_inside("a/l", "b"));
  EXPECT_TRUE(link_stays_inside("a/l", "../b/c"));
  EXPECT_TRUE(link_stays_inside("a/l", "./.././b/"));
  EXPECT_FALSE(link_stays_inside("a/l", "../../b"));
  EXPECT_FALSE(link_stays_inside("l", ".."));
  EXPECT_FALSE(link_stays_inside("a/l", "/etc/passwd"));
  EXPECT_FALSE(link_stays_inside("a/l", "b/../../c"));  // b may be a link
  EXPECT_FALSE(link_stays_inside("a/l", "b/.."));
  EXPECT_FALSE(link_stays_inside("a/l", ""));
}

}  // namespace
}  // namespace belljar::fs
