#include <gtest/gtest.h>

#include <string>

#include "belljar/policy.h"

namespace belljar {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

Result<std::string> read_test_secret(std::string_view source) {
  if (source == "env:KEY") return std::string("the value");
  return Error{ErrorCode::kNotFound, "no such secret: " + std::string(source), ""};
}

Result<PolicyFile> parse(std::string_view text) { return parse_policy(text, {"/base", read_test_secret}); }

TEST(PolicyFileTest, EverythingThatCanBeSaid) {
  const Result<PolicyFile> file = parse(R"(
image = "data.bjimg"
checkpoint = "manual"
arguments = ["a", "b"]
modules = ["json", "math"]

[limits]
memory = "64M"
cpu = 1
wall = 2.5
grace = "100ms"
output = 1000
value = "1K"
files = "2M"
file_entries = 7
tool_calls = 8
tool_bytes = 9

[environment]
MODE = "test"

[[mounts]]
host = "data"
guest = "/data"

[[mounts]]
host = "/var/out"
guest = "/out"
mode = "rw"
max_bytes = "1M"
max_entries = 3

[network]
allow = ["GET https://api.example.com/"]
proxy = "http://proxy:1"
ca_file = "ca.pem"

[network.limits]
requests = 5
response_bytes = "1M"
request = 3

[[secrets]]
name = "KEY"
from = "env:KEY"
hosts = ["api.example.com"]
headers = ["Authorization"]

[audit]
file = "log.jsonl"
required = false
)");
  ASSERT_TRUE(file) << file.error().message << " " << file.error().hint;
  const Policy& policy = file->policy;
  EXPECT_EQ(file->image, "/base/data.bjimg");
  EXPECT_EQ(file->audit_file, "/base/log.jsonl");
  EXPECT_FALSE(file->audit_is_required);
  EXPECT_EQ(policy.checkpoint, CheckpointMode::kManual);
  EXPECT_EQ(policy.arguments, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(*policy.modules, (std::vector<std::string>{"json", "math"}));
  EXPECT_EQ(policy.limits.memory, 64u << 20);
  EXPECT_EQ(policy.limits.cpu, seconds(1));
  EXPECT_EQ(policy.limits.wall, milliseconds(2500));
  EXPECT_EQ(policy.limits.grace, milliseconds(100));
  EXPECT_EQ(policy.limits.output, 1000u);
  EXPECT_EQ(policy.limits.value, 1024u);
  EXPECT_EQ(policy.limits.files, 2u << 20);
  EXPECT_EQ(policy.limits.file_entries, 7u);
  EXPECT_EQ(policy.limits.tool_calls, 8u);
  EXPECT_EQ(policy.limits.tool_bytes, 9u);
  ASSERT_EQ(policy.environment.size(), 1u);
  EXPECT_EQ(policy.environment[0].second, "test");
  ASSERT_EQ(policy.mounts.size(), 2u);
  EXPECT_EQ(policy.mounts[0].host, "/base/data");
  EXPECT_EQ(policy.mounts[0].mode, MountMode::kReadOnly);
  EXPECT_EQ(policy.mounts[1].host, "/var/out");
  EXPECT_EQ(policy.mounts[1].mode, MountMode::kReadWrite);
  EXPECT_EQ(policy.mounts[1].max_bytes, 1u << 20);
  EXPECT_EQ(policy.mounts[1].max_entries, 3u);
  EXPECT_EQ(policy.network.allow, (std::vector<std::string>{"GET https://api.example.com/"}));
  EXPECT_EQ(policy.network.proxy, "http://proxy:1");
  EXPECT_EQ(policy.network.ca_file, "/base/ca.pem");
  EXPECT_EQ(policy.network.limits.requests, 5u);
  EXPECT_EQ(policy.network.limits.response_bytes, 1u << 20);
  EXPECT_EQ(policy.network.limits.request, seconds(3));
  ASSERT_EQ(policy.network.secrets.size(), 1u);
  EXPECT_EQ(policy.network.secrets[0].value, "the value");
}

TEST(PolicyFileTest, AnEmptyFileIsTheDefaults) {
  const Result<PolicyFile> file = parse("");
  ASSERT_TRUE(file);
  EXPECT_EQ(file->policy.limits.memory, Limits().memory);
  EXPECT_FALSE(file->policy.modules);
  EXPECT_TRUE(file->policy.network.allow.empty());
}

TEST(PolicyFileTest, AnEmptyListOfModulesIsNotAll) {
  const Result<PolicyFile> file = parse("modules = []");
  ASSERT_TRUE(file);
  ASSERT_TRUE(file->policy.modules);
  EXPECT_TRUE(file->policy.modules->empty());
}

struct Bad {
  const char* text;
  const char* message;
};

class BadPolicyFile : public testing::TestWithParam<Bad> {};

TEST_P(BadPolicyFile, IsRefusedWithTheLine) {
  const Result<PolicyFile> file = parse(GetParam().text);
  ASSERT_FALSE(file);
  EXPECT_EQ(file.error().code, ErrorCode::kInvalidArgument);
  EXPECT_NE(file.error().message.find(GetParam().message), std::string::npos) << file.error().message;
}

INSTANTIATE_TEST_SUITE_P(
    All, BadPolicyFile,
    testing::Values(Bad{"memory = 1", "line 1: unknown key 'memory'"},
                    Bad{"\n[limits]\nmemroy = 1", "line 3: unknown key 'limits.memroy'"},
                    Bad{"[limits]\nmemory = -1", "line 2: 'limits.memory' must be a size"},
                    Bad{"[limits]\nmemory = \"lots\"", "'limits.memory' must be a size"},
                    Bad{"[limits]\ncpu = 0", "'limits.cpu' must be a duration"},
                    Bad{"[limits]\ncpu = nan", "'limits.cpu' must be a duration"},
                    Bad{"[limits]\nfile_entries = 5000000000", "'limits.file_entries' must be a number"},
                    Bad{"limits = 3", "'limits' must be a table"},
                    Bad{"mounts = 3", "'mounts' must be a list of tables"},
                    Bad{"mounts = [3]", "'mounts' must be a list of tables"},
                    Bad{"[[mounts]]\nhost = 'x'", "'mounts.guest' is missing"},
                    Bad{"[[mounts]]\nhost = 'x'\nguest = '/x'\nmode = 'wr'", "'mounts.mode' must be one of"},
                    Bad{"[[mounts]]\nhost = 'x'\nguest = '/x'\nmode = 3", "'mounts.mode' must be a string"},
                    Bad{"[network]\nallow = 'GET https://x/'", "'network.allow' must be a list of strings"},
                    Bad{"[network]\nallow = [3]", "'network.allow' must be a list of strings"},
                    Bad{"[network.limits]\nrequest = 'soon'", "'network.limits.request' must be a duration"},
                    Bad{"[environment]\nA = 1", "'environment.A' must be a string"},
                    Bad{"[audit]\nrequired = true", "'audit.file' is missing"},
                    Bad{"[audit]\nfile = 'x'\nrequired = 'no'", "'audit.required' must be true or false"},
                    Bad{"checkpoint = 'never'", "'checkpoint' must be one of \"each-cell\", \"manual\""},
                    Bad{"[[secrets]]\nname = 'A'\nfrom = 'env:A'", "'secrets.hosts' is missing"},
                    Bad{"a = \nb", "line 1: "}, Bad{"a = 1\na = 2", "line 2: "}, Bad{"\xff", "line 1: "}));

TEST(PolicyFileTest, ASecretThatCannotBeReadIsAnError) {
  const char* text = "[[secrets]]\nname = 'A'\nfrom = 'env:A'\nhosts = ['h']";
  EXPECT_EQ(parse(text).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(parse_policy(text).error().code, ErrorCode::kInvalidArgument);
}

TEST(ExplainTest, SaysWhatIsGrantedAndNoSecret) {
  Policy policy;
  policy.mounts.push_back({.host = "/srv/data", .guest = "/data"});
  policy.network.allow = {"GET https://api.example.com/"};
  policy.network.secrets.push_back({"KEY", "hunter2hunter2", {"api.example.com"}, {}});
  policy.modules = {"json"};
  policy.tool("price", "(symbol: str) -> float", "The last price.\nMore.", [](const ToolCall&) -> ToolResult { return 1.0; });
  for (const std::string& text : {explain(policy), explain_to_model(policy)}) {
    for (const char* part : {"256 MiB", "/data", "GET https://api.example.com/", "secret://KEY", "json",
                             "price(symbol: str) -> float: The last price."}) {
      EXPECT_NE(text.find(part), std::string::npos) << part << " is not in\n" << text;
    }
    EXPECT_EQ(text.find("hunter2"), std::string::npos);
    EXPECT_EQ(text.find("More."), std::string::npos);
  }
  // Where the host keeps its files is not the model's business.
  EXPECT_EQ(explain_to_model(policy).find("/srv/data"), std::string::npos);
  EXPECT_NE(explain(Policy()).find("network   none"), std::string::npos) << explain(Policy());
}

}  // namespace
}  // namespace belljar
