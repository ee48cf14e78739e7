#include "snapshot/durable_file.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <random>
#include <thread>

#include "snapshot/snapshot_file.h"
#include "snapshot/testing.h"

namespace belljar {
namespace {

class DurableFileTest : public testing::Test {
 protected:
  DurableFileTest() {
    directory_ = testing::TempDir() + "belljar-durable-XXXXXX";
    EXPECT_NE(mkdtemp(directory_.data()), nullptr);
  }
  ~DurableFileTest() override { std::filesystem::remove_all(directory_); }

  std::string path(const std::string& name) const { return directory_ + "/" + name; }
  size_t entries() const {
    return static_cast<size_t>(std::distance(std::filesystem::directory_iterator(directory_), {}));
  }
  static mode_t mode(const std::string& path) {
    struct stat status;
    return lstat(path.c_str(), &status) == 0 ? status.st_mode : 0;
  }

  std::string directory_;
};

TEST_F(DurableFileTest, WritesAndReplaces) {
  ASSERT_TRUE(write_file(path("a"), "one"));
  EXPECT_EQ(*read_file(path("a"), 100), "one");
  const std::string large(3 << 20, 'l');
  ASSERT_TRUE(write_file(path("a"), large));
  EXPECT_EQ(*read_file(path("a"), 4 << 20), large);
  ASSERT_TRUE(write_file(path("a"), ""));
  EXPECT_EQ(*read_file(path("a"), 0), "");
  EXPECT_EQ(entries(), 1u);
}

TEST_F(DurableFileTest, IsForTheOwnerAlone) {
  for (const mode_t mask : {0000, 0777, 0022}) {
    const mode_t before = umask(mask);
    EXPECT_TRUE(write_file(path("a"), "x"));
    umask(before);
    EXPECT_EQ(mode(path("a")) & 07777, 0600u);
  }
  ASSERT_EQ(chmod(path("a").c_str(), 0666), 0);
  ASSERT_TRUE(write_file(path("a"), "x"));
  EXPECT_EQ(mode(path("a")) & 07777, 0600u);
}

TEST_F(DurableFileTest, ALinkIsReplaced) {
  ASSERT_TRUE(write_file(path("target"), "kept"));
  ASSERT_EQ(symlink("target", path("link").c_str()), 0);
  EXPECT_EQ(*read_file(path("link"), 100), "kept");
  ASSERT_TRUE(write_file(path("link"), "new"));
  EXPECT_TRUE(S_ISREG(mode(path("link"))));
  EXPECT_EQ(*read_file(path("target"), 100), "kept");
}

TEST_F(DurableFileTest, ErrorsLeaveNothingBehind) {
  const auto code = [](const auto& result) { return result ? ErrorCode{} : result.error().code; };
  EXPECT_EQ(code(write_file(path("no/such"), "x")), ErrorCode::kIo);
  ASSERT_EQ(mkdir(path("d").c_str(), 0700), 0);
  EXPECT_EQ(code(write_file(path("d"), "x")), ErrorCode::kIo);
  EXPECT_EQ(code(write_file(path(std::string(300, 'n')), "x")), ErrorCode::kIo);
  EXPECT_EQ(code(write_file("", "x")), ErrorCode::kInvalidArgument);
  EXPECT_EQ(code(write_file(path("d/"), "x")), ErrorCode::kInvalidArgument);
  EXPECT_EQ(code(write_file(path(std::string("a\0b", 3)), "x")), ErrorCode::kInvalidArgument);
  EXPECT_EQ(entries(), 1u);
}

// The disk is full, or nearly so.
TEST_F(DurableFileTest, AFileThatCannotBeFinishedLeavesTheOld) {
  ASSERT_TRUE(write_file(path("a"), "old"));
  const auto before = signal(SIGXFSZ, SIG_IGN);
  rlimit limit;
  ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &limit), 0);
  const rlimit small = {10'000, limit.rlim_max};
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &small), 0);
  const Status status = write_file(path("a"), std::string(20'000, 'x'));
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &limit), 0);
  signal(SIGXFSZ, before);
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, ErrorCode::kIo);
  EXPECT_EQ(*read_file(path("a"), 100), "old");
  EXPECT_EQ(entries(), 1u);
}

TEST_F(DurableFileTest, ReadsRegularFilesWithinTheLimit) {
  const auto code = [](const auto& result) { return result ? ErrorCode{} : result.error().code; };
  EXPECT_EQ(code(read_file(path("none"), 100)), ErrorCode::kNotFound);
  EXPECT_EQ(code(read_file(path("none/none"), 100)), ErrorCode::kNotFound);
  EXPECT_EQ(code(read_file(directory_, 100)), ErrorCode::kIo);
  EXPECT_EQ(code(read_file("/dev/zero", 100)), ErrorCode::kIo);
  ASSERT_EQ(mkfifo(path("pipe").c_str(), 0600), 0);
  EXPECT_EQ(code(read_file(path("pipe"), 100)), ErrorCode::kIo);
  ASSERT_TRUE(write_file(path("a"), "12345"));
  EXPECT_EQ(code(read_file(path("a"), 5)), ErrorCode{});
  EXPECT_EQ(code(read_file(path("a"), 4)), ErrorCode::kExhausted);
  ASSERT_TRUE(write_file(path("sparse"), ""));
  ASSERT_EQ(truncate(path("sparse").c_str(), off_t{1} << 40), 0);
  EXPECT_EQ(code(read_file(path("sparse"), 1 << 30)), ErrorCode::kExhausted);
}

// A process that saves one state after the other is killed at any moment: what is there is one of them.
TEST_F(DurableFileTest, AKilledWriterLeavesTheOldOrTheNew) {
  const auto image = testing_snapshots::make_image();
  SessionState state = testing_snapshots::make_state(image);
  std::vector<std::string> versions;
  for (uint32_t i = 0; i < 8; i++) {
    state.cells = i;
    versions.push_back(*encode_snapshot(state, nullptr));
  }
  ASSERT_TRUE(write_file(path("s"), versions[0]));
  std::mt19937 random(1);
  uint32_t seen = 0;
  for (int round = 0; round < 50; round++) {
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      for (int i = 0; i < 100'000; i++) {
        if (!write_file(path("s"), versions[static_cast<size_t>(i) % versions.size()])) _exit(1);
      }
      _exit(2);
    }
    std::this_thread::sleep_for(std::chrono::microseconds(200 + random() % 20'000));
    kill(child, SIGKILL);
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFSIGNALED(status)) << "the child could not write";
    auto bytes = read_file(path("s"), 1 << 20);
    ASSERT_TRUE(bytes) << bytes.error().message;
    auto decoded = decode_snapshot(*bytes, nullptr, image, nullptr, 1 << 24);
    ASSERT_TRUE(decoded) << decoded.error().message;
    seen |= 1u << (*decoded)->cells;
  }
  // More than the first has been seen: the child did write.
  EXPECT_NE(seen & (seen - 1), 0u);
}

}  // namespace
}  // namespace belljar
