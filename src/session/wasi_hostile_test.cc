// A guest that calls every import with any numbers: nothing outside of its memory is touched (run
// it with ASan), no quota is exceeded, nothing leaks.

#include <gtest/gtest.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include "fs/pack_builder.h"
#include "session/hostile_calls.h"
#include "session/wasi_fake.h"

namespace belljar {
namespace {

constexpr fs::TreeLimits kLimits = {.bytes = 400'000, .entries = 40};
constexpr uint32_t kMaxOpen = 12;

class WasiHostileTest : public testing::TestWithParam<unsigned> {
 protected:
  WasiHostileTest() {
    fs::PackBuilder builder;
    builder.add("os.py", std::string(5000, 'o'));
    builder.add("json/decoder.py", "decoder");
    blob_ = builder.build();
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

  std::vector<uint8_t> blob_;
};

TEST_P(WasiHostileTest, NothingBreaks) {
  const auto imports = wasi_imports();
  const fs::Tree tree(*fs::Pack::open(blob_), kLimits);
  FakeGuest guest(fs::Files(tree, kMaxOpen));
  HostileCalls calls(GetParam(), guest.memory.size(), 0, kMaxOpen);
  fs::Files checkpoint = guest.wasi.files();
  std::map<std::string_view, int> succeeded;
  for (int round = 0; round < 400'000; round++) {
    if (round % 50 == 0) {
      calls.fill([&](uint32_t address, std::string_view bytes) { guest.put(address, bytes); });
    }
    const engine::Import& import = imports[calls.below(imports.size())];
    const int32_t result = guest.call(import, calls.arguments(import));
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

// The same with folders of the host where the guest tries most: nothing but what is granted changes, and no more of it
// than is granted.
TEST_P(WasiHostileTest, NothingBreaksInMounts) {
  namespace stdfs = std::filesystem;
  std::string root = testing::TempDir() + "belljar-hostile-XXXXXX";
  ASSERT_NE(mkdtemp(root.data()), nullptr);
  const auto put = [&](const std::string& name, const char* text) { std::ofstream(root + '/' + name) << text; };
  for (const char* name : {"rw", "cow/d/a", "cow/l", "ro/a"}) stdfs::create_directories(root + '/' + name);
  put("rw/f", "f");
  put("cow/a", "a");
  put("cow/d/a/x", "x");
  put("ro/b", "b");
  put("outside", "outside");
  stdfs::create_symlink("l", root + "/cow/l/l");
  const auto content = [&](const std::string& folder) {
    std::map<std::string, std::string> all;
    for (const auto& entry : stdfs::recursive_directory_iterator(root + folder)) {
      if (entry.is_symlink()) {
        all[entry.path()] = "0";
      } else {
        all[entry.path()] = entry.is_directory() ? "/" : std::to_string(entry.file_size());
      }
    }
    return all;
  };
  const auto cow_before = content("/cow"), ro_before = content("/ro");
  constexpr uint64_t kMaxBytes = 100'000;
  constexpr uint32_t kMaxEntries = 20;
  auto set = fs::MountSet::open({{root + "/rw", "/workspace", MountMode::kReadWrite, kMaxBytes, kMaxEntries},
                                 {root + "/cow", "/tmp", MountMode::kCopyOnWrite},
                                 {root + "/ro", "/tmp/e", MountMode::kReadOnly}});
  ASSERT_TRUE(set) << set.error().message;
  fs::Mounts mounts(*set);

  const auto imports = wasi_imports();
  const fs::Tree tree(*fs::Pack::open(blob_), kLimits);
  FakeGuest guest(fs::Files(tree, kMaxOpen));
  guest.wasi.files().tree().set_mounts(&mounts);
  HostileCalls calls(GetParam() + 50, guest.memory.size(), 0, kMaxOpen);
  fs::Files checkpoint = guest.wasi.files();
  std::map<std::string_view, int> succeeded;
  for (int round = 0; round < 60'000; round++) {
    if (round % 50 == 0) {
      calls.fill([&](uint32_t address, std::string_view bytes) { guest.put(address, bytes); });
    }
    const engine::Import& import = imports[calls.below(imports.size())];
    const int32_t result = guest.call(import, calls.arguments(import));
    if (!import.signature.ends_with('>')) {
      ASSERT_TRUE(result >= 0 && result <= wasi::kNotcapable) << import.name << " " << result;
      succeeded[import.name] += result == 0 ? 1 : 0;
    }
    fs::Files& files = guest.wasi.files();
    ASSERT_LE(files.tree().usage().bytes, kLimits.bytes) << import.name;
    ASSERT_LE(files.tree().usage().entries, kLimits.entries) << import.name;
    ASSERT_LE(files.open_count(), kMaxOpen) << import.name;
    const fs::Files::Open* preopen = files.find(fs::Files::kPreopen);
    const bool rooted = preopen && preopen->preopen && preopen->dropped_rights == 0;
    if (round % 97 == 0 && rooted) checkpoint = files;
    if (round % 397 == 0 || (round % 29 == 0 && !rooted)) files = checkpoint;
    if (round % 5000 == 4999) files = checkpoint = fs::Files(tree, kMaxOpen);
    if (round % 500 != 0) continue;
    // On the host nothing is there that was not granted.
    const auto rw = content("/rw");
    uint64_t bytes = 0;
    for (const auto& [path, size] : rw) bytes += size == "/" ? 0 : std::stoull(size);
    ASSERT_LE(bytes, kMaxBytes + 1);
    ASSERT_LE(rw.size(), kMaxEntries + 1);
  }
  EXPECT_EQ(content("/cow"), cow_before);
  EXPECT_EQ(content("/ro"), ro_before);
  EXPECT_EQ(stdfs::file_size(root + "/outside"), 7u);
  for (const char* name : {"path_open", "path_unlink_file", "path_rename", "fd_write", "fd_readdir", "path_create_directory"}) {
    EXPECT_GT(succeeded[name], 3) << name;
  }
  guest.wasi.files() = fs::Files(tree, kMaxOpen);
  checkpoint = guest.wasi.files();
  stdfs::remove_all(root);
}

INSTANTIATE_TEST_SUITE_P(Seeds, WasiHostileTest, testing::Range(1u, 4u));

}  // namespace
}  // namespace belljar
