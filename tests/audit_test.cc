// What sessions tell the audit log.

#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>
#include <string>
#include <vector>

#include "audit/testing.h"
#include "belljar/audit.h"
#include "belljar/runtime.h"
#include "support.h"

namespace belljar {
namespace {

class SessionAuditTest : public LogTest {
 protected:
  void TearDown() override {
    const Result<AuditSummary> summary = AuditLog::verify(path_);
    EXPECT_TRUE(summary) << summary.error().message;
    LogTest::TearDown();
  }

  Policy policy() const {
    Policy policy;
    policy.audit = *AuditLog::open(path_);
    return policy;
  }

  std::vector<std::string> lines() const {
    std::vector<std::string> lines;
    std::ifstream file(path_);
    for (std::string line; std::getline(file, line);) lines.push_back(line);
    return lines;
  }

  // The names of the events, without the first's.
  std::vector<std::string> names() const {
    std::vector<std::string> names;
    for (const std::string& line : lines()) {
      const std::string before = "\"event_name\":\"belljar.";
      const size_t at = line.find(before) + before.size();
      names.push_back(line.substr(at, line.find('"', at) - at));
    }
    EXPECT_EQ(names.at(0), "audit.open");
    names.erase(names.begin());
    return names;
  }
};

using Names = std::vector<std::string>;

TEST_F(SessionAuditTest, TellsOfEveryUse) {
  Policy rights = policy();
  rights.limits.output = 4;
  rights.tool("price", "()", "", [](const ToolCall&) -> ToolResult { return 1.0; });
  auto session = *testing::runtime()->open(rights);
  ASSERT_EQ(session->run("price(); call_tool('none', 1)")->status, RunStatus::kException);
  ASSERT_TRUE(session->run("print('far too long')"));
  const Snapshot snapshot = *session->snapshot();
  ASSERT_TRUE(session->rollback(snapshot));
  ASSERT_TRUE(session->fork());
  ASSERT_TRUE(testing::runtime()->resume(snapshot, rights));
  EXPECT_EQ(names(), (Names{"session.open", "run.begin", "tool.call", "run.end", "run.begin", "limit", "run.end",
                            "session.snapshot", "session.rollback", "session.open", "session.open"}));
}

TEST_F(SessionAuditTest, SaysWhichLimitItWas) {
  Policy rights = policy();
  rights.limits.cpu = std::chrono::milliseconds(50);
  rights.limits.memory = uint64_t{64} << 20;
  auto session = *testing::runtime()->open(rights);
  ASSERT_EQ(session->run("while True: pass")->status, RunStatus::kTimeLimit);
  EXPECT_EQ(names(), (Names{"session.open", "run.begin", "limit", "run.end"}));
  EXPECT_NE(lines()[3].find("\"belljar.limit.name\":\"cpu\""), std::string::npos) << lines()[3];
}

TEST_F(SessionAuditTest, KeepsNothingOfTheProgram) {
  auto session = *testing::runtime()->open(policy());
  ASSERT_TRUE(session->run("print('hunter2')\n'hunter2'"));
  for (const std::string& line : lines()) EXPECT_EQ(line.find("hunter2"), std::string::npos) << line;
}

TEST_F(SessionAuditTest, NothingRunsUnloggedWhereTheLogIsRequired) {
  Policy rights = policy();
  auto session = *testing::runtime()->open(rights);
  ASSERT_TRUE(session->run("x = 1"));
  const Snapshot snapshot = *session->snapshot();
  {
    const FullDisk full(path_);
    EXPECT_EQ(session->rollback(snapshot).error().code, ErrorCode::kIo);
    EXPECT_EQ(session->run("x = 2").error().code, ErrorCode::kIo);
    EXPECT_EQ(session->snapshot().error().code, ErrorCode::kIo);
    EXPECT_EQ(session->fork().error().code, ErrorCode::kIo);
    EXPECT_EQ(testing::runtime()->open(rights).error().code, ErrorCode::kIo);
    EXPECT_EQ(testing::runtime()->resume(snapshot, rights).error().code, ErrorCode::kIo);
  }
  const Result<RunResult> result = session->run("x");
  ASSERT_TRUE(result);
  EXPECT_EQ(result->value[0].data, "1");
  EXPECT_GT(rights.audit->lost(), 0u);
}

}  // namespace
}  // namespace belljar
