// Values between the caller and the real guest: display(), define() and get().
#include "belljar/value.h"

#include "support.h"

#include <cmath>
#include <cstdlib>
#include <string>
#include <vector>

#include "wire/cbor.h"
#include "wire/random_values.h"

namespace belljar {
namespace {

using testing::error;
using testing::open;
using testing::run;
using testing::value;

// ---- display -------------------------------------------------------------------------------------------------

TEST(Display, BundlesArriveInOrder) {
  auto session = open();
  const RunResult result = run(*session, "display(1, 'two')\nclass H:\n  def _repr_html_(self): return '<b>'\ndisplay(H(), None)\n5");
  ASSERT_EQ(result.displays.size(), 4u) << error(result);
  EXPECT_EQ(result.displays[0][0].data, "1");
  EXPECT_EQ(result.displays[1][0].data, "'two'");
  ASSERT_EQ(result.displays[2].size(), 2u);
  EXPECT_EQ(result.displays[2][1].type, "text/html");
  EXPECT_EQ(result.displays[3][0].data, "None");
  EXPECT_EQ(value(result), "5");
  EXPECT_EQ(error(run(*session, "class R:\n  def __repr__(self): 1/0\ndisplay(R())")), "ZeroDivisionError: division by zero");
  EXPECT_TRUE(run(*session, "1").displays.empty());
  EXPECT_EQ(run(*session, "class N:\n  def __repr__(self): display(1); return 'n'\ndisplay(N())").displays.size(), 2u);
}

TEST(Display, GoesToTheCallback) {
  auto session = open();
  std::vector<std::string> seen;
  RunOptions options;
  options.on_display = [&](const MimeBundle& bundle) {
    seen.push_back(bundle[0].data);
    throw 1;  // it must not, and does no harm
  };
  options.wants_value = false;
  const RunResult result = run(*session, "display(1)\ndisplay([2])", options);
  EXPECT_TRUE(result.displays.empty());
  EXPECT_EQ(seen, (std::vector<std::string>{"1", "[2]"}));
}

TEST(Display, CountsAgainstTheLimitOfValues) {
  Policy policy;
  policy.limits.value = 10'000;
  auto session = open(policy);
  RunResult result = run(*session, "display('x' * 4000)\ndisplay('y' * 4000)\ndisplay('z' * 4000)\n'v' * 4000");
  size_t bytes = 0;
  for (const MimeBundle& bundle : result.displays) {
    for (const MimeEntry& entry : bundle) bytes += entry.data.size();
  }
  for (const MimeEntry& entry : result.value) bytes += entry.data.size();
  EXPECT_LE(bytes, 10'000u);
  EXPECT_GT(bytes, 8'000u);
  EXPECT_GT(result.value_dropped, 4'000u);
  result = run(*session, "class E:\n  def __repr__(self): return ''\nfor i in range(100_000): display(E())");
  EXPECT_LE(result.displays.size(), 10'000u / 64);
  policy.limits.value = 0;
  auto none = open(policy);
  EXPECT_TRUE(run(*none, "display(1)").displays.empty());
}

// ---- define and get ------------------------------------------------------------------------------------------

TEST(Values, DefinedAndRead) {
  auto session = open();
  const Value values[] = {
      nullptr, true, 5, int64_t{INT64_MIN}, uint64_t{~uint64_t{0}}, Value(BigInt{true, std::string(20, '\x7F')}), 1.5, -0.0, "text \u20ac",
      Bytes{std::string("\0\xFF", 2)}, Value::List{1, Value::List{}}, Value::Map{{"b", 1}, {"a", Value::Map{}}},
      std::string(10'000'000, 'x')};
  for (const Value& v : values) {
    ASSERT_TRUE(session->define("v", v));
    if (v.as_string() && v.as_string()->size() > 1000) {
      EXPECT_EQ(value(run(*session, "len(v)")), "10000000");
      auto large = session->get("v");
      ASSERT_FALSE(large);
      EXPECT_EQ(large.error().code, ErrorCode::kInvalidArgument);
      EXPECT_EQ(large.error().message, "v takes 10000005 bytes, above the limit of 1048576 (tool_bytes)");
      continue;
    }
    auto back = session->get("v");
    ASSERT_TRUE(back) << back.error().message;
    EXPECT_EQ(*back, v);
  }
  ASSERT_TRUE(session->define("n", std::nan("")));
  EXPECT_TRUE(std::isnan(*session->get("n")->as_float()));
  EXPECT_EQ(session->usage()->runs, 1u);
  EXPECT_EQ(value(run(*session, "gr\u00f6\u00dfe = 7")), "");
  EXPECT_EQ(*session->get("gr\u00f6\u00dfe"), Value(7));
}

// The guest's codec against the host's: what one encodes the other one reads, and the other way round.
TEST(Values, BothCodecsAgree) {
  auto session = open();
  RandomValues random(1);
  const int rounds = getenv("BELLJAR_SOAK") ? 20'000 : 300;
  for (int i = 0; i < rounds; i++) {
    const Value v = random.value();
    ASSERT_TRUE(session->define("v", v));
    auto back = session->get("v");
    ASSERT_TRUE(back) << back.error().message;
    std::vector<uint8_t> sent, received;  // as bytes: there are NaNs
    ASSERT_EQ(encode_cbor(v, ~uint64_t{0}, &sent), CborError::kNone);
    ASSERT_EQ(encode_cbor(*back, ~uint64_t{0}, &received), CborError::kNone);
    ASSERT_EQ(received, sent) << i;
  }
}

TEST(Values, RefusalsSayWhy) {
  auto session = open();
  run(*session, "s = {'k': [1, {2}]}\nbig = 'x' * 2_000_000\ndeep = 1\nfor i in range(10_000): deep = [deep]\nsur = '\\ud800'");
  const struct {
    const char* name;
    ErrorCode code;
    const char* message;
  } cases[] = {
      {"nope", ErrorCode::kNotFound, "name 'nope' is not defined"},
      {"s", ErrorCode::kInvalidArgument, "s['k'][1] is of type set, which cannot cross"},
      {"deep", ErrorCode::kInvalidArgument, "deep is nested deeper than 100"},
      {"sur", ErrorCode::kInvalidArgument, "sur has lone surrogates"},
      {"big", ErrorCode::kInvalidArgument, "big takes 2000005 bytes, above the limit"},
      {"1x", ErrorCode::kInvalidArgument, "'1x' is not the name of a variable"},
      {"", ErrorCode::kInvalidArgument, "'' is not"},
      {"a.b", ErrorCode::kInvalidArgument, "'a.b' is not"},
      {"\u20ac", ErrorCode::kInvalidArgument, "'\u20ac' is not an identifier"},
      {"\xFF", ErrorCode::kInvalidArgument, "the name of a variable is not valid UTF-8"},
  };
  for (const auto& c : cases) {
    auto got = session->get(c.name);
    ASSERT_FALSE(got) << c.name;
    EXPECT_EQ(got.error().code, c.code) << c.name << got.error().message;
    EXPECT_EQ(got.error().message.substr(0, std::string(c.message).size()), c.message);
    if (c.message[0] == '\'' || c.name[0] == '\xFF') {
      EXPECT_FALSE(session->define(c.name, 1)) << c.name;
    }
  }
  Value deep;
  for (int i = 0; i < 10'000; i++) {
    Value::List list;
    list.push_back(std::move(deep));
    deep = std::move(list);
  }
  auto defined = session->define("d", deep);
  ASSERT_FALSE(defined);
  EXPECT_EQ(defined.error().code, ErrorCode::kInvalidArgument);
  EXPECT_FALSE(session->define("d", "\xFF"));
  EXPECT_EQ(session->get("d").error().code, ErrorCode::kNotFound);
  EXPECT_EQ(value(run(*session, "len(big)")), "2000000");
}

TEST(Values, InAFreshSessionAndWithTools) {
  Policy policy;
  policy.tool("echo", "(x)", "", [](const ToolCall& call) { return *call.find("x"); });
  policy.arguments = {"prog", "a"};
  policy.limits.memory = 64 << 20;
  auto session = open(policy);
  ASSERT_TRUE(session->define("v", 5));
  EXPECT_EQ(value(run(*session, "import sys\nsys.argv, echo(v)")), "(['prog', 'a'], 5)");
  EXPECT_TRUE(session->define("w", Value::List{1, 2}));
  auto child = *session->fork();
  EXPECT_EQ(*child->get("w"), Value(Value::List{1, 2}));
  // More than the guest can hold: its own error, and the session goes on.
  auto large = session->define("large", std::string(50'000'000, 'x'));
  ASSERT_FALSE(large);
  EXPECT_EQ(large.error().code, ErrorCode::kGuest);
  EXPECT_EQ(value(run(*session, "v, w")), "(5, [1, 2])");
}

}  // namespace
}  // namespace belljar
