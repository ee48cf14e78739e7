#include "fs/archive.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/byte_stream.h"
#include "fs/pack_builder.h"

namespace belljar::fs {
namespace {

constexpr uint64_t kNow = 1'800'000'000'000'000'000;
constexpr uint64_t kPlenty = uint64_t{64} << 20;

std::span<const uint8_t> as_bytes(std::string_view text) {
  return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}

// A library of two files, which outlives the trees.
std::shared_ptr<const Pack> library() {
  static const std::vector<uint8_t> blob = [] {
    PackBuilder builder;
    builder.add("os.py", std::string(900, 'o'));
    builder.add("json/decoder.py", "decoder");
    return builder.build();
  }();
  static const std::shared_ptr<const Pack> pack = *Pack::open(blob);
  return pack;
}

std::string archive(const Files& files) {
  std::string bytes;
  write_archive(files, &bytes);
  return bytes;
}

Result<Files> restore(std::string_view bytes, uint64_t max_bytes = kPlenty) {
  return read_archive(as_bytes(bytes), library(), max_bytes);
}

TEST(ArchiveTest, KeepsWhatIsOpenInTheSecondPack) {
  PackBuilder builder;
  builder.add("attr.py", "attr");
  const std::vector<uint8_t> blob = builder.build();
  const std::shared_ptr<const Pack> site = *Pack::open(blob);
  Files files(Tree(library(), {}, site));
  int fd = -1;
  const char* path = "/usr/local/lib/python3.14/site-packages/attr.py";
  ASSERT_EQ(files.open(Tree::kRoot, path, {}, {.read = true}, 0, &fd), 0);
  const std::string bytes = archive(files);
  Result<Files> back = read_archive(as_bytes(bytes), library(), kPlenty, site);
  ASSERT_TRUE(back);
  uint8_t content[8];
  size_t done = 0;
  ASSERT_EQ(back->read(back->find(fd), content, &done), 0);
  EXPECT_EQ(std::string(content, content + done), "attr");
  EXPECT_EQ(restore(bytes).error().code, ErrorCode::kCorrupt);  // without it
}

// The calls of a guest, drawn from a seed: two objects with one seed do the same.
class Guest {
 public:
  explicit Guest(unsigned seed) : random_(seed) {}

