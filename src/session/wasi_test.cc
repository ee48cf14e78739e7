#include "session/wasi.h"

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "session/wasi_fake.h"

namespace belljar {
namespace {

using namespace wasi;

constexpr uint64_t kReadWrite = kFdRead | kFdWrite;

// Addresses for the tests' own use.
constexpr uint32_t kPath = 100, kPath2 = 6000, kOut = 12000, kIovecs = 13000, kData = 20000,
                   kResult = 14000;

class WasiTest : public testing::Test {
 protected:
  WasiTest() : guest_(fs::Files(fs::Tree(nullptr, {}), 16)) {}

  int32_t open(std::string_view path, uint32_t open_flags, uint64_t rights = kReadWrite,
               uint32_t fd_flags = 0) {
    const uint32_t length = guest_.put(kPath, path);
    return guest_.call("path_open", {3, 1, kPath, length, open_flags, rights, 0, fd_flags, kOut});
  }
  uint32_t must_open(std::string_view path, uint32_t open_flags = kCreat,
                     uint64_t rights = kReadWrite) {
    EXPECT_EQ(open(path, open_flags, rights), kSuccess) << path;
    return guest_.get(kOut);
  }
  int32_t on_path(const char* function, std::string_view path) {
    return guest_.call(function, {3, kPath, guest_.put(kPath, path)});
  }
  int32_t write(uint32_t fd, std::string_view text) {
    guest_.put_value(kIovecs, Iovec{kData, guest_.put(kData, text)});
    return guest_.call("fd_write", {fd, kIovecs, 1, kResult});
  }
  int32_t read(uint32_t fd, uint32_t length = 1000) {
    guest_.put_value(kIovecs, Iovec{kData, length});
    return guest_.call("fd_read", {fd, kIovecs, 1, kResult});
  }
  std::string result() const { return guest_.text(kData, guest_.get(kResult)); }
  Filestat stat(uint32_t fd) {
    EXPECT_EQ(guest_.call("fd_filestat_get", {fd, kOut}), kSuccess);
    return guest_.get<Filestat>(kOut);
  }

