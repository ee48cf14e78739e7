#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>
#include <iterator>
#include <string>
#include <thread>
#include <vector>

#include "audit/audit_file.h"
#include "audit/session_audit.h"
#include "audit/testing.h"
#include "base/json.h"
#include "belljar/audit.h"

namespace belljar {
namespace {

class AuditTest : public LogTest {
 protected:
  std::string read() const {
    std::ifstream file(path_);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  void write(const std::string& text) const { std::ofstream(path_) << text; }

  // A log of `n` events beside the first.
  void make(int n) {
    SessionAudit audit(*AuditLog::open(path_));
    for (int i = 0; i < n; i++) audit.record("belljar.test", {{"number", int64_t{i}}, {"text", std::string_view("a\"\n\xff")}});
  }
};

TEST_F(AuditTest, KeepsEventsAsJsonLinesThatVerify) {
  make(3);
  const std::string text = read();
  size_t lines = 0;
  for (size_t at = 0; at < text.size(); lines++) {
    const size_t end = text.find('\n', at);
    ASSERT_NE(end, std::string::npos);
    EXPECT_TRUE(is_json(std::string_view(text).substr(at, end - at), 10)) << text.substr(at, end - at);
    at = end + 1;
  }
  EXPECT_EQ(lines, 4u);
  const Result<AuditSummary> summary = AuditLog::verify(path_);
  ASSERT_TRUE(summary) << summary.error().message;
  EXPECT_EQ(summary->events, 4u);
  EXPECT_EQ(summary->lost, 0u);
  EXPECT_NE(text.find(summary->last_hash + "\"}\n"), std::string::npos);
}

TEST_F(AuditTest, GoesOnWithALogThatIsThere) {
  make(2);
  make(2);
  const Result<AuditSummary> summary = AuditLog::verify(path_);
  ASSERT_TRUE(summary) << summary.error().message;
  EXPECT_EQ(summary->events, 6u);
}

TEST_F(AuditTest, EveryChangedByteShows) {
  make(2);
  const std::string text = read();
  for (size_t i = 0; i < text.size(); i++) {
    std::string changed = text;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    write(changed);
    const Result<AuditSummary> summary = AuditLog::verify(path_);
    // A last line without its newline is what a crash leaves: it is told of, and not counted.
    if (summary) {
      EXPECT_EQ(i, text.size() - 1);
      EXPECT_EQ(summary->torn, 1u);
      EXPECT_EQ(summary->events, 2u);
    }
  }
}

TEST_F(AuditTest, LinesTakenOutOrExchangedShow) {
  make(3);
  std::vector<std::string> lines;
  std::ifstream file(path_);
  for (std::string line; std::getline(file, line);) lines.push_back(line + "\n");
  ASSERT_EQ(lines.size(), 4u);
  for (const std::vector<int>& order : {std::vector<int>{0, 2, 3}, {1, 2, 3}, {0, 2, 1, 3}, {0, 1, 1, 2, 3}}) {
    std::string text;
    for (const int i : order) text += lines[static_cast<size_t>(i)];
    write(text);
    const Result<AuditSummary> summary = AuditLog::verify(path_);
    ASSERT_FALSE(summary);
    EXPECT_EQ(summary.error().code, ErrorCode::kCorrupt);
  }
}

TEST_F(AuditTest, ALineThatACrashCutShortIsToldOf) {
  make(2);
  const std::string text = read();
  const size_t last = text.rfind('\n', text.size() - 2) + 1;
  for (size_t length = last + 1; length < text.size(); length++) {
    write(text.substr(0, length));
    make(1);
    const Result<AuditSummary> summary = AuditLog::verify(path_);
    ASSERT_TRUE(summary) << length << ": " << summary.error().message;
    const bool lacks_newline_only = length == text.size() - 1;
    EXPECT_EQ(summary->torn, lacks_newline_only ? 0u : 1u);
    EXPECT_EQ(summary->events, lacks_newline_only ? 5u : 4u);
  }
}

TEST_F(AuditTest, HasOneWriter) {
  const auto first = AuditLog::open(path_);
  ASSERT_TRUE(first);
  const auto second = AuditLog::open(path_);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::kBusy);
}

TEST_F(AuditTest, RefusesWhatIsNoLog) {
  write("hello\n");
  const auto log = AuditLog::open(path_);
  ASSERT_FALSE(log);
  EXPECT_EQ(log.error().code, ErrorCode::kCorrupt);
  EXPECT_EQ(read(), "hello\n");
  EXPECT_EQ(AuditLog::open("/dev/null").error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(AuditLog::open(folder_ + "/none/log").error().code, ErrorCode::kIo);
  EXPECT_EQ(AuditLog::verify(folder_ + "/none").error().code, ErrorCode::kNotFound);
}

TEST_F(AuditTest, CountsWhatItCannotKeepAndSaysSo) {
  const auto log = *AuditLog::open(path_, {.required = false});
  SessionAudit audit(log);
  {
    const FullDisk full(path_, 40);  // the middle of a line
    for (int i = 0; i < 3; i++) EXPECT_TRUE(audit.require("belljar.test", {}));
  }
  EXPECT_EQ(log->lost(), 3u);
  audit.record("belljar.test", {});
  const Result<AuditSummary> summary = AuditLog::verify(path_);
  ASSERT_TRUE(summary) << summary.error().message;
  EXPECT_EQ(summary->events, 2u);
  EXPECT_EQ(summary->lost, 3u);
}

TEST_F(AuditTest, WhatIsRequiredAndCannotBeKeptIsRefused) {
  const auto log = *AuditLog::open(path_);
  SessionAudit audit(log);
  {
    const FullDisk full(path_);
    const Status status = audit.require("belljar.test", {});
    ASSERT_FALSE(status);
    EXPECT_EQ(status.error().code, ErrorCode::kIo);
  }
  EXPECT_TRUE(audit.require("belljar.test", {}));
}

TEST_F(AuditTest, ThreadsDoNotMixLines) {
  const auto log = *AuditLog::open(path_);
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; i++) {
    threads.emplace_back([&] {
      SessionAudit audit(log);
      for (int n = 0; n < 200; n++) audit.record("belljar.test", {{"n", int64_t{n}}});
    });
  }
  for (std::thread& thread : threads) thread.join();
  const Result<AuditSummary> summary = AuditLog::verify(path_);
  ASSERT_TRUE(summary) << summary.error().message;
  EXPECT_EQ(summary->events, 801u);
}

}  // namespace
}  // namespace belljar
