#include "image/payload.h"

#include <gtest/gtest.h>

#include <random>

namespace belljar {
namespace {

ImageHeader sound_header() {
  ImageHeader header{};
  header.memory_size = 1 << 20;
  header.layout = {.mailbox = 65536,
                   .mailbox_size = 65536,
                   .eval_breaker = 200'000,
                   .is_tripped = 200'004,
                   .sigint_tripped = 200'008,
                   .stack_low = 0,
                   .stack_high = 65536,
                   .stack_pointer = 65536};
  header.extents = {{65536, kImageHeaderBytes, 3 * kPageSize}};
  return header;
}

std::vector<uint8_t> blob_of(const ImageHeader& header) {
  std::vector<uint8_t> blob = header.serialize();
  blob.resize(blob.size() + 3 * kPageSize);
  return blob;
}

TEST(ImageHeader, RoundTrips) {
  const ImageHeader header = sound_header();
  auto parsed = ImageHeader::parse(blob_of(header));
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->memory_size, header.memory_size);
  EXPECT_EQ(parsed->layout.eval_breaker, header.layout.eval_breaker);
  ASSERT_EQ(parsed->extents.size(), 1u);
  EXPECT_EQ(parsed->extents[0].length, 3 * kPageSize);
}

// The host stores to these addresses without looking again.
TEST(ImageHeader, RefusesALayoutOutsideTheMemory) {
  const auto refused = [](auto change) {
    ImageHeader header = sound_header();
    change(header);
    return !ImageHeader::parse(blob_of(header)).ok();
  };
  EXPECT_TRUE(refused([](ImageHeader& h) { h.layout.eval_breaker = 1 << 20; }));
  EXPECT_TRUE(refused([](ImageHeader& h) { h.layout.eval_breaker = 0xFFFFFFFF; }));
  EXPECT_TRUE(refused([](ImageHeader& h) { h.layout.is_tripped = 3; }));
  EXPECT_TRUE(refused([](ImageHeader& h) { h.layout.mailbox = (1 << 20) - 4; }));
  EXPECT_TRUE(refused([](ImageHeader& h) { h.layout.mailbox_size = 16; }));
  EXPECT_TRUE(refused([](ImageHeader& h) { h.layout.stack_high = 2 << 20; }));
  EXPECT_TRUE(refused([](ImageHeader& h) { h.layout.stack_pointer = 0; }));
  EXPECT_TRUE(refused([](ImageHeader& h) { h.memory_size = 4097; }));
  EXPECT_TRUE(refused([](ImageHeader& h) { h.extents[0].file_offset = 1 << 30; }));
  EXPECT_TRUE(refused([](ImageHeader& h) { h.extents.clear(); }));
}

TEST(ImageHeader, DamageIsNeverACrash) {
  const std::vector<uint8_t> good = blob_of(sound_header());
  for (size_t size = 0; size < kImageHeaderBytes; size += 7) {
    EXPECT_FALSE(ImageHeader::parse({good.data(), size}).ok());
  }
  std::mt19937 random(5);
  for (int i = 0; i < 50'000; i++) {
    std::vector<uint8_t> damaged = good;
    for (int n = 0; n < 3; n++) damaged[random() % 160] = static_cast<uint8_t>(random());
    (void)ImageHeader::parse(damaged).ok();
  }
}

TEST(Payload, LinkedOneVerifies) {
  const Payload payload = Payload::linked();
  EXPECT_TRUE(payload.verify_identity().ok());
  auto image = payload.open_image();
  ASSERT_TRUE(image);
  EXPECT_GT((*image)->memory_size(), uint64_t{4} << 20);
}

}  // namespace
}  // namespace belljar
