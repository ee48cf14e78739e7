#include "snapshot/packed_delta.h"

#include <gtest/gtest.h>

#include "snapshot/testing.h"

namespace belljar {
namespace {

using namespace testing_snapshots;

TEST(PageCoding, KeepsAnyPage) {
  std::mt19937_64 random(1);
  for (int round = 0; round < 2000; round++) {
    std::vector<uint64_t> base(512), page(512);
    for (uint64_t& word : base) word = random() % 3;
    page = base;
    const uint64_t changes = round % 4 == 0 ? 5000 : random() % 40;
    for (uint64_t i = 0; i < changes; i++) page[random() % 512] = random() % 3;
    if (round == 0) page = base;
    if (round == 1) std::fill(page.begin(), page.end(), 9);
    if (round == 2) page[511] = 9;
    if (round == 3) page[0] = 9;
    // The exact room: a byte more is AddressSanitizer's to find.
    std::vector<uint8_t> coded(kMaxCodedPage);
    const auto* page_bytes = reinterpret_cast<const uint8_t*>(page.data());
    coded.resize(encode_page(page_bytes, reinterpret_cast<const uint8_t*>(base.data()), coded.data()));
    coded.shrink_to_fit();
    PageBitmap bitmap;
    std::memcpy(bitmap.data(), coded.data(), sizeof(bitmap));
    ASSERT_EQ(coded.size(), sizeof(bitmap) + coded_words_size(bitmap));
    decode_page(bitmap, coded.data() + sizeof(bitmap), reinterpret_cast<uint8_t*>(base.data()));
    ASSERT_EQ(base, page) << round;
  }
}

TEST(PackedDelta, GivesBackTheMemory) {
  const auto image = make_image();
  for (unsigned seed = 1; seed < 50; seed++) {
    std::mt19937 random(seed);
    std::vector<uint64_t> pages;
    for (uint64_t page = random() % 3; page < 512; page += 1 + random() % (seed % 2 ? 2 : 30)) pages.push_back(page);
    const auto delta = make_delta(*image, pages, 2 * kImageBytes, seed);
    auto packed = PackedDelta::pack(*delta, *image);
    ASSERT_TRUE(packed);
    auto unpacked = packed->unpack(*image);
    ASSERT_TRUE(unpacked);
    EXPECT_EQ((*unpacked)->memory_size(), 2 * kImageBytes);
    EXPECT_EQ((*unpacked)->bytes(), delta->bytes());
    EXPECT_EQ(memory_of(unpacked->get(), *image), memory_of(delta.get(), *image));
  }
}

// More than PageStore::kFileBytes: the store is a file then.
TEST(PackedDelta, GivesBackALargeMemory) {
  const auto image = make_image();
  std::vector<uint64_t> pages(2000);
  for (uint64_t i = 0; i < pages.size(); i++) pages[i] = i * 2;
  const auto delta = make_delta(*image, pages, 32 << 20);
  auto unpacked = PackedDelta::pack(*delta, *image)->unpack(*image);
  ASSERT_TRUE(unpacked);
  EXPECT_EQ(memory_of(unpacked->get(), *image), memory_of(delta.get(), *image));
}

TEST(PackedDelta, LeavesOutWhatDoesNotDiffer) {
  const auto image = make_image();
  auto store = *PageStore::create(3 * kPageSize);
  for (uint64_t i = 0; i < 3; i++) read_base_page(*image, (255 + i) * kPageSize, store->writable() + i * kPageSize);
  store->writable()[kPageSize + 5] = 1;
  const auto delta = Delta::over(store, {{255 * kPageSize, 3 * kPageSize}}, 2 * kImageBytes);
  auto packed = PackedDelta::pack(*delta, *image);
  ASSERT_TRUE(packed);
  EXPECT_LE(packed->bytes(), 100u);
  auto unpacked = packed->unpack(*image);
  ASSERT_TRUE(unpacked);
  ASSERT_EQ((*unpacked)->segments().size(), 1u);
  EXPECT_EQ((*unpacked)->segments()[0].offset, 256 * kPageSize);
  EXPECT_EQ((*unpacked)->bytes(), kPageSize);
}

TEST(PackedDelta, OfNothing) {
  const auto image = make_image();
  const auto delta = Delta::over(*PageStore::create(0), {}, kImageBytes);
  auto packed = PackedDelta::pack(*delta, *image);
  ASSERT_TRUE(packed);
  auto unpacked = packed->unpack(*image);
  ASSERT_TRUE(unpacked);
  EXPECT_EQ((*unpacked)->bytes(), 0u);
  EXPECT_EQ((*unpacked)->memory_size(), kImageBytes);
}

}  // namespace
}  // namespace belljar
