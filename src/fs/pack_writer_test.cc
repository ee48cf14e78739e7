#include "fs/pack_writer.h"

#include <gtest/gtest.h>

#include <string>

namespace belljar::fs {
namespace {

constexpr uint64_t kPlenty = 1 << 20;

std::shared_ptr<const Pack> open(const PackWriter& writer) {
  auto pack = Pack::open_shared(std::make_shared<const std::string>(*writer.build()));
  EXPECT_TRUE(pack) << pack.error().message;
  EXPECT_TRUE((*pack)->verify());
  return *pack;
}

std::string content(const Pack& pack, std::string_view path) {
  const auto entry = pack.find(path);
  if (!entry) return "(missing)";
  const PackContent read = *pack.read(*entry);
  return std::string(read.bytes.begin(), read.bytes.end());
}

TEST(PackWriterTest, WritesWhatIsRead) {
  PackWriter writer(kPlenty, 100);
  const std::string large(100'000, 'x');
  ASSERT_TRUE(writer.add("b/__init__.py", large));
  ASSERT_TRUE(writer.add("b/c/d.py", "d"));
  ASSERT_TRUE(writer.add("a.py", ""));
  ASSERT_TRUE(writer.add("c/__init__.py", "c"));
  EXPECT_EQ(writer.entries(), 8u);
  EXPECT_TRUE(writer.contains("b/c"));
  EXPECT_TRUE(writer.contains("b/c/d.py"));
  EXPECT_FALSE(writer.contains("b/d.py"));
  const auto pack = open(writer);
  EXPECT_EQ(pack->entry_count(), 8u);
  EXPECT_EQ(content(*pack, "b/__init__.py"), large);
  EXPECT_EQ(content(*pack, "b/c/d.py"), "d");
  EXPECT_EQ(content(*pack, "a.py"), "");
  EXPECT_LT(pack->blob().size(), 8192u);  // it was compressed
  EXPECT_EQ(*writer.build(), *writer.build());
  EXPECT_EQ(open(PackWriter(0, 1))->entry_count(), 1u);
}

TEST(PackWriterTest, CopiesAPack) {
  PackWriter writer(kPlenty, 100);
  ASSERT_TRUE(writer.add("b/c/d.py", "d"));
  ASSERT_TRUE(writer.add("a.py", "a"));
  const auto pack = open(writer);
  PackWriter copy(kPlenty, 100);
  ASSERT_TRUE(copy.add_all(*pack));
  EXPECT_EQ(*copy.build(), *writer.build());
  EXPECT_FALSE(copy.add_all(*pack));
}

TEST(PackWriterTest, RefusesWhatNoPackCanHold) {
  PackWriter writer(kPlenty, 100);
  ASSERT_TRUE(writer.add("a/b.py", ""));
  std::string deep;
  for (int i = 0; i < 64; i++) deep += "d/";
  for (const std::string& path :
       {std::string(), std::string("/a"), std::string("a/"), std::string("a//c"), std::string("../c"),
        std::string("a/./c"), std::string("a/../c"), std::string("c\0d", 3), std::string("\xff.py"),
        std::string(256, 'n'), std::string("a"), std::string("a/b.py"), std::string("a/b.py/c"),
        deep + "f"}) {
    const Status added = writer.add(path, "");
    ASSERT_FALSE(added) << path;
    EXPECT_EQ(added.error().code, ErrorCode::kInvalidArgument) << path;
  }
  EXPECT_EQ(writer.entries(), 3u);
  EXPECT_EQ(open(writer)->entry_count(), 3u);
}

TEST(PackWriterTest, KeepsToItsBudget) {
  PackWriter writer(10, 4);
  ASSERT_TRUE(writer.add("a/b", "12345678"));
  EXPECT_EQ(writer.add("c", "123").error().code, ErrorCode::kExhausted);
  EXPECT_EQ(writer.add("c/d/e", "1").error().code, ErrorCode::kExhausted);
  ASSERT_TRUE(writer.add("c", "12"));
  EXPECT_EQ(writer.add("d", "").error().code, ErrorCode::kExhausted);
  EXPECT_EQ(writer.content_bytes(), 10u);
}

}  // namespace
}  // namespace belljar::fs
