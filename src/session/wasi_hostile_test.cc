// A guest that calls every import with any numbers: nothing outside of its memory is touched (run
// it with ASan), no quota is exceeded, nothing leaks.

#include <gtest/gtest.h>

#include <cerrno>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "fs/pack_builder.h"
#include "session/wasi_fake.h"

namespace belljar {
namespace {

constexpr fs::TreeLimits kLimits = {.bytes = 400'000, .entries = 40};
constexpr uint32_t kMaxOpen = 12;

// Numbers that are likely to mean something to somebody.
class Numbers {
 public:
  explicit Numbers(unsigned seed, size_t memory_size) : random_(seed), memory_size_(memory_size) {}

  uint64_t next() {
    switch (below(10)) {
      case 0:
        return random_();  // anything
      case 1:
        return memory_size_ - below(64);  // the edge
      case 2:
        return uint64_t{0} - below(64);  // below zero
      case 3:
        return uint64_t{1} << below(64);  // a bit
      case 4:
        return (uint64_t{1} << below(64)) - 1;  // bits
      case 5:
        return below(memory_size_);  // an address
      case 6:
        return below(1024) * 8;  // where the paths and vectors are
      default:
        return below(kMaxOpen + 4);  // a descriptor, a flag, a short length
    }
  }
  uint64_t below(uint64_t n) { return random_() % n; }

 private:
  std::mt19937_64 random_;
  size_t memory_size_;
};

class WasiHostileTest : public testing::TestWithParam<unsigned> {
 protected:
  WasiHostileTest() {
    fs::PackBuilder builder;
    builder.add("os.py", std::string(5000, 'o'));
    builder.add("json/decoder.py", "decoder");
    blob_ = builder.build();
  }

  // Text that is a path when it is read from the right place, vectors that are sound, and noise.
  void fill(Numbers* numbers, FakeGuest* guest) {
    static const char* const kPaths[] = {"tmp/a",
                                         "tmp/b",
                                         "tmp/d/a",
                                         "tmp/d",
                                         "workspace/a/b/c",
                                         "tmp/l",
                                         "tmp/c",
                                         "tmp/e",
                                         "workspace/f",
                                         "workspace/g",
                                         "..",
                                         "tmp/../tmp/",
                                         "/dev/null",
                                         "usr/lib/python3.14/os.py",
                                         "tmp/a/x",
                                         "dev/urandom",
                                         "tmp/l/l/l",
                                         "/",
                                         ".",
                                         "usr/lib/python3.14/json"};
    for (uint32_t at = 0; at < kSlots * 64; at += 64) {
      lengths_[at / 64] = numbers->below(20);
      for (uint32_t i = 0; i < 64; i += 8) guest->put_value(at + i, numbers->next());
      switch (numbers->below(4)) {
        case 0:
        case 1:
          lengths_[at / 64] = guest->put(at, kPaths[numbers->below(std::size(kPaths))]);
          break;
        case 2:
          for (uint32_t i = 0; i < 8; i++) {
            guest->put_value(at + 8 * i, wasi::Iovec{static_cast<uint32_t>(numbers->below(60'000)),
                                                     static_cast<uint32_t>(numbers->below(4096))});
          }
          break;
        default:
          break;
      }
    }
  }

  // Often the right length for a path, so that calls get past the first check.
  std::vector<uint64_t> arguments(Numbers* numbers, const engine::Import& import) {
    std::vector<uint64_t> values(import.signature.find('>'));
    for (uint64_t& value : values) value = numbers->next();
    if (numbers->below(10) == 0) return values;
    if (import.name.starts_with("fd_")) values[0] = numbers->below(kMaxOpen);
    if (!import.name.starts_with("path_")) return values;
    const auto put_path = [&](size_t at, bool directory_first) {
      if (directory_first) values[at - 1] = 3;
      const uint64_t slot = numbers->below(kSlots);
      values[at] = slot * 64;
      values[at + 1] = lengths_[slot];
    };
    const std::string_view name = import.name;
    const bool flags =
        name.starts_with("path_filestat") || name == "path_link" || name == "path_open";
    const bool symlink = name == "path_symlink";
    if (flags) values[1] = numbers->below(2);
    values[0] = 3;
    put_path(symlink ? 0 : flags ? 2 : 1, false);
    if (symlink) put_path(3, true);
    if (name == "path_rename") put_path(4, true);
    if (name == "path_link") put_path(5, true);
    if (name == "path_open") {
      values[4] = numbers->below(16);
      values[7] = numbers->below(2);
    }
    return values;
  }

  // Removes everything the guest made, as the guest itself could.
  static void clean(fs::Files* files) {
    for (uint32_t fd = 0; fd < 100; fd++) static_cast<void>(files->close(fd));
    fs::Tree& tree = files->tree();
    for (bool changed = true; changed;) {
      changed = false;
      for (const char* top : {"tmp", "workspace"}) {
        std::string path = top;
        fs::NodeId node;
        ASSERT_EQ(tree.lookup(fs::Tree::kRoot, path, false, &node), 0);
        fs::DirectoryEntry entry;
        // Down the first entries to one that can be removed.
        while (tree.next_entry(node, 2, &entry) == 0) {
          changed = true;
          path = entry.name;
          const fs::NodeId parent = node;
          if (tree.unlink(parent, path, 0) == 0 || tree.remove_directory(parent, path, 0) == 0)
            break;
          ASSERT_EQ(tree.lookup(parent, path, false, &node), 0);
        }
      }
    }
  }

  static constexpr uint32_t kSlots = 128;

  std::vector<uint8_t> blob_;
  uint64_t lengths_[kSlots] = {};  // of the path that each slot may hold
};

TEST_P(WasiHostileTest, NothingBreaks) {
  const auto imports = wasi_imports();
  const fs::Tree tree(*fs::Pack::open(blob_), kLimits);
  FakeGuest guest(fs::Files(tree, kMaxOpen));
  Numbers numbers(GetParam(), guest.memory.size());
  fs::Files checkpoint = guest.wasi.files();
  std::map<std::string_view, int> succeeded;
  for (int round = 0; round < 400'000; round++) {
    if (round % 50 == 0) fill(&numbers, &guest);
    const engine::Import& import = imports[numbers.below(imports.size())];
    const int32_t result = guest.call(import, arguments(&numbers, import));
    if (!import.signature.ends_with('>')) {
      ASSERT_TRUE(result >= 0 && result <= wasi::kNotcapable) << import.name << " " << result;
      succeeded[import.name] += result == 0 ? 1 : 0;
    }
    fs::Files& files = guest.wasi.files();
    const fs::TreeUsage usage = files.tree().usage();
    ASSERT_LE(usage.bytes, kLimits.bytes) << import.name;
    ASSERT_LE(usage.entries, kLimits.entries) << import.name;
    ASSERT_LE(files.open_count(), kMaxOpen) << import.name;
    // Sessions roll back, and begin again. Without a descriptor to start from there is little left
    // to try.
    const fs::Files::Open* root = files.find(fs::Files::kPreopen);
    const bool rooted = root && root->preopen && root->dropped_rights == 0;
    if (round % 97 == 0 && rooted) checkpoint = files;
    if (round % 397 == 0 || (round % 29 == 0 && !rooted)) files = checkpoint;
    if (round % 5000 == 4999) {
      ASSERT_NO_FATAL_FAILURE(clean(&files));
      ASSERT_EQ(files.open_count(), 0u);
      ASSERT_EQ(files.tree().usage().bytes, 0u);
      ASSERT_EQ(files.tree().usage().entries, 0u);
      files = checkpoint = fs::Files(tree, kMaxOpen);
    }
  }
  // The test is one only when calls get through.
  for (const auto& [name, count] : succeeded) {
    if (name.starts_with("sock_") || name == "proc_raise") continue;
    EXPECT_GT(count, 3) << name;
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, WasiHostileTest, testing::Range(1u, 4u));

}  // namespace
}  // namespace belljar
