#include "fs/tree.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cerrno>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "fs/pack_builder.h"

namespace belljar::fs {
namespace {

constexpr uint64_t kNow = 1'800'000'000'000'000'000;

class TreeTest : public testing::Test {
 protected:
  TreeTest() {
    PackBuilder builder;
    builder.add("os.py", std::string(900, 'o'));
    builder.add("json/decoder.py", "decoder");
    blob_ = builder.build();
    pack_ = *Pack::open(blob_);
    tree_.emplace(pack_, TreeLimits{});
  }

  Errno make(std::string_view path, std::string_view content = "") {
    NodeId node;
    const OpenHow how = {.create = true, .truncate = true, .write = true};
    if (const Errno error = tree_->open(Tree::kRoot, path, how, kNow, &node)) return error;
    size_t done = 0;
    return tree_->write(node, 0, {reinterpret_cast<const uint8_t*>(content.data()), content.size()},
                        kNow, &done);
  }
  Errno open(std::string_view path, const OpenHow& how) {
    NodeId node;
    return tree_->open(Tree::kRoot, path, how, kNow, &node);
  }
  Errno mkdir(std::string_view path) { return tree_->make_directory(Tree::kRoot, path, kNow); }
  Errno rmdir(std::string_view path) { return tree_->remove_directory(Tree::kRoot, path, kNow); }
  Errno unlink(std::string_view path) { return tree_->unlink(Tree::kRoot, path, kNow); }
  Errno symlink(std::string_view target, std::string_view path) {
    return tree_->make_symlink(target, Tree::kRoot, path, kNow);
  }
  Errno link(std::string_view from, std::string_view to) {
    return tree_->link(Tree::kRoot, from, false, Tree::kRoot, to, kNow);
  }
  Errno rename(std::string_view from, std::string_view to) {
    return tree_->rename(Tree::kRoot, from, Tree::kRoot, to, kNow);
  }
  NodeId node(std::string_view path, bool follow = true) {
    NodeId found = 0;
    EXPECT_EQ(tree_->lookup(Tree::kRoot, path, follow, &found), 0) << path;
    return found;
  }
  Errno lookup(std::string_view path) {
    NodeId found;
    return tree_->lookup(Tree::kRoot, path, true, &found);
  }
  static std::string read(const Tree& tree, NodeId node, uint64_t offset = 0,
                          size_t size = 1 << 20) {
    std::string content(size, '?');
    size_t done = 0;
    EXPECT_EQ(tree.read(node, offset, {reinterpret_cast<uint8_t*>(content.data()), size}, &done),
              0);
    return content.substr(0, done);
  }
  std::string read(std::string_view path) { return read(*tree_, node(path)); }
  std::vector<std::string> list(std::string_view path) {
    std::vector<std::string> names;
    DirectoryEntry entry;
    for (uint64_t cookie = 0; tree_->next_entry(node(path), cookie, &entry) == 0;
         cookie = entry.next) {
      names.emplace_back(entry.name);
    }
    std::sort(names.begin(), names.end());
    return names;
  }
  using Names = std::vector<std::string>;

