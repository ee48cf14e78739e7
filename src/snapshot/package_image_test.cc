#include "snapshot/package_image.h"

#include <gtest/gtest.h>

#include <cstring>
#include <random>
#include <string>

#include "fs/pack_writer.h"
#include "snapshot/envelope.h"
#include "snapshot/snapshot_file.h"
#include "snapshot/testing.h"

namespace belljar {
namespace {

using namespace testing_snapshots;

constexpr uint64_t kPlenty = uint64_t{64} << 20;
constexpr size_t kHashBytes = 32;

class PackageImageTest : public testing::Test {
 protected:
  PackageImageTest() {
    fs::PackWriter writer(kPlenty, 100);
    EXPECT_TRUE(writer.add("attr/__init__.py", "answer = 42"));
    auto packages = std::make_shared<PackageImage>();
    packages->name = "data";
    packages->lock = "{\"packages\": []}";
    packages->site = *fs::Pack::open_shared(std::make_shared<const std::string>(*writer.build()));
    state_.files = fs::Files(fs::Tree(nullptr, {}, packages->site));
    state_.packages = std::move(packages);
    file_ = *encode_package_image(state_);
  }

  Result<std::shared_ptr<const SessionState>> decode(std::string_view bytes, uint64_t max_bytes = kPlenty) {
    return decode_package_image(bytes, image_, nullptr, max_bytes);
  }

  // Bytes that were changed on purpose, with a hash that is true.
  static std::string sealed(std::string file) {
    file.resize(file.size() - kHashBytes);
    const auto hash = hash_of({reinterpret_cast<const uint8_t*>(file.data()), file.size()});
    return file.append(reinterpret_cast<const char*>(hash.data()), hash.size());
  }

  const std::shared_ptr<const Image> image_ = make_image();
  SessionState state_ = make_state(image_);
  std::string file_;
};

TEST_F(PackageImageTest, GivesBackWhatIsInIt) {
  auto decoded = decode(file_);
  ASSERT_TRUE(decoded) << decoded.error().message;
  const SessionState& state = **decoded;
  ASSERT_TRUE(state.packages);
  EXPECT_EQ(state.packages->name, "data");
  EXPECT_EQ(state.packages->lock, state_.packages->lock);
  EXPECT_EQ(std::memcmp(state.packages->id.data(), file_.data() + file_.size() - kHashBytes, kHashBytes), 0);
  EXPECT_EQ(state.files.tree().site(), state.packages->site);
  EXPECT_EQ(difference(state, state_), "");
  fs::NodeId node;
  EXPECT_EQ(state.files.tree().lookup(fs::Tree::kRoot, "usr/local/lib/python3.14/site-packages/attr/__init__.py", true,
                                      &node),
            0);
}

TEST_F(PackageImageTest, SnapshotsOfItsSessionsNeedIt) {
  const std::shared_ptr<const SessionState> opened = *decode(file_);
  const std::string snapshot = *encode_snapshot(*opened, nullptr);
  const auto find = [&](const PackageImageId& id) { return id == opened->packages->id ? opened->packages : nullptr; };
  auto found = decode_snapshot(snapshot, nullptr, image_, nullptr, kPlenty, find);
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_EQ((*found)->packages, opened->packages);
  EXPECT_EQ((*found)->files.tree().site(), opened->packages->site);

  auto missing = decode_snapshot(snapshot, nullptr, image_, nullptr, kPlenty);
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, ErrorCode::kNotFound);
  EXPECT_EQ(missing.error().message, "the snapshot was taken in the image 'data' (" +
                                         to_hex(opened->packages->id).substr(0, 16) + "), which has not been loaded");
}

TEST_F(PackageImageTest, NamesTheBuildThatItBelongsTo) {
  auto other = decode_package_image(file_, make_image(9), nullptr, kPlenty);
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().code, ErrorCode::kCorrupt);
  EXPECT_EQ(other.error().message, "the image was built by another belljar: its base image is another");
  EXPECT_EQ(other.error().hint, "run the same `belljar image build` again with this one");
}

TEST_F(PackageImageTest, RefusesEveryTruncationAndEveryFlippedBit) {
  for (size_t size = 0; size < file_.size(); size += size < 200 ? 1 : 97) {
    EXPECT_FALSE(decode(std::string(file_, 0, size))) << size;
  }
  EXPECT_FALSE(decode(file_ + "x"));
  for (size_t i = 0; i < file_.size(); i += i < 200 ? 1 : 97) {
    std::string damaged = file_;
    damaged[i] ^= 4;
    auto refused = decode(damaged);
    ASSERT_FALSE(refused) << i;
    EXPECT_EQ(refused.error().code, ErrorCode::kCorrupt) << i;
  }
}

// Whoever makes a file can make its hash true.
TEST_F(PackageImageTest, RefusesForgedSizes) {
  for (const size_t field : {80, 88, 96, 104}) {
    uint64_t size;
    std::memcpy(&size, file_.data() + field, sizeof(size));
    for (const uint64_t forged : {uint64_t{0}, size - 1, size + 1, UINT64_MAX, UINT64_MAX - size, uint64_t{1} << 40}) {
      std::string file = file_;
      std::memcpy(file.data() + field, &forged, sizeof(forged));
      EXPECT_FALSE(decode(sealed(file))) << field << " " << forged;
    }
  }
  EXPECT_TRUE(decode(sealed(file_)));
}

TEST_F(PackageImageTest, SurvivesForgedBytes) {
  std::mt19937 random(11);
  int accepted = 0;
  for (int round = 0; round < 3000; round++) {
    std::string file = file_;
    for (int change = 0; change < 3; change++) file[random() % file.size()] = static_cast<char>(random());
    auto decoded = decode(sealed(file));
    if (!decoded) continue;
    accepted++;
    fs::DirectoryEntry entry;
    const fs::Tree& tree = (*decoded)->files.tree();
    fs::NodeId node;
    if (tree.lookup(fs::Tree::kRoot, "usr/local/lib/python3.14/site-packages", true, &node) != 0) continue;
    for (uint64_t cookie = 0; tree.next_entry(node, cookie, &entry) == 0; cookie = entry.next) {
    }
  }
  EXPECT_GT(accepted, 0);  // zeroes at a page's end, the lock: not all of it means something
}

TEST_F(PackageImageTest, KeepsToItsBudget) {
  auto large = decode(file_, 1000);
  ASSERT_FALSE(large);
  EXPECT_EQ(large.error().code, ErrorCode::kExhausted);
  auto refused = decode_package_image("BJSNAP", image_, nullptr, kPlenty);
  EXPECT_EQ(refused.error().message, "this is not an image of belljar's");
}

}  // namespace
}  // namespace belljar