  FakeGuest guest_;
};

TEST_F(WasiTest, HasAllOfPreview1) {
  const std::map<std::string_view, std::string_view> expected = {
      {"args_get", "ii>i"},
      {"args_sizes_get", "ii>i"},
      {"environ_get", "ii>i"},
      {"environ_sizes_get", "ii>i"},
      {"clock_res_get", "ii>i"},
      {"clock_time_get", "iIi>i"},
      {"fd_advise", "iIIi>i"},
      {"fd_allocate", "iII>i"},
      {"fd_close", "i>i"},
      {"fd_datasync", "i>i"},
      {"fd_fdstat_get", "ii>i"},
      {"fd_fdstat_set_flags", "ii>i"},
      {"fd_fdstat_set_rights", "iII>i"},
      {"fd_filestat_get", "ii>i"},
      {"fd_filestat_set_size", "iI>i"},
      {"fd_filestat_set_times", "iIIi>i"},
      {"fd_pread", "iiiIi>i"},
      {"fd_prestat_get", "ii>i"},
      {"fd_prestat_dir_name", "iii>i"},
      {"fd_pwrite", "iiiIi>i"},
      {"fd_read", "iiii>i"},
      {"fd_readdir", "iiiIi>i"},
      {"fd_renumber", "ii>i"},
      {"fd_seek", "iIii>i"},
      {"fd_sync", "i>i"},
      {"fd_tell", "ii>i"},
      {"fd_write", "iiii>i"},
      {"path_create_directory", "iii>i"},
      {"path_filestat_get", "iiiii>i"},
      {"path_filestat_set_times", "iiiiIIi>i"},
      {"path_link", "iiiiiii>i"},
      {"path_open", "iiiiiIIii>i"},
      {"path_readlink", "iiiiii>i"},
      {"path_remove_directory", "iii>i"},
      {"path_rename", "iiiiii>i"},
      {"path_symlink", "iiiii>i"},
      {"path_unlink_file", "iii>i"},
      {"poll_oneoff", "iiii>i"},
      {"proc_exit", "i>"},
      {"proc_raise", "i>i"},
      {"sched_yield", ">i"},
      {"random_get", "ii>i"},
      {"sock_accept", "iii>i"},
      {"sock_recv", "iiiiii>i"},
      {"sock_send", "iiiii>i"},
      {"sock_shutdown", "ii>i"},
  };
  std::map<std::string_view, std::string_view> found;
  for (const auto& import : wasi_imports()) {
    EXPECT_EQ(import.module, "wasi_snapshot_preview1");
    found[import.name] = import.signature;
  }
  EXPECT_EQ(found, expected);
}

TEST_F(WasiTest, WritesStreamsAndReadsStdin) {
  EXPECT_EQ(write(1, "out"), kSuccess);
  EXPECT_EQ(write(2, "err"), kSuccess);
  EXPECT_EQ(guest_.host.out, "out");
  EXPECT_EQ(guest_.host.err, "err");
  EXPECT_EQ(write(0, "x"), kBadf);
  EXPECT_EQ(read(1), kBadf);
  guest_.host.in = "line\n";
  EXPECT_EQ(read(0), kSuccess);
  EXPECT_EQ(result(), "line\n");
  EXPECT_EQ(read(0), kSuccess);
  EXPECT_EQ(result(), "");
  guest_.host.stopping = true;
  EXPECT_EQ(read(0), kIntr);
  EXPECT_EQ(guest_.call("fd_seek", {1, 0, 0, kOut}), kSpipe);
  EXPECT_EQ(guest_.call("fd_pwrite", {1, kIovecs, 1, 0, kResult}), kSpipe);
}

TEST_F(WasiTest, StreamsAreNoTerminals) {
  for (uint32_t fd = 0; fd < 3; fd++) {
    ASSERT_EQ(guest_.call("fd_fdstat_get", {fd, kOut}), kSuccess);
    const auto stat = guest_.get<Fdstat>(kOut);
    // wasi-libc's isatty(): a character device without these rights.
    EXPECT_TRUE(stat.type != FileType::kCharacterDevice ||
                (stat.rights_base & (kFdSeek | kFdTell)));
    EXPECT_EQ((stat.rights_base & kFdWrite) != 0, fd != 0);
  }
}

TEST_F(WasiTest, GathersAndScatters) {
  const uint32_t fd = must_open("tmp/f");
  guest_.put(kData, "abcdef");
  guest_.put_value(kIovecs, Iovec{kData + 4, 2});
  guest_.put_value(kIovecs + 8, Iovec{kData, 0});
  guest_.put_value(kIovecs + 16, Iovec{kData, 3});
  EXPECT_EQ(guest_.call("fd_write", {fd, kIovecs, 3, kResult}), kSuccess);
  EXPECT_EQ(guest_.get(kResult), 5u);
  EXPECT_EQ(guest_.call("fd_pread", {fd, kIovecs, 3, 1, kResult}), kSuccess);
  EXPECT_EQ(guest_.get(kResult), 4u);
  EXPECT_EQ(guest_.text(kData, 6), "bccdfa");
  EXPECT_EQ(guest_.call("fd_tell", {fd, kOut}), kSuccess);
  EXPECT_EQ(guest_.get<uint64_t>(kOut), 5u);
}

TEST_F(WasiTest, ChecksEveryBufferBeforeMovingAByte) {  // RES-12
  const uint32_t fd = must_open("tmp/f");
  guest_.put_value(kIovecs, Iovec{kData, 4});
  guest_.put_value(kIovecs + 8, Iovec{0xFFFFFFFF, 4});
  EXPECT_EQ(guest_.call("fd_write", {fd, kIovecs, 2, kResult}), kFault);
  EXPECT_EQ(guest_.call("fd_write", {fd, kIovecs, 1, 65534}), kFault);
  EXPECT_EQ(guest_.call("fd_write", {fd, kIovecs, 1025, kResult}), kInval);
  EXPECT_EQ(guest_.call("fd_write", {fd, 65530, 1, kResult}), kFault);
  EXPECT_EQ(guest_.call("fd_write", {fd, kIovecs, 0x40000000, kResult}), kInval);
  EXPECT_EQ(stat(fd).size, 0u);
  for (uint32_t i = 0; i < 1024; i++) guest_.put_value(kIovecs + 8 * i, Iovec{0, 65536});
  EXPECT_EQ(guest_.call("fd_write", {fd, kIovecs, 1024, kResult}), kInval);
  EXPECT_EQ(stat(fd).size, 0u);
}

TEST_F(WasiTest, OpensAsAsked) {
  EXPECT_EQ(open("tmp/f", 0), kNoent);
  const uint32_t fd = must_open("tmp/f");
  EXPECT_EQ(fd, 4u);
  EXPECT_EQ(open("tmp/f", kCreat | kExcl), kExist);
  EXPECT_EQ(open("tmp", 0), kIsdir);
  EXPECT_EQ(open("tmp/f", kDirectoryOnly), kNotdir);
  EXPECT_EQ(open("etc", kCreat), kRofs);
  EXPECT_EQ(open("tmp/f", 16), kInval);
  EXPECT_EQ(open("tmp/f", 0, kReadWrite, 32), kInval);
  EXPECT_EQ(write(fd, "text"), kSuccess);
  const uint32_t reading = must_open("tmp/f", 0, kFdRead);
  EXPECT_EQ(write(reading, "x"), kBadf);
  EXPECT_EQ(guest_.call("fd_filestat_set_size", {reading, 0}), kInval);
  EXPECT_EQ(guest_.call("fd_allocate", {reading, 0, 10}), kBadf);
  EXPECT_EQ(read(reading), kSuccess);
  EXPECT_EQ(result(), "text");
  const uint32_t writing = must_open("tmp/f", kTrunc, kFdWrite);
  EXPECT_EQ(read(writing), kBadf);
  EXPECT_EQ(stat(fd).size, 0u);
  // A descriptor whose number cannot be delivered is not made.
  const uint32_t before = guest_.wasi.files().open_count();
  const uint32_t length = guest_.put(kPath, "tmp/f");
  EXPECT_EQ(guest_.call("path_open", {3, 1, kPath, length, 0, kFdRead, 0, 0, 65533}), kFault);
  EXPECT_EQ(guest_.wasi.files().open_count(), before);
}

TEST_F(WasiTest, ReportsRightsAsWasiLibcReadsThem) {
  const auto rights = [&](uint32_t fd) {
    EXPECT_EQ(guest_.call("fd_fdstat_get", {fd, kOut}), kSuccess);
    return guest_.get<Fdstat>(kOut);
  };
  EXPECT_EQ(rights(3).type, FileType::kDirectory);
  EXPECT_EQ(rights(3).rights_inheriting, uint64_t{kAllRights});
  EXPECT_TRUE(rights(3).rights_base & kFdReaddir);
  const uint32_t reading = must_open("tmp/f", kCreat, kFdRead);
  EXPECT_EQ(rights(reading).rights_base & kReadWrite, uint64_t{kFdRead});
  EXPECT_EQ(open("tmp/f", 0, kFdWrite, kAppend | kNonblock), kSuccess);
  const uint32_t appending = guest_.get(kOut);
  EXPECT_EQ(rights(appending).flags, kAppend | kNonblock);
  EXPECT_EQ(guest_.call("fd_fdstat_set_flags", {appending, 0}), kSuccess);
  EXPECT_EQ(rights(appending).flags, 0);
  EXPECT_EQ(guest_.call("fd_fdstat_set_flags", {appending, 64}), kInval);
  // Rights only shrink, and shrinking takes effect.
  EXPECT_EQ(guest_.call("fd_fdstat_set_rights", {reading, kReadWrite, 0}), kNotcapable);
  EXPECT_EQ(guest_.call("fd_fdstat_set_rights", {appending, 0, 0}), kSuccess);
  EXPECT_EQ(write(appending, "x"), kBadf);
  EXPECT_EQ(guest_.call("fd_fdstat_set_rights", {3, kAllRights & ~kFdFilestatSetSize, 0}),
            kNotcapable);
  EXPECT_EQ(guest_.call("fd_fdstat_set_rights", {3, kFdReaddir, kFdRead}), kSuccess);
  EXPECT_EQ(open("tmp/f", 0, kFdWrite), kNotcapable);
  EXPECT_EQ(open("tmp/f", 0, kFdRead), kSuccess);
}

TEST_F(WasiTest, HasOnePreopen) {
  ASSERT_EQ(guest_.call("fd_prestat_get", {3, kOut}), kSuccess);
  EXPECT_EQ(guest_.get<Prestat>(kOut).tag, 0);
  EXPECT_EQ(guest_.get<Prestat>(kOut).name_length, 1u);
  EXPECT_EQ(guest_.call("fd_prestat_dir_name", {3, kData, 1}), kSuccess);
  EXPECT_EQ(guest_.text(kData, 1), "/");
  EXPECT_EQ(guest_.call("fd_prestat_dir_name", {3, kData, 0}), kNametoolong);
  EXPECT_EQ(guest_.call("fd_prestat_get", {must_open("tmp/f"), kOut}), kBadf);
  EXPECT_EQ(guest_.call("fd_prestat_get", {99, kOut}), kBadf);
}

TEST_F(WasiTest, KeepsTheRootOpen) {
  const uint32_t fd = must_open("tmp/f");
  EXPECT_EQ(guest_.call("fd_close", {3}), kBadf);
  EXPECT_EQ(guest_.call("fd_renumber", {fd, 3}), kBadf);
  EXPECT_EQ(guest_.call("fd_renumber", {3, fd}), kBadf);
  must_open("tmp/g");
}

TEST_F(WasiTest, ListsWithoutPadding) {
  for (int i = 0; i < 50; i++)
    must_open("workspace/file" + std::to_string(i)), guest_.call("fd_close", {4});
  const uint32_t fd = must_open("workspace", kDirectoryOnly, kFdReaddir);
  for (const uint32_t size : {24u, 31u, 64u, 1000u, 8000u}) {
    std::vector<std::string> names;
    uint64_t cookie = 0;
    for (int calls = 0; calls < 1000; calls++) {
      std::fill(guest_.memory.begin() + kData, guest_.memory.end(), uint8_t{0xEE});
      const uint32_t length =
          size + (calls % 2 ? 30 : 0);  // short ones end in the middle of a name
      ASSERT_EQ(guest_.call("fd_readdir", {fd, kData, length, cookie, kResult}), kSuccess);
      const uint32_t used = guest_.get(kResult);
      uint32_t at = 0;
      while (used - at >= sizeof(Dirent)) {
        const auto entry = guest_.get<Dirent>(kData + at);
        EXPECT_EQ(entry.zero[0] | entry.zero[1] | entry.zero[2], 0);
        EXPECT_NE(entry.inode, 0u);
        if (used - at < sizeof(Dirent) + entry.name_length) break;
        names.push_back(guest_.text(kData + at + sizeof(Dirent), entry.name_length));
        at += static_cast<uint32_t>(sizeof(Dirent)) + entry.name_length;
        cookie = entry.next;
      }
      EXPECT_EQ(guest_.memory[kData + used], 0xEE);
      if (used < length) break;
    }
    EXPECT_EQ(names.size(), 52u) << size;
    EXPECT_EQ(names[0], ".");
  }
  EXPECT_EQ(guest_.call("fd_readdir", {must_open("tmp/f"), kData, 100, 0, kResult}), kNotdir);
  EXPECT_EQ(guest_.call("fd_readdir", {1, kData, 100, 0, kResult}), kNotdir);
}

TEST_F(WasiTest, ManagesPaths) {
  EXPECT_EQ(on_path("path_create_directory", "workspace/d"), kSuccess);
  EXPECT_EQ(on_path("path_create_directory", "workspace/d"), kExist);
  EXPECT_EQ(on_path("path_unlink_file", "workspace/d"), kIsdir);
  const uint32_t fd = must_open("workspace/d/f");
  EXPECT_EQ(on_path("path_remove_directory", "workspace/d"), kNotempty);
  const uint32_t from = guest_.put(kPath, "workspace/d/f"), to = guest_.put(kPath2, "tmp/g");
  EXPECT_EQ(guest_.call("path_rename", {3, kPath, from, 3, kPath2, to}), kSuccess);
  EXPECT_EQ(guest_.call("path_link", {3, 0, kPath2, to, 3, kPath, from}), kSuccess);
  EXPECT_EQ(stat(fd).links, 2u);
  const uint32_t link = guest_.put(kPath, "tmp/l");
  EXPECT_EQ(guest_.call("path_symlink", {kPath2, to, 3, kPath, link}), kSuccess);
  EXPECT_EQ(guest_.call("path_readlink", {3, kPath, link, kData, 3, kResult}), kSuccess);
  EXPECT_EQ(result(), "tmp");
  EXPECT_EQ(guest_.call("path_readlink", {3, kPath2, to, kData, 3, kResult}), kInval);
  EXPECT_EQ(guest_.call("path_filestat_get", {3, 0, kPath, link, kOut}), kSuccess);
  EXPECT_EQ(guest_.get<Filestat>(kOut).type, FileType::kSymbolicLink);
  EXPECT_EQ(guest_.call("path_filestat_get", {3, 1, kPath, link, kOut}), kNoent);  // tmp/tmp/g
  EXPECT_EQ(guest_.call("path_filestat_get", {4, 0, kPath, link, kOut}), kNotdir);
  EXPECT_EQ(guest_.call("path_filestat_get", {3, 0, kPath, 4096, kOut}), kNametoolong);
  EXPECT_EQ(guest_.call("path_filestat_get", {3, 0, kPath, 0xFFFFFFFF, kOut}), kNametoolong);
  EXPECT_EQ(guest_.call("path_filestat_get", {3, 0, 65535, 2, kOut}), kFault);
  EXPECT_EQ(guest_.call("path_filestat_get", {3, 0, kPath, 0, kOut}), kNoent);
}

TEST_F(WasiTest, KeepsVirtualTimes) {
  const uint32_t fd = must_open("tmp/f");
  const uint64_t made = guest_.host.realtime_ns() / 1000 * 1000;
  EXPECT_EQ(stat(fd).modified, made);
  guest_.host.clock += 5'000'000;
  EXPECT_EQ(write(fd, "x"), kSuccess);
  EXPECT_EQ(stat(fd).modified, made + 5'000'000);
  EXPECT_EQ(stat(fd).accessed, made);
  EXPECT_EQ(guest_.call("fd_filestat_set_times", {fd, 1, 2, kAtim | kMtim}), kSuccess);
  EXPECT_EQ(stat(fd).accessed, 1u);
  EXPECT_EQ(stat(fd).modified, 2u);
  EXPECT_EQ(guest_.call("fd_filestat_set_times", {fd, 1, 2, kMtimNow}), kSuccess);
  EXPECT_EQ(stat(fd).accessed, 1u);
  EXPECT_EQ(stat(fd).modified, made + 5'000'000);
  EXPECT_EQ(guest_.call("fd_filestat_set_times", {fd, 1, 2, kMtim | kMtimNow}), kInval);
  EXPECT_EQ(guest_.call("fd_filestat_set_times", {fd, 1, 2, 16}), kInval);
  EXPECT_EQ(guest_.call("fd_filestat_set_times", {1, 1, 2, kMtim}), kInval);
}

TEST_F(WasiTest, ReadsClocksInMicroseconds) {  // ENV-04
  for (const uint32_t clock : {kRealtime, kMonotonic, kProcessCpu, kThreadCpu}) {
    ASSERT_EQ(guest_.call("clock_time_get", {clock, 0, kOut}), kSuccess);
    EXPECT_EQ(guest_.get<uint64_t>(kOut) % 1000, 0u);
    ASSERT_EQ(guest_.call("clock_res_get", {clock, kOut}), kSuccess);
    EXPECT_EQ(guest_.get<uint64_t>(kOut), 1000u);
  }
  EXPECT_EQ(guest_.call("clock_time_get", {4, 0, kOut}), kInval);
  EXPECT_EQ(guest_.call("clock_res_get", {0xFFFFFFFF, kOut}), kInval);
  EXPECT_EQ(guest_.call("clock_time_get", {0, 0, 65530}), kFault);
}

class PollTest : public WasiTest {
 protected:
  void add_clock(uint32_t clock, uint64_t timeout, bool absolute) {
    Subscription subscription{};
    subscription.userdata = 100 + count_;
    subscription.clock_or_fd = clock;
    subscription.timeout = timeout;
    subscription.clock_flags = absolute ? kAbsoluteTime : 0;
    guest_.put_value(kData + count_++ * 48, subscription);
  }
  void add_fd(uint8_t tag, uint32_t fd) {
    Subscription subscription{};
    subscription.userdata = 100 + count_;
    subscription.tag = tag;
    subscription.clock_or_fd = fd;
    guest_.put_value(kData + count_++ * 48, subscription);
  }
  int32_t poll(uint32_t out = kIovecs) {
    return guest_.call("poll_oneoff", {kData, out, count_, kResult});
  }
  Event event(uint32_t i) const { return guest_.get<Event>(kIovecs + i * 32); }