  /// What came of it, as text.
  std::string step(Files* files) {
    Tree& tree = files->tree();
    const std::string path = this->path(), other = this->path();
    const bool flag = chance(50);
    const uint64_t offset = chance(80) ? below(3000) : below(chance(80) ? 900'000 : 90'000'000);
    const uint64_t at = kNow + below(1'000'000);
    switch (below(14)) {
      case 0:
      case 1:
      case 2: return open(files, path, at);
      case 3: return std::to_string(files->close(below(40)));
      case 4: return std::to_string(tree.make_directory(Tree::kRoot, path, at));
      case 5: return std::to_string(tree.make_symlink(other, Tree::kRoot, path, at));
      case 6: return std::to_string(tree.link(Tree::kRoot, path, flag, Tree::kRoot, other, at));
      case 7: return std::to_string(tree.unlink(Tree::kRoot, path, at));
      case 8: return std::to_string(tree.remove_directory(Tree::kRoot, path, at));
      case 9: return std::to_string(tree.rename(Tree::kRoot, path, Tree::kRoot, other, at));
      case 10: return write(files, offset, at);
      case 11: return change_size(files, offset, at);
      case 12: return seek(files, static_cast<int64_t>(offset));
      default: return set(files, path, at);
    }
  }

 private:
  uint32_t below(uint32_t n) { return static_cast<uint32_t>(random_() % n); }
  bool chance(uint32_t percent) { return below(100) < percent; }

  std::string path() {
    static const char* const kRoots[] = {"/workspace", "/tmp", "/workspace", "/dev/null",
                                         "/usr/lib/python3.14/os.py", "/usr/lib/python3.14/json"};
    std::string path = kRoots[chance(90) ? below(3) : below(6)];
    for (uint32_t names = 1 + below(3); names > 0 && path[1] != 'd' && path[1] != 'u'; names--) {
      path += "/n" + std::to_string(below(chance(80) ? 5 : 200));
    }
    return path;
  }

  std::string open(Files* files, const std::string& path, uint64_t at) {
    const bool write = chance(60);
    const OpenHow how = {.create = write && chance(70), .truncate = write && chance(20), .write = write};
    const OpenFlags flags = {.read = chance(70), .write = write, .append = chance(20)};
    int fd = -1;
    const Errno error = files->open(Tree::kRoot, path, how, flags, at, &fd);
    if (error == 0) {
      files->find(fd)->status = static_cast<uint16_t>(below(32));
      files->find(fd)->dropped_rights = below(1000);
    }
    return "open " + std::to_string(error) + " " + std::to_string(fd);
  }

  std::string write(Files* files, uint64_t offset, uint64_t at) {
    const std::vector<uint8_t> bytes(chance(80) ? below(2000) : below(200'000), static_cast<uint8_t>(random_()));
    Files::Open* open = files->find(below(40));
    if (!open) return "";
    size_t done;
    const Errno error = files->write_at(open, offset, bytes, at, &done);
    return "write " + std::to_string(error) + " " + std::to_string(done);
  }

  std::string change_size(Files* files, uint64_t size, uint64_t at) {
    const bool grow = chance(30), far = chance(5);
    Files::Open* open = files->find(below(40));
    if (!open || !open->flags.write) return "";
    if (far) size = Tree::kMaxFileSize - size;
    if (grow) return std::to_string(files->tree().allocate(open->node, size, 70'000, at));
    return std::to_string(files->tree().resize(open->node, size, at));
  }

  std::string seek(Files* files, int64_t offset) {
    Files::Open* open = files->find(below(40));
    uint64_t reached = 0;
    return open ? std::to_string(files->seek(open, offset, Files::Whence::kCurrent, &reached)) : "";
  }

  std::string set(Files* files, const std::string& path, uint64_t at) {
    NodeId node;
    if (const Errno error = files->tree().lookup(Tree::kRoot, path, true, &node)) return std::to_string(error);
    return std::to_string(files->tree().set_times(node, at, at + 1, at + 2));
  }

  std::mt19937 random_;
};

// Everything that a guest can see: names with their cookies, nodes, content, descriptors.
class Description {
 public:
  static std::string of(Files files) {
    Description description(&files);
    description.add_tree();
    for (int fd = 0; fd < 300; fd++) description.add_descriptor(fd);
    const TreeUsage usage = files.tree().usage();
    description.add("usage", usage.bytes, usage.entries);
    return description.text_;
  }

 private:
  explicit Description(Files* files) : files_(files) {}

  template <typename... T>
  void add(std::string_view what, T... numbers) {
    text_ += what;
    ((text_ += " " + std::to_string(numbers)), ...);
    text_ += "\n";
  }

  void add_tree() {
    std::vector<NodeId> directories = {Tree::kRoot};
    while (!directories.empty()) {
      const NodeId directory = directories.back();
      directories.pop_back();
      add("directory", directory);
      DirectoryEntry entry;
      for (uint64_t cookie = 0; files_->tree().next_entry(directory, cookie, &entry) == 0; cookie = entry.next) {
        add(entry.name, entry.next);
        if (entry.name == ".." || entry.name == ".") continue;
        add_node(entry.node);
        if (entry.type == NodeType::kDirectory) directories.push_back(entry.node);
      }
    }
  }

  void add_node(NodeId node) {
    Stat stat;
    ASSERT_EQ(files_->tree().stat(node, &stat), 0);
    add("node", node, stat.device, static_cast<int>(stat.type), stat.links, stat.size, stat.accessed, stat.modified,
        stat.changed);
    std::string_view target;
    if (files_->tree().read_link(node, &target) == 0) add(target);
    // The start and the end: a file may be a hole of 2^40 bytes.
    std::vector<uint8_t> bytes(stat.type == NodeType::kFile ? 300'000 : 0);
    for (const uint64_t offset : {uint64_t{0}, stat.size - std::min<uint64_t>(stat.size, bytes.size())}) {
      size_t done = 0;
      add("read", files_->tree().read(node, offset, bytes, &done));
      add("content", done, xxh64(std::span(bytes).first(done)));
    }
  }

  void add_descriptor(int fd) {
    Files::Open* open = files_->find(fd);
    if (!open) return;
    add("descriptor", fd, static_cast<int>(open->kind), open->stream, static_cast<int>(open->type), open->flags.read,
        open->flags.write, open->flags.append, open->preopen, open->status, open->dropped_rights,
        open->dropped_inheriting, open->node, open->offset);
    if (open->kind != Files::Open::Kind::kNode) return;
    add_node(open->node);
    uint8_t bytes[1000];
    size_t done = 0;
    add("read", files_->read_at(open, 0, bytes, &done));
    add("content", done, xxh64(std::span(bytes).first(done)));
  }

  Files* files_;
  std::string text_;
};

class ArchiveTest : public testing::TestWithParam<unsigned> {};

TEST_P(ArchiveTest, WhatIsRestoredIsWhatWasThere) {
  Guest guest(GetParam());
  Files files(Tree(library(), {.bytes = 8 << 20, .entries = 300}));
  for (int i = 0; i < 3000; i++) {
    guest.step(&files);
    if (i % 500 != 499) continue;
    const std::string bytes = archive(files);
    auto restored = restore(bytes);
    ASSERT_TRUE(restored) << restored.error().message;
    ASSERT_EQ(Description::of(files), Description::of(*restored));
    ASSERT_EQ(archive(*restored), bytes);
  }
}

// What cannot be seen: numbers to be used again, gaps in what indexes a file, the parents of directories.
TEST_P(ArchiveTest, GoesOnAsTheOriginal) {
  Guest guest(GetParam());
  const TreeLimits limits = {.bytes = 8 << 20, .entries = 300};
  Files files(Tree(library(), limits));
  for (int i = 0; i < 2000; i++) guest.step(&files);
  auto restored = restore(archive(files));
  ASSERT_TRUE(restored) << restored.error().message;
  restored->tree().set_limits(limits);
  Guest twin = guest;
  for (int i = 0; i < 2000; i++) ASSERT_EQ(guest.step(&files), twin.step(&*restored)) << i;
  EXPECT_EQ(Description::of(files), Description::of(*restored));
  EXPECT_EQ(archive(files), archive(*restored));
}

// What indexes a file's blocks is charged, too: whatever was there before must not show.
TEST(Archive, UsageDoesNotDependOnHistory) {
  constexpr uint64_t kBlock = Tree::kBlockSize;
  for (const uint64_t far : {1, 20, 300, 5000}) {
    for (const uint64_t size : {uint64_t{0}, uint64_t{1}, 2 * kBlock, 5 * kBlock, 17 * kBlock, 290 * kBlock + 1}) {
      Files files(Tree(library(), {}));
      int fd;
      ASSERT_EQ(files.open(Tree::kRoot, "/tmp/f", {.create = true, .write = true}, {.write = true}, kNow, &fd), 0);
      size_t done;
      const uint8_t byte[1] = {1};
      for (const uint64_t block : {uint64_t{3}, uint64_t{18}, far}) {
        ASSERT_EQ(files.write_at(files.find(fd), block * kBlock, byte, kNow, &done), 0);
      }
      ASSERT_EQ(files.tree().resize(files.find(fd)->node, size, kNow), 0);
      auto restored = restore(archive(files));
      ASSERT_TRUE(restored) << restored.error().message;
      EXPECT_EQ(files.tree().usage().bytes, restored->tree().usage().bytes) << far << " " << size;
    }
  }
}

// Changes some bytes: single ones, numbers, the end, and parts that come from elsewhere in it.
std::string mutate(std::string bytes, std::mt19937* random) {
  static constexpr uint32_t kNumbers[] = {0, 1, 2, 0x7F, 0xFF, 0x7FFFFFFF, 0xFFFFFFFF, 0x1000000};
  for (uint32_t changes = 1 + (*random)() % 3; changes > 0; changes--) {
    const size_t at = (*random)() % bytes.size();
    const size_t length = std::min<size_t>(1 + (*random)() % 40, bytes.size() - at);
    switch ((*random)() % 6) {
      case 0: bytes[at] = static_cast<char>((*random)()); break;
      case 1: bytes[at] = static_cast<char>(bytes[at] ^ (1 << (*random)() % 8)); break;
      case 2: std::memcpy(&bytes[at], &kNumbers[(*random)() % std::size(kNumbers)], std::min<size_t>(4, length)); break;
      case 3: bytes.resize(std::max<size_t>(at, 1)); break;
      case 4: bytes.insert(at, bytes.substr((*random)() % bytes.size(), length)); break;
      default: bytes.erase(at, std::min(length, bytes.size() - 1)); break;
    }
  }
  return bytes;
}

TEST_P(ArchiveTest, DamageIsAnErrorOrASoundTree) {
  Guest guest(GetParam());
  Files files(Tree(library(), {.bytes = 200'000, .entries = 60}));
  for (int i = 0; i < 200; i++) guest.step(&files);
  const std::string sound = archive(files);
  std::mt19937 random(GetParam());
  int accepted = 0;
  for (int i = 0; i < 3000; i++) {
    auto restored = restore(mutate(sound, &random), 1 << 20);
    if (!restored) continue;
    accepted++;
    ASSERT_LE(restored->tree().usage().bytes, 1u << 20);
    if (accepted % 8 != 0) continue;
    for (int step = 0; step < 30; step++) guest.step(&*restored);
    const std::string again = archive(*restored);
    auto twice = restore(again);
    ASSERT_TRUE(twice) << twice.error().message;
    ASSERT_EQ(Description::of(*restored), Description::of(*twice));
  }
  EXPECT_GT(accepted, 20);
}

INSTANTIATE_TEST_SUITE_P(Seeds, ArchiveTest, testing::Range(1u, 9u));

// Archives by hand. A fresh tree's has /workspace and /tmp and nothing in them.
class Draft {
 public:
  Draft() {
    const std::string fresh = archive(Files(Tree(library(), {})));
    std::memcpy(&first, fresh.data(), sizeof(first));
    NodeId node;
    const Tree tree(library(), {});
    EXPECT_EQ(tree.lookup(Tree::kRoot, "/workspace", true, &node), 0);
    workspace = static_cast<uint32_t>(node);
    // Descriptors: three streams and the root.
    const size_t no_mounts = 2;
    descriptors = fresh.substr(fresh.size() - no_mounts - 4 - 3 * (1 + 1 + 2 + 8 + 8 + 1) - (1 + 1 + 2 + 8 + 8 + 8 + 8));
    descriptors.resize(descriptors.size() - no_mounts);
  }

  struct Name {
    std::string name;
    uint32_t node;
    uint8_t nth = 0;
  };

  void directory(uint32_t number, const std::vector<Name>& names) {
    ByteWriter out(node(number, NodeType::kDirectory));
    out.put(static_cast<uint32_t>(names.size()));
    for (const Name& name : names) {
      out.put(name.node, name.nth, static_cast<uint8_t>(name.name.size()));
      out.put_bytes(name.name);
    }
  }
  struct Block {
    uint32_t index;
    uint8_t bits;
    std::string bytes;
  };
  void file(uint32_t number, uint64_t size = 0, const std::vector<Block>& blocks = {}) {
    ByteWriter out(node(number, NodeType::kFile));
    out.put(size, static_cast<uint32_t>(blocks.size()));
    for (const Block& block : blocks) {
      out.put(block.index, block.bits);
      out.put_bytes(block.bytes);
    }
  }
  void symlink(uint32_t number, const std::string& target) {
    ByteWriter out(node(number, NodeType::kSymlink));
    out.put(static_cast<uint16_t>(target.size()));
    out.put_bytes(target);
  }

  /// Kind, flags and what follows, one more at the end.
  void open(uint8_t kind, uint8_t flags, uint64_t node, uint64_t offset) {
    ByteWriter out(&more_descriptors);
    out.put(kind, flags, uint16_t{0}, uint64_t{0}, uint64_t{0}, node, offset);
    opened++;
  }

  std::string bytes() const {
    std::string bytes;
    ByteWriter out(&bytes);
    out.put(next == 0 ? first + made : next, static_cast<uint32_t>(free.size()));
    for (const uint32_t number : free) out.put(number);
    out.put(count);
    out.put_bytes(nodes);
    out.put(4 + opened);
    out.put_bytes(descriptors.substr(4));
    out.put_bytes(more_descriptors);
    out.put(changed_mounts);
    out.put_bytes(changes);
    return bytes;
  }
  std::string refusal() const {
    const auto restored = restore(bytes(), 1 << 20);
    return restored ? "" : restored.error().message;
  }

  uint32_t first = 0, workspace = 0, next = 0, made = 0, count = 0, opened = 0;
  std::vector<uint32_t> free;
  uint16_t changed_mounts = 0;
  std::string nodes, descriptors, more_descriptors, changes;

  /// A directory of changes, at `path`; and where a mount's begin.
  void merged(uint32_t number, const std::string& path, const std::vector<Name>& names) {
    ByteWriter out(node(number, static_cast<NodeType>(3)));
    out.put(static_cast<uint16_t>(path.size()));
    out.put_bytes(path);
    out.put(static_cast<uint32_t>(names.size()));
    for (const Name& name : names) {
      out.put(name.node, name.nth, static_cast<uint8_t>(name.name.size()));
      out.put_bytes(name.name);
    }
  }
  void change(const std::string& guest, uint32_t node) {
    changed_mounts++;
    ByteWriter out(&changes);
    out.put(static_cast<uint16_t>(guest.size()));
    out.put_bytes(guest);
    out.put(node);
  }

 private:
  std::string* node(uint32_t number, NodeType type) {
    count++;
    if (number >= first) made++;
    ByteWriter(&nodes).put(number, static_cast<uint8_t>(type), kNow, kNow, kNow);
    return &nodes;
  }
};

TEST(ArchiveByHand, IsReadWhenItIsSound) {
  Draft draft;
  draft.directory(draft.workspace, {{"a", draft.first}});
  draft.directory(draft.first, {{"b", draft.first + 1}});
  draft.file(draft.first + 1, 3, {{0, 9, "abc"}});
  draft.open(2, 1, draft.first + 1, 2);
  auto restored = restore(draft.bytes());
  ASSERT_TRUE(restored) << restored.error().message;
  NodeId node;
  EXPECT_EQ(restored->tree().lookup(Tree::kRoot, "/workspace/a/b", true, &node), 0);
  uint8_t bytes[10];
  size_t done;
  EXPECT_EQ(restored->read(restored->find(4), bytes, &done), 0);
  EXPECT_EQ(done, 1u);
  EXPECT_EQ(bytes[0], 'c');
}

TEST(ArchiveByHand, NamesAreChecked) {
  const std::string odd[] = {"",   ".",          "..",           "a/b", std::string("a\0b", 3),
                             "\xff", "\xed\xa0\x80", std::string(1, '\0')};
  for (const std::string& name : odd) {
    Draft draft;
    draft.directory(draft.workspace, {{name, draft.first}});
    draft.file(draft.first);
    EXPECT_NE(draft.refusal().find("a name that is none"), std::string::npos) << name;
  }
  Draft twice;
  twice.directory(twice.workspace, {{"a", twice.first, 0}, {"a", twice.first, 1}});
  twice.file(twice.first);
  EXPECT_NE(twice.refusal().find("a name is there twice"), std::string::npos);
  Draft same_key;
  same_key.directory(same_key.workspace, {{"a", same_key.first}, {"a", same_key.first}});
  same_key.file(same_key.first);
  EXPECT_NE(same_key.refusal().find("not in order"), std::string::npos);
}

TEST(ArchiveByHand, NamesLeadToTheSessionsOwn) {
  for (const uint32_t node : {0u, 1u, 2u, 1000u, 0xFFFFFFFFu}) {
    Draft draft;
    draft.directory(draft.workspace, {{"a", node}});
    EXPECT_NE(draft.refusal().find("what a name names"), std::string::npos) << node;
  }
  Draft itself;
  itself.directory(itself.workspace, {{"a", itself.workspace}});
  EXPECT_NE(itself.refusal().find("what a name names"), std::string::npos);
}

TEST(ArchiveByHand, DirectoriesAreATree) {
  Draft twice;
  twice.directory(twice.workspace, {{"a", twice.first}});
  twice.directory(twice.first, {{"b", twice.first}});
  EXPECT_NE(twice.refusal().find("two names"), std::string::npos);

  Draft circle;
  circle.directory(circle.workspace, {});
  circle.directory(circle.first, {{"a", circle.first + 1}});
  circle.directory(circle.first + 1, {{"a", circle.first}});
  circle.open(2, 1, circle.first, 0);
  circle.open(2, 1, circle.first + 1, 0);
  EXPECT_NE(circle.refusal().find("nothing leads to"), std::string::npos);

  Draft lost;
  lost.file(lost.first);
  EXPECT_NE(lost.refusal().find("nothing leads to"), std::string::npos);
  lost.open(2, 1, lost.first, 0);
  EXPECT_EQ(lost.refusal(), "");
}

TEST(ArchiveByHand, NumbersAreUsedOrFreeAndNotBoth) {
  Draft fixed;
  fixed.directory(1, {});
  EXPECT_NE(fixed.refusal().find("not the session's"), std::string::npos);
  Draft gap;
  gap.next = gap.first + 1;
  EXPECT_NE(gap.refusal().find("damaged"), std::string::npos);
  gap.free = {gap.first};
  EXPECT_EQ(gap.refusal(), "");
  gap.free = {gap.first - 1};
  EXPECT_NE(gap.refusal().find("a free node's number"), std::string::npos);
  Draft both;
  both.directory(both.workspace, {{"a", both.first}});
  both.file(both.first);
  both.next = both.first + 2;
  both.free = {both.first};
  EXPECT_NE(both.refusal().find("a node has a free number"), std::string::npos);
  Draft many;
  many.next = 0xFFFFFFFF;
  EXPECT_NE(many.refusal().find("impossible numbers"), std::string::npos);
  Draft below;
  below.next = 1;
  EXPECT_NE(below.refusal().find("impossible numbers"), std::string::npos);
}

TEST(ArchiveByHand, ContentIsChecked) {
  const auto refusal = [](uint64_t size, const std::vector<Draft::Block>& blocks) {
    Draft draft;
    draft.directory(draft.workspace, {{"a", draft.first}});
    draft.file(draft.first, size, blocks);
    return draft.refusal();
  };
  EXPECT_EQ(refusal(Tree::kMaxFileSize, {}), "");
  EXPECT_NE(refusal(Tree::kMaxFileSize + 1, {}).find("size"), std::string::npos);
  EXPECT_EQ(refusal(3, {{0, 9, "abc"}, {7, 16, ""}}), "");
  EXPECT_NE(refusal(3, {{0, 8, "abc"}}).find("block"), std::string::npos);
  EXPECT_NE(refusal(3, {{0, 17, "abc"}}).find("block"), std::string::npos);
  EXPECT_NE(refusal(3, {{0, 64, "abc"}}).find("block"), std::string::npos);
  EXPECT_NE(refusal(3, {{0, 9, "abc"}, {0, 9, "abc"}}).find("block"), std::string::npos);
  EXPECT_NE(refusal(0, {{1 << 24, 9, ""}}).find("block"), std::string::npos);
  // A megabyte allowed: 16 blocks of 64 KiB are more.
  std::vector<Draft::Block> blocks;
  for (uint32_t i = 0; i < 16; i++) blocks.push_back({i, 16, ""});
  EXPECT_NE(refusal(0, blocks).find("more than the 1048576 bytes"), std::string::npos);
}

TEST(ArchiveByHand, LinksAndDescriptorsAreChecked) {
  for (const std::string& target : {std::string(), std::string("\xff"), std::string(4096, 'a'), std::string(1, '\0')}) {
    Draft draft;
    draft.directory(draft.workspace, {{"a", draft.first}});
    draft.symlink(draft.first, target);
    EXPECT_NE(draft.refusal().find("target"), std::string::npos);
  }
  const auto refusal = [](uint8_t kind, uint8_t flags, uint64_t node, uint64_t offset) {
    Draft draft;
    draft.open(kind, flags, node, offset);
    return draft.refusal();
  };
  EXPECT_EQ(refusal(2, 1, 1, 0), "");
  EXPECT_EQ(refusal(2, 1, uint64_t{1} << 32 | 1, 5), "");  // in the library
  EXPECT_NE(refusal(2, 1, uint64_t{1} << 32 | 99, 0).find("open"), std::string::npos);
  EXPECT_NE(refusal(2, 1, 0, 0).find("open"), std::string::npos);
  EXPECT_NE(refusal(2, 1, ~uint64_t{0}, 0).find("open"), std::string::npos);
  EXPECT_NE(refusal(2, 2, 1, 0).find("flags"), std::string::npos);
  EXPECT_NE(refusal(2, 2, uint64_t{1} << 32 | 1, 0).find("flags"), std::string::npos);
  EXPECT_NE(refusal(2, 16, 1, 0).find("flags"), std::string::npos);
  EXPECT_NE(refusal(2, 8, 2, 0).find("flags"), std::string::npos);
  EXPECT_NE(refusal(2, 1, 1, uint64_t{1} << 63).find("offset"), std::string::npos);
  EXPECT_NE(refusal(4, 1, 1, 0).find("kind"), std::string::npos);
  Draft many;
  for (int i = 0; i < 252; i++) many.open(2, 1, 1, 0);
  EXPECT_EQ(many.refusal(), "");
  many.open(2, 1, 1, 0);
  EXPECT_NE(many.refusal().find("number of descriptors"), std::string::npos);
}

TEST(ArchiveByHand, NothingMayFollow) {
  EXPECT_NE(restore(Draft().bytes() + '\0').error().message.find("follows"), std::string::npos);
}

TEST(ArchiveByHand, ChangesOfMountsAreWhereTheirPathsSay) {
  struct Case {
    const char *guest, *root, *inner;
    uint32_t whiteout;
    const char* refusal;
  } const cases[] = {
      {"/data", "/data", "/data/d", 0, ""},
      {"/data", "/data", "/data/e", 0, "a directory of a mount"},
      {"/data", "/other", "/other/d", 0, "the changes of a mount"},
      {"/data", "/data", "/data/../d", 0, "a path that is none"},
      {"data", "data", "data/d", 0, "a path that is none"},
      {"/", "/", "//d", 0, "a path that is none"},
      {"/data", "/data", "/data/d", 1, "what a name names"},
  };
  for (const Case& test : cases) {
    Draft draft;
    draft.merged(draft.first, test.root, {{"d", draft.first + 1}});
    draft.merged(draft.first + 1, test.inner, {{"gone", test.whiteout}});
    draft.change(test.guest, draft.first);
    const std::string refusal = draft.refusal();
    EXPECT_NE(refusal.find(test.refusal), std::string::npos) << test.inner << ": " << refusal;
    EXPECT_EQ(refusal.empty(), *test.refusal == 0) << test.inner << ": " << refusal;
  }
  Draft plain;  // a whiteout where nothing is below
  plain.directory(plain.workspace, {{"gone", 0}});
  EXPECT_NE(plain.refusal().find("what a name names"), std::string::npos);
  Draft astray;  // a merged directory outside of any mount
  astray.directory(astray.workspace, {{"d", astray.first}});
  astray.merged(astray.first, "/workspace/d", {});
  EXPECT_NE(astray.refusal().find("a directory of a mount"), std::string::npos);
  Draft twice;
  twice.merged(twice.first, "/data", {});
  twice.change("/data", twice.first);
  twice.change("/data", twice.first);
  EXPECT_NE(twice.refusal().find("the changes of a mount"), std::string::npos);
  Draft lost;
  lost.merged(lost.first, "/data", {});
  EXPECT_NE(lost.refusal().find("nothing leads to"), std::string::npos);
}

}  // namespace
}  // namespace belljar::fs
