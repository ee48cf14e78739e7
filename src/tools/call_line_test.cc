#include "tools/call_line.h"

#include <gtest/gtest.h>

#include "base/runner_signal.h"

namespace belljar {
namespace {

class CallLineTest : public ::testing::Test {
 protected:
  CallLineTest() {
    std::vector<Tool> tools(2);
    tools[0].name = "few";
    tools[0].max_calls = 2;
    tools[1].name = "many";
    set_ = ToolSet::of_services(std::move(tools));
  }

  CallLine::State call(const char* name) {
    return std::make_shared<ToolCallState>(set_, *set_->find(name), Value::List{}, Value::Map{}, signal_, ~uint64_t{0}, 0);
  }

  std::shared_ptr<const ToolSet> set_;
  std::shared_ptr<RunnerSignal> signal_ = std::make_shared<RunnerSignal>();
  CallLine line_;
};

TEST_F(CallLineTest, MoreThanTheToolAllowsWaitInOrder) {
  const CallLine::State a = call("few"), b = call("few"), c = call("few"), d = call("few");
  EXPECT_TRUE(line_.enter(a));
  EXPECT_TRUE(line_.enter(b));
  EXPECT_FALSE(line_.enter(c));
  EXPECT_FALSE(line_.enter(d));
  EXPECT_TRUE(line_.enter(call("many")));
  EXPECT_EQ(line_.leave(a->tool()), c);
  EXPECT_EQ(line_.leave(b->tool()), d);
  EXPECT_EQ(line_.leave(c->tool()), nullptr);
  EXPECT_TRUE(line_.enter(call("few")));
  EXPECT_FALSE(line_.enter(call("few")));
}

TEST_F(CallLineTest, WhatWasCancelledIsPassedOver) {
  const CallLine::State a = call("few"), b = call("few"), c = call("few"), d = call("few");
  for (const auto& state : {a, b, c, d}) state->enqueue();
  line_.enter(a);
  line_.enter(b);
  line_.enter(c);
  line_.enter(d);
  EXPECT_TRUE(c->cancel());
  EXPECT_EQ(line_.leave(a->tool()), d);
  EXPECT_EQ(line_.leave(b->tool()), nullptr);
}

}  // namespace
}  // namespace belljar