  uint32_t count_ = 0;
};

TEST_F(PollTest, SleepsUntilTheEarliest) {
  const uint64_t now = guest_.host.clock;
  add_clock(kMonotonic, 9'000'000, false);
  add_clock(kMonotonic, now + 2'000'000, true);
  add_clock(kRealtime, FakeHost::kEpoch + now + 5'000'000, true);
  ASSERT_EQ(poll(), kSuccess);
  EXPECT_GE(guest_.host.slept_until, now + 2'000'000);
  EXPECT_LT(guest_.host.slept_until, now + 2'001'000);
  EXPECT_EQ(guest_.host.slept_until % 1000, 0u);
  ASSERT_EQ(guest_.get(kResult), 1u);
  EXPECT_EQ(event(0).userdata, 101u);
  EXPECT_EQ(event(0).error, 0);
  EXPECT_EQ(event(0).type, kClockEvent);
}

TEST_F(PollTest, DoesNotSleepWhenSomethingIsReady) {
  const uint32_t fd = must_open("tmp/f");
  EXPECT_EQ(write(fd, "12345"), kSuccess);
  EXPECT_EQ(guest_.call("fd_seek", {fd, 2, 0, kOut}), kSuccess);
  add_clock(kMonotonic, UINT64_MAX, false);
  add_fd(kReadEvent, fd);
  add_fd(kWriteEvent, 1);
  add_fd(kReadEvent, 99);
  add_clock(kMonotonic, 1, true);
  add_clock(kProcessCpu, 1, false);
  add_fd(kReadEvent, 0);
  ASSERT_EQ(poll(), kSuccess);
  EXPECT_EQ(guest_.host.slept_until, 0u);
  ASSERT_EQ(guest_.get(kResult), 6u);
  EXPECT_EQ(event(0).bytes, 3u);
  EXPECT_EQ(event(2).error, kBadf);
  EXPECT_EQ(event(4).error, kInval);
}

TEST_F(PollTest, EndsEarlyWhenTheRunIsBeingStopped) {  // RES-14
  guest_.host.stopping = true;
  add_clock(kMonotonic, uint64_t{1} << 62, false);
  ASSERT_EQ(poll(), kSuccess);
  EXPECT_EQ(guest_.get(kResult), 1u);
}

TEST_F(PollTest, ChecksItsArguments) {
  EXPECT_EQ(guest_.call("poll_oneoff", {kData, kIovecs, 0, kResult}), kInval);
  EXPECT_EQ(guest_.call("poll_oneoff", {kData, kIovecs, 65, kResult}), kInval);
  EXPECT_EQ(guest_.call("poll_oneoff", {65520, kIovecs, 1, kResult}), kFault);
  EXPECT_EQ(guest_.call("poll_oneoff", {kData, 65520, 1, kResult}), kFault);
  EXPECT_EQ(guest_.call("poll_oneoff", {kData, kIovecs, 1, 65534}), kFault);
  add_fd(3, 0);
  EXPECT_EQ(poll(), kInval);
  // Areas that overlap: read first, then written.
  count_ = 0;
  for (int i = 0; i < 64; i++) add_fd(kWriteEvent, 1);
  ASSERT_EQ(poll(kData), kSuccess);
  for (uint32_t i = 0; i < 64; i++) EXPECT_EQ(guest_.get<Event>(kData + i * 32).userdata, 100 + i);
}

// A device never ends, a call must: the watchdog cannot stop host code.
TEST_F(WasiTest, OneReadOfADeviceIsBounded) {
  guest_.memory.resize(size_t{4} << 20);
  for (const char* device : {"dev/urandom", "dev/zero"}) {
    const uint32_t fd = must_open(device, 0), piece = Wasi::kMaxRandom;
    for (uint32_t i = 0; i < 8; i++) {
      guest_.put_value(kIovecs + 8 * i, Iovec{(1 << 20) + i * piece, piece});
    }
    EXPECT_EQ(guest_.call("fd_read", {fd, kIovecs, 8, kResult}), kSuccess) << device;
    EXPECT_EQ(guest_.get(kResult), piece) << device;
  }
  EXPECT_EQ(guest_.call("random_get", {0, Wasi::kMaxRandom + 1}), kInval);
}

TEST_F(WasiTest, DoesTheRest) {
  EXPECT_EQ(guest_.call("args_sizes_get", {kOut, kOut + 4}), kSuccess);
  EXPECT_EQ(guest_.get<uint64_t>(kOut), 0u);
  EXPECT_EQ(guest_.call("environ_sizes_get", {kOut, 65534}), kFault);
  EXPECT_EQ(guest_.call("args_get", {kOut, kOut}), kSuccess);
  EXPECT_EQ(guest_.call("random_get", {kData, 100}), kSuccess);
  EXPECT_EQ(guest_.text(kData, 100), std::string(100, '\xAB'));
  EXPECT_EQ(guest_.call("random_get", {kData, 0x80000000}), kFault);
  EXPECT_EQ(read(must_open("dev/urandom", 0), 10), kSuccess);
  EXPECT_EQ(result(), std::string(10, '\xAB'));
  EXPECT_EQ(guest_.call("sched_yield", {}), kSuccess);
  EXPECT_EQ(guest_.call("sock_accept", {1, 0, kOut}), kNotsock);
  EXPECT_EQ(guest_.call("sock_shutdown", {99, 0}), kBadf);
  EXPECT_EQ(guest_.call("proc_raise", {9}), kNotsup);
  EXPECT_EQ(guest_.call("fd_sync", {4}), kSuccess);
  EXPECT_EQ(guest_.call("fd_sync", {1}), kInval);
  EXPECT_EQ(guest_.call("fd_advise", {4, 0, 0, 6}), kInval);
  EXPECT_EQ(guest_.call("fd_renumber", {4, 2}), kSuccess);
  EXPECT_EQ(guest_.call("fd_close", {4}), kBadf);
  guest_.call("proc_exit", {42});
  EXPECT_EQ(guest_.outcome, engine::Outcome::kTrap);
  EXPECT_EQ(guest_.host.exit_code, 42u);
}

}  // namespace
}  // namespace belljar
