// For tests.
#ifndef BELLJAR_AUDIT_TESTING_H_
#define BELLJAR_AUDIT_TESTING_H_

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <string>

namespace belljar {

/// A folder with a place for one log.
class LogTest : public ::testing::Test {
 protected:
  void SetUp() override {
    char folder[] = "/tmp/belljar-audit-XXXXXX";
    ASSERT_NE(mkdtemp(folder), nullptr);
    folder_ = folder;
    path_ = folder_ + "/log.jsonl";
  }
  void TearDown() override {
    unlink(path_.c_str());
    rmdir(folder_.c_str());
  }

  std::string folder_, path_;
};

/// While it lives, no file of this process grows beyond the size of `path` and a bit: a disk that is full.
class FullDisk {
 public:
  explicit FullDisk(const std::string& path, uint64_t more = 0) {
    struct stat info {};
    stat(path.c_str(), &info);
    getrlimit(RLIMIT_FSIZE, &before_);
    previous_ = std::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{static_cast<rlim_t>(info.st_size) + more, before_.rlim_max};
    setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FullDisk() {
    setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, previous_);
  }
  FullDisk(const FullDisk&) = delete;
  FullDisk& operator=(const FullDisk&) = delete;

 private:
  rlimit before_{};
  void (*previous_)(int) = nullptr;
};

}  // namespace belljar

#endif  // BELLJAR_AUDIT_TESTING_H_