  std::vector<uint8_t> blob_;
  std::shared_ptr<const Pack> pack_;
  std::optional<Tree> tree_;
};

TEST_F(TreeTest, ShowsTheFrame) {
  EXPECT_EQ(list("/"), (Names{".", "..", "dev", "tmp", "usr", "workspace"}));
  EXPECT_EQ(list("/dev"), (Names{".", "..", "null", "random", "urandom", "zero"}));
  EXPECT_EQ(list("usr/lib/python3.14"), (Names{".", "..", "json", "os.py"}));
  EXPECT_EQ(list("usr/lib/python3.14/json/.."), list("usr/lib/python3.14"));
  EXPECT_EQ(node("usr/lib/python3.14/.."), node("usr/lib"));
  EXPECT_EQ(node("/../../.."), Tree::kRoot);
  EXPECT_EQ(tree_->packed(node("usr/lib/python3.14/os.py")),
            (Tree::Packed{pack_.get(), *pack_->find("os.py")}));
  Stat stat;
  ASSERT_EQ(tree_->stat(node("usr/lib/python3.14/os.py"), &stat), 0);
  EXPECT_EQ(stat.size, 900u);
  EXPECT_EQ(stat.device, 1u);
  ASSERT_EQ(tree_->stat(node("workspace"), &stat), 0);
  EXPECT_EQ(stat.device, 2u);
  for (const char* host :
       {"/etc/passwd", "/proc/self/environ", "/sys", "/dev/sda", "/home", "/root"}) {
    EXPECT_EQ(lookup(host), ENOENT) << host;  // FS-01
  }
  EXPECT_EQ(tree_->usage().bytes, 0u);
  EXPECT_EQ(tree_->usage().entries, 0u);
  EXPECT_EQ(lookup("/usr/local"), ENOENT);
}

TEST_F(TreeTest, ShowsASecondPack) {
  PackBuilder builder;
  builder.add("attr/__init__.py", "attr");
  builder.add("os.py", "another");
  const std::vector<uint8_t> blob = builder.build();
  const std::shared_ptr<const Pack> site = *Pack::open(blob);
  tree_.emplace(pack_, TreeLimits{}, site);
  const std::string folder = "/usr/local/lib/python3.14/site-packages";
  EXPECT_EQ(list("/usr"), (Names{".", "..", "lib", "local"}));
  EXPECT_EQ(list("/usr/local/lib/python3.14"), (Names{".", "..", "site-packages"}));
  EXPECT_EQ(list(folder), (Names{".", "..", "attr", "os.py"}));
  EXPECT_EQ(list(folder + "/attr"), (Names{".", "..", "__init__.py"}));
  EXPECT_EQ(list("usr/lib/python3.14"), (Names{".", "..", "json", "os.py"}));
  EXPECT_EQ(node(folder + "/.."), node("/usr/local/lib/python3.14"));
  EXPECT_EQ(node(folder + "/attr/.."), node(folder));
  EXPECT_EQ(node("usr/lib/python3.14/.."), node("usr/lib"));
  EXPECT_EQ(tree_->packed(node(folder + "/os.py")),
            (Tree::Packed{site.get(), *site->find("os.py")}));
  Stat stat;
  const NodeId file = node(folder + "/os.py");
  ASSERT_EQ(tree_->stat(file, &stat), 0);
  EXPECT_EQ(stat.size, 7u);
  EXPECT_EQ(stat.device, 1u);
  EXPECT_EQ(make(folder + "/attr/new.py"), EROFS);
  EXPECT_EQ(make("/usr/local/new.py"), EROFS);
  EXPECT_EQ(unlink(folder + "/os.py"), EROFS);
  EXPECT_EQ(rename(folder + "/os.py", "/tmp/os.py"), EROFS);
  EXPECT_EQ(tree_->usage().bytes, 0u);

  // Neither pack is the other, whatever number is asked for.
  const Tree alone(pack_, {});
  EXPECT_EQ(alone.stat(file, &stat), ESTALE);
  EXPECT_EQ(tree_->stat(NodeId{3} << 32, &stat), ESTALE);
  EXPECT_EQ(tree_->stat((NodeId{2} << 32) + site->entry_count(), &stat), ESTALE);
}

TEST_F(TreeTest, RefusesChangesOutsideOfTheWritableDirectories) {  // FS-06
  ASSERT_EQ(make("workspace/f", "x"), 0);
  const std::string library = "usr/lib/python3.14/";
  EXPECT_EQ(open(library + "os.py", {.write = true}), EROFS);
  EXPECT_EQ(open(library + "os.py", {.truncate = true}), EROFS);
  EXPECT_EQ(open(library + "new", {.create = true}), EROFS);
  EXPECT_EQ(open("new", {.create = true}), EROFS);
  EXPECT_EQ(open(library + "os.py", {.create = true, .exclusive = true}), EEXIST);
  EXPECT_EQ(open(library + "os.py", {.create = true}), 0);
  EXPECT_EQ(mkdir("usr/new"), EROFS);
  EXPECT_EQ(mkdir("usr"), EEXIST);
  EXPECT_EQ(rmdir("workspace"), EROFS);
  EXPECT_EQ(rmdir(library + "json"), EROFS);
  EXPECT_EQ(unlink(library + "os.py"), EROFS);
  EXPECT_EQ(unlink(library + "no-such-file"), ENOENT);
  EXPECT_EQ(unlink("dev/null"), EROFS);
  EXPECT_EQ(symlink("x", "usr/link"), EROFS);
  EXPECT_EQ(rename(library + "os.py", "workspace/os.py"), EROFS);
  EXPECT_EQ(rename("workspace/f", library + "os.py"), EROFS);
  EXPECT_EQ(rename("workspace", "w"), EROFS);
  EXPECT_EQ(link(library + "os.py", "workspace/os.py"), EXDEV);  // FS-05
  EXPECT_EQ(link("dev/null", "workspace/null"), EXDEV);
  EXPECT_EQ(tree_->set_times(node(library + "os.py"), 1, 1, kNow), EROFS);
  EXPECT_EQ(tree_->set_times(node("usr"), 1, 1, kNow), EROFS);
  EXPECT_EQ(tree_->set_times(node("tmp"), 1, 1, kNow), 0);
  size_t done;
  const uint8_t byte = 0;
  EXPECT_EQ(tree_->write(node(library + "os.py"), 0, {&byte, 1}, kNow, &done), EROFS);
  EXPECT_EQ(tree_->resize(node(library + "os.py"), 0, kNow), EROFS);
  EXPECT_EQ(open("dev/null", {.truncate = true, .write = true}), 0);
  EXPECT_EQ(rename("workspace/f", "tmp/f"), 0);
}

TEST_F(TreeTest, ChecksNames) {  // FS-07
  using std::string;
  const auto under = [](const string& name) { return "workspace/" + name; };
  EXPECT_EQ(make(under(string(255, 'n'))), 0);
  EXPECT_EQ(make(under(string(256, 'n'))), ENAMETOOLONG);
  EXPECT_EQ(make(under(string("a\0b", 3))), EINVAL);
  EXPECT_EQ(make(under("\xC0\xAE\xC0\xAE/x")), EILSEQ);  // overlong ".."
  EXPECT_EQ(make(under("\xED\xA0\x80")), EILSEQ);        // a surrogate
  EXPECT_EQ(make(under("\xFF")), EILSEQ);
  EXPECT_EQ(symlink("\xFF", under("l")), EILSEQ);
  EXPECT_EQ(make(under("line\nbreak")), 0);
  EXPECT_EQ(make(under("\xC3\xA9")), 0);
  EXPECT_EQ(lookup(under("e\xCC\x81")), ENOENT);  // the same letter, decomposed
  EXPECT_EQ(make(under("case")), 0);
  EXPECT_EQ(lookup(under("Case")), ENOENT);
  EXPECT_EQ(lookup(""), ENOENT);
  EXPECT_EQ(symlink("", under("l")), ENOENT);
  string longest = "workspace/";
  while (longest.size() + 2 <= Tree::kMaxPath) longest += "./";
  EXPECT_EQ(lookup(longest), 0);
  EXPECT_EQ(lookup(longest + "//"), ENAMETOOLONG);
  EXPECT_EQ(symlink(string(4096, 't'), under("l")), ENAMETOOLONG);
}

TEST_F(TreeTest, ResolvesPathsAsLinuxDoes) {  // FS-02
  ASSERT_EQ(mkdir("workspace/d"), 0);
  ASSERT_EQ(make("workspace/d/f", "text"), 0);
  ASSERT_EQ(symlink("d", "workspace/to_d"), 0);
  ASSERT_EQ(symlink("/workspace/d/f", "workspace/to_f"), 0);
  ASSERT_EQ(symlink("../../../workspace/d", "workspace/d/up"), 0);
  ASSERT_EQ(symlink("nothing", "workspace/dangling"), 0);
  struct {
    const char* path;
    Errno error;
  } const cases[] = {
      {"workspace//d/./f", 0},
      {"/workspace/d/../d/f", 0},
      {"workspace/d/f/", ENOTDIR},
      {"workspace/d/f/..", ENOTDIR},
      {"workspace/d/f/x", ENOTDIR},
      {"workspace/d/", 0},
      {"workspace/x/..", ENOENT},
      {"workspace/to_d/f", 0},
      {"workspace/to_d/../d/f", 0},
      {"workspace/to_f", 0},
      {"workspace/to_f/", ENOTDIR},
      {"workspace/dangling", ENOENT},
      {"workspace/d/up/up/up/f", 0},
      {"//", 0},
      {"workspace/to_d/../../../..", 0},
      {"workspace/dangling/x", ENOENT},
      {"workspace/to_d/", 0},
  };
  for (const auto& test : cases) EXPECT_EQ(lookup(test.path), test.error) << test.path;
  EXPECT_EQ(node("workspace/to_d/", false), node("workspace/d"));
  EXPECT_NE(node("workspace/to_d", false), node("workspace/d"));
  EXPECT_EQ(open("workspace/to_d", {.follow = false}), ELOOP);
  EXPECT_EQ(open("workspace/to_d", {.directory = true, .follow = false}), ENOTDIR);
  EXPECT_EQ(open("workspace/d/f", {.directory = true}), ENOTDIR);
  EXPECT_EQ(open("workspace/d", {.write = true}), EISDIR);
  EXPECT_EQ(open("workspace/d", {.create = true}), EISDIR);
  EXPECT_EQ(open("workspace/new/", {.create = true}), EISDIR);
  EXPECT_EQ(open("workspace/dangling", {.create = true, .exclusive = true}), EEXIST);
  EXPECT_EQ(make("workspace/dangling", "made"), 0);  // through the link
  EXPECT_EQ(read("workspace/nothing"), "made");
}

TEST_F(TreeTest, StopsAtTooManyLinks) {  // FS-03
  ASSERT_EQ(make("workspace/l0", "end"), 0);
  for (int i = 1; i <= 41; i++) {
    ASSERT_EQ(symlink("l" + std::to_string(i - 1), "workspace/l" + std::to_string(i)), 0);
  }
  EXPECT_EQ(lookup("workspace/l40"), 0);
  EXPECT_EQ(lookup("workspace/l41"), ELOOP);
  ASSERT_EQ(symlink("loop", "workspace/loop"), 0);
  EXPECT_EQ(lookup("workspace/loop"), ELOOP);
  EXPECT_EQ(lookup("workspace/loop/x"), ELOOP);
  ASSERT_EQ(symlink("/etc", "workspace/etc"), 0);
  EXPECT_EQ(lookup("workspace/etc/passwd"), ENOENT);
  // Each hop adds to what is left of the path: it stays bounded.
  const std::string target = "bomb/" + std::string(4000, '/') + "x/y/z";
  ASSERT_EQ(symlink(target, "workspace/bomb"), 0);
  EXPECT_EQ(lookup("workspace/bomb"), ELOOP);
}

TEST_F(TreeTest, RemovesAsLinuxDoes) {
  ASSERT_EQ(mkdir("workspace/d"), 0);
  ASSERT_EQ(make("workspace/d/f"), 0);
  ASSERT_EQ(symlink("d", "workspace/l"), 0);
  EXPECT_EQ(rmdir("workspace/d"), ENOTEMPTY);
  EXPECT_EQ(rmdir("workspace/d/."), EINVAL);
  EXPECT_EQ(rmdir("workspace/d/.."), ENOTEMPTY);
  EXPECT_EQ(rmdir("/"), EBUSY);
  EXPECT_EQ(rmdir("workspace/d/f"), ENOTDIR);
  EXPECT_EQ(rmdir("workspace/l"), ENOTDIR);
  EXPECT_EQ(rmdir("workspace/l/"), ENOTDIR);
  EXPECT_EQ(rmdir("workspace/x"), ENOENT);
  EXPECT_EQ(unlink("workspace/d"), EISDIR);
  EXPECT_EQ(unlink("workspace/d/."), EISDIR);
  EXPECT_EQ(unlink("workspace/d/f/"), ENOTDIR);
  EXPECT_EQ(unlink("workspace/x"), ENOENT);
  EXPECT_EQ(unlink("workspace/l"), 0);
  EXPECT_EQ(unlink("workspace/d/f"), 0);
  EXPECT_EQ(rmdir("workspace/d/"), 0);
  EXPECT_EQ(list("workspace"), (Names{".", ".."}));
  EXPECT_EQ(tree_->usage().bytes, 0u);
  EXPECT_EQ(tree_->usage().entries, 0u);
}

TEST_F(TreeTest, RenamesAsLinuxDoes) {
  ASSERT_EQ(mkdir("workspace/a"), 0);
  ASSERT_EQ(mkdir("workspace/a/b"), 0);
  ASSERT_EQ(mkdir("workspace/empty"), 0);
  ASSERT_EQ(make("workspace/f", "f"), 0);
  ASSERT_EQ(make("workspace/g", "g"), 0);
  struct {
    const char *from, *to;
    Errno error;
  } const cases[] = {
      {"workspace/x", "workspace/y", ENOENT},        {"workspace/a", "workspace/a/b/c", EINVAL},
      {"workspace/a", "workspace/a/c", EINVAL},      {"workspace/a/b", "workspace/a", ENOTEMPTY},
      {"workspace/f", "workspace/a", EISDIR},        {"workspace/a", "workspace/f", ENOTDIR},
      {"workspace/empty", "workspace/a", ENOTEMPTY}, {"workspace/a/.", "workspace/c", EBUSY},
      {"workspace/f", "workspace/a/..", EBUSY},      {"workspace/f/", "workspace/c", ENOTDIR},
      {"workspace/f", "workspace/c/", ENOTDIR},      {"workspace/f", "workspace/f", 0},
      {"workspace/f", "workspace/x/y", ENOENT},      {"workspace/f", "workspace/g/y", ENOTDIR},
  };
  for (const auto& test : cases) {
    EXPECT_EQ(rename(test.from, test.to), test.error) << test.from << " " << test.to;
  }
  EXPECT_EQ(rename("workspace/f", "workspace/g"), 0);
  EXPECT_EQ(read("workspace/g"), "f");
  EXPECT_EQ(rename("workspace/a", "workspace/empty"), 0);
  EXPECT_EQ(rename("workspace/empty/b/", "tmp/moved/"), 0);
  EXPECT_EQ(node("tmp/moved/.."), node("tmp"));
  EXPECT_EQ(list("workspace"), (Names{".", "..", "empty", "g"}));
}

TEST_F(TreeTest, LinksShareTheFile) {
  ASSERT_EQ(make("workspace/a", "one"), 0);
  ASSERT_EQ(link("workspace/a", "workspace/b"), 0);
  EXPECT_EQ(link("workspace/a", "workspace/b"), EEXIST);
  EXPECT_EQ(link("workspace", "workspace/w"), EPERM);
  EXPECT_EQ(link("workspace/a", "workspace/c/"), ENOENT);
  EXPECT_EQ(node("workspace/a"), node("workspace/b"));
  EXPECT_EQ(rename("workspace/a", "workspace/b"), 0);  // the same file: nothing happens
  EXPECT_EQ(list("workspace"), (Names{".", "..", "a", "b"}));
  EXPECT_EQ(unlink("workspace/a"), 0);
  EXPECT_EQ(read("workspace/b"), "one");
  Stat stat;
  ASSERT_EQ(tree_->stat(node("workspace/b"), &stat), 0);
  EXPECT_EQ(stat.links, 1u);
}

TEST_F(TreeTest, KeepsAnOpenFileWithoutNames) {
  ASSERT_EQ(make("workspace/f", "alive"), 0);
  const NodeId file = node("workspace/f");
  ASSERT_EQ(tree_->pin(file), 0);
  ASSERT_EQ(unlink("workspace/f"), 0);
  EXPECT_EQ(read(*tree_, file), "alive");
  EXPECT_EQ(tree_->usage().entries, 1u);
  ASSERT_EQ(mkdir("workspace/d"), 0);
  const NodeId directory = node("workspace/d");
  ASSERT_EQ(tree_->pin(directory), 0);
  ASSERT_EQ(rmdir("workspace/d"), 0);
  NodeId made;
  EXPECT_EQ(tree_->open(directory, "f", {.create = true}, kNow, &made), ENOENT);
  EXPECT_EQ(tree_->make_directory(directory, "f", kNow), ENOENT);
  EXPECT_EQ(tree_->rename(Tree::kRoot, "tmp/x", directory, "x", kNow), ENOENT);
  tree_->unpin(directory);
  tree_->unpin(file);
  tree_->unpin(file);
  Stat stat;
  EXPECT_EQ(tree_->stat(file, &stat), ESTALE);
  EXPECT_EQ(tree_->usage().entries, 0u);
  EXPECT_EQ(tree_->usage().bytes, 0u);
}

TEST_F(TreeTest, ReadsZerosWhereNothingWasWritten) {
  ASSERT_EQ(make("workspace/f", "abc"), 0);
  const NodeId file = node("workspace/f");
  size_t done;
  const uint8_t x = 'x';
  ASSERT_EQ(tree_->write(file, 200'000, {&x, 1}, kNow, &done), 0);
  const std::string content = read("workspace/f");
  ASSERT_EQ(content.size(), 200'001u);
  EXPECT_EQ(content.substr(0, 4), std::string("abc\0", 4));
  EXPECT_EQ(content.find_first_not_of('\0', 3), 200'000u);
  // What is cut off does not come back.
  ASSERT_EQ(tree_->resize(file, 2, kNow), 0);
  ASSERT_EQ(tree_->resize(file, 200'001, kNow), 0);
  EXPECT_EQ(read("workspace/f"), "ab" + std::string(199'999, '\0'));
}

TEST_F(TreeTest, BoundsTheSizeOfAFile) {  // FS-13
  ASSERT_EQ(make("workspace/f"), 0);
  const NodeId file = node("workspace/f");
  const TreeUsage before = tree_->usage();
  const uint8_t x = 'x';
  size_t done;
  for (const uint64_t offset :
       {uint64_t{1} << 62, UINT64_MAX, UINT64_MAX - 1, Tree::kMaxFileSize}) {
    EXPECT_EQ(tree_->write(file, offset, {&x, 1}, kNow, &done), EFBIG);
    EXPECT_EQ(tree_->allocate(file, offset, 1, kNow), EFBIG);
  }
  EXPECT_EQ(tree_->resize(file, uint64_t{1} << 60, kNow), EFBIG);
  EXPECT_EQ(tree_->allocate(file, 0, Tree::kMaxFileSize, kNow), ENOSPC);
  EXPECT_EQ(tree_->resize(file, Tree::kMaxFileSize, kNow), 0);
  EXPECT_EQ(tree_->usage().bytes, before.bytes);
  ASSERT_EQ(tree_->write(file, Tree::kMaxFileSize - 1, {&x, 1}, kNow, &done), 0);
  EXPECT_LT(tree_->usage().bytes - before.bytes, 130'000u);
  EXPECT_EQ(read(*tree_, file, Tree::kMaxFileSize - 2), std::string("\0x", 2));
}

TEST_F(TreeTest, HoldsTheByteQuota) {  // FS-11, RES-13
  tree_->set_limits({1 << 20, 1000});
  ASSERT_EQ(make("workspace/f"), 0);
  const NodeId file = node("workspace/f");
  const std::vector<uint8_t> chunk(10'000, 7);
  uint64_t offset = 0;
  size_t done = 0;
  Errno error = 0;
  while ((error = tree_->write(file, offset, chunk, kNow, &done)) == 0) offset += done;
  EXPECT_EQ(error, ENOSPC);
  EXPECT_LE(tree_->usage().bytes, uint64_t{1} << 20);
  EXPECT_GT(offset, 900'000u);
  EXPECT_EQ(tree_->allocate(file, offset, 100'000, kNow), ENOSPC);
  ASSERT_EQ(tree_->resize(file, 0, kNow), 0);
  EXPECT_EQ(make("workspace/g", "x"), 0);
  // Sparse writes are charged by what they allocate, index included.
  for (uint64_t i = 0; (error = tree_->write(file, i << 24, {chunk.data(), 1}, kNow, &done)) == 0;
       i++) {
    ASSERT_LT(i, 3000u);
  }
  EXPECT_EQ(error, ENOSPC);
  ASSERT_EQ(unlink("workspace/f"), 0);
  ASSERT_EQ(unlink("workspace/g"), 0);
  EXPECT_EQ(tree_->usage().bytes, 0u);
}

TEST_F(TreeTest, HoldsTheEntryQuota) {  // FS-12
  tree_->set_limits({64 << 20, 100});
  int made = 0;
  while (make("workspace/" + std::to_string(made)) == 0) made++;
  EXPECT_EQ(made, 100);
  EXPECT_EQ(mkdir("workspace/d"), ENOSPC);
  EXPECT_EQ(symlink("x", "workspace/l"), ENOSPC);
  EXPECT_EQ(link("workspace/1", "workspace/h"), ENOSPC);
  EXPECT_EQ(rename("workspace/1", "workspace/" + std::string(200, 'r')), 0);  // needs no room
  EXPECT_EQ(unlink("workspace/2"), 0);
  EXPECT_EQ(link("workspace/3", "workspace/h"), 0);
}

TEST_F(TreeTest, DeepTreesNeedNoStack) {
  tree_->set_limits({uint64_t{1} << 30, 1'000'000});
  NodeId at = node("workspace");
  Errno error = 0;
  int depth = 1;
  for (; depth < 10'000; depth++) {
    if ((error = tree_->make_directory(at, "d", kNow))) break;
    ASSERT_EQ(tree_->lookup(at, "d", true, &at), 0);
  }
  EXPECT_EQ(error, ENAMETOOLONG);
  EXPECT_EQ(depth, Tree::kMaxDepth);
  Tree copy = *tree_;
  ASSERT_EQ(make("workspace/f"), 0);
}

TEST_F(TreeTest, CookiesSurviveChanges) {
  for (int i = 0; i < 300; i++) ASSERT_EQ(make("workspace/stay" + std::to_string(i)), 0);
  const NodeId directory = node("workspace");
  std::multiset<std::string> seen;
  DirectoryEntry entry;
  int step = 0;
  for (uint64_t cookie = 0; tree_->next_entry(directory, cookie, &entry) == 0;
       cookie = entry.next) {
    seen.emplace(entry.name);
    const std::string name = "workspace/come" + std::to_string(step++);
    ASSERT_LT(step, 10'000);
    if (step > 2000) continue;
    ASSERT_EQ(make(name), 0);
    ASSERT_EQ(step % 3 == 0 ? unlink(name) : 0, 0);
    ASSERT_EQ(step % 3 == 1 ? rename(name, name + "x") : 0, 0);
  }
  for (int i = 0; i < 300; i++) EXPECT_EQ(seen.count("stay" + std::to_string(i)), 1u) << i;
}

TEST_F(TreeTest, BigDirectoriesAddUp) {
  std::set<std::string> expected{".", ".."};
  for (int i = 0; i < 5000; i++) {
    const std::string name = std::to_string(i * 7919 % 10'007);
    ASSERT_EQ(make("workspace/" + name), 0);
    expected.insert(name);
  }
  const auto names = list("workspace");
  EXPECT_EQ(std::set<std::string>(names.begin(), names.end()), expected);
  for (const auto& name : expected) {
    if (name[0] == '.') continue;
    ASSERT_EQ(unlink("workspace/" + name), 0);
  }
  EXPECT_EQ(tree_->usage().bytes, 0u);
}

TEST_F(TreeTest, CopiesAreIndependent) {
  ASSERT_EQ(mkdir("workspace/d"), 0);
  ASSERT_EQ(make("workspace/d/f", std::string(100'000, 'a')), 0);
  const Tree before = *tree_;
  const NodeId file = node("workspace/d/f");
  size_t done;
  const uint8_t b = 'b';
  ASSERT_EQ(tree_->write(file, 70'000, {&b, 1}, kNow, &done), 0);
  ASSERT_EQ(make("workspace/d/g"), 0);
  ASSERT_EQ(rename("workspace/d", "workspace/e"), 0);
  EXPECT_EQ(read(before, file), std::string(100'000, 'a'));
  *tree_ = before;
  EXPECT_EQ(list("workspace/d"), (Names{".", "..", "f"}));
  EXPECT_EQ(read("workspace/d/f"), std::string(100'000, 'a'));
}

TEST_F(TreeTest, ForksRunOnTheirOwnThreads) {
  ASSERT_EQ(make("workspace/f", std::string(300'000, '0')), 0);
  const NodeId file = node("workspace/f");
  std::vector<std::thread> threads;
  for (int id = 0; id < 4; id++) {
    threads.emplace_back([fork = *tree_, file, id]() mutable {
      const auto letter = static_cast<uint8_t>('a' + id);
      size_t done;
      for (int i = 0; i < 3000; i++) {
        const uint64_t offset = static_cast<uint64_t>(i) * 97 % 300'000;
        ASSERT_EQ(fork.write(file, offset, {&letter, 1}, kNow, &done), 0);
        const Tree checkpoint = fork;
        ASSERT_EQ(fork.make_directory(Tree::kRoot, "tmp/" + std::to_string(i), kNow), 0);
        if (i % 2) fork = checkpoint;
      }
      for (const char c : read(fork, file)) ASSERT_TRUE(c == '0' || c == letter);
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(read("workspace/f"), std::string(300'000, '0'));
}

TEST_F(TreeTest, AnyNumberIsSafe) {
  std::vector<uint8_t> buffer(16);
  for (const NodeId bad :
       {NodeId{0}, NodeId{999}, NodeId{1} << 32 | 77, NodeId{1} << 33, UINT64_MAX}) {
    NodeId out;
    size_t done;
    Stat stat;
    std::string_view target;
    DirectoryEntry entry;
    EXPECT_NE(tree_->lookup(bad, "x", true, &out), 0);
    EXPECT_NE(tree_->lookup(bad, "..", true, &out), 0);
    EXPECT_NE(tree_->open(bad, "x", {.create = true}, kNow, &out), 0);
    EXPECT_NE(tree_->rename(bad, "x", bad, "y", kNow), 0);
    EXPECT_EQ(tree_->stat(bad, &stat), ESTALE);
    EXPECT_NE(tree_->read(bad, 0, buffer, &done), 0);
    EXPECT_NE(tree_->write(bad, 0, buffer, kNow, &done), 0);
    EXPECT_NE(tree_->next_entry(bad, 0, &entry), 0);
    EXPECT_NE(tree_->read_link(bad, &target), 0);
    EXPECT_NE(tree_->set_times(bad, 1, 1, kNow), 0);
    EXPECT_FALSE(tree_->device(bad));
    tree_->unpin(bad);
  }
  for (const uint64_t cookie : {uint64_t{2}, uint64_t{255}, uint64_t{256}, UINT64_MAX}) {
    DirectoryEntry entry;
    for (const char* path : {"workspace", "usr/lib/python3.14/json"})
      tree_->next_entry(node(path), cookie, &entry);
  }
}

}  // namespace
}  // namespace belljar::fs
