#include "image/delta.h"

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstring>
#include <random>
#include <vector>

#include "image/fault_watcher.h"
#include "image/slot.h"

namespace belljar {
namespace {

constexpr uint64_t kImageSize = 4 << 20;

std::shared_ptr<const Image> make_image() {
  UniqueFd file(memfd_create("image", MFD_CLOEXEC));
  std::vector<uint8_t> content(kImageSize / 2);
  for (size_t i = 0; i < content.size(); i++) content[i] = static_cast<uint8_t>(i * 7 + i / kPageSize);
  EXPECT_EQ(write(file.get(), content.data(), content.size()), static_cast<ssize_t>(content.size()));
  // A gap before, between and after.
  const uint64_t half = kImageSize / 4;
  auto image = Image::create(std::move(file), kImageSize, {{kPageSize * 8, 0, half}, {half * 3, half, half - kPageSize * 16}}, {});
  EXPECT_TRUE(image.ok());
  return *image;
}

class DeltaTest : public testing::TestWithParam<bool> {
 protected:
  std::unique_ptr<Slot> make_slot() {
    auto slot = Slot::create();
    EXPECT_TRUE(slot.ok());
    EXPECT_TRUE((*slot)->show(image_).ok());
    if (watcher_.available()) (*slot)->map_sparsely(watcher_);
    return *std::move(slot);
  }

  std::vector<uint8_t> bytes(const Slot& slot) { return {slot.memory(), slot.memory() + slot.size()}; }

  std::shared_ptr<const Delta> capture(const Slot& slot) {
    auto delta = Delta::capture(slot, scanner_, random_() % 2 == 0);
    EXPECT_TRUE(delta.ok());
    return *delta;
  }

  void restore(Slot& slot, std::shared_ptr<const Delta> delta) {
    ASSERT_TRUE(slot.restore(std::move(delta), scanner_).ok());
  }

  void scribble(Slot& slot, int pages) {
    for (int i = 0; i < pages; i++) {
      const uint64_t page = random_() % (slot.size() / kPageSize);
      slot.memory()[page * kPageSize + random_() % kPageSize] = static_cast<uint8_t>(random_());
    }
  }

  std::shared_ptr<const Image> image_ = make_image();
  PageScanner scanner_ = GetParam() ? PageScanner() : PageScanner::unavailable();
  FaultWatcher watcher_{scanner_};
  std::mt19937_64 random_{1};
};

TEST_P(DeltaTest, HoldsWhatWasWritten) {
  auto slot = make_slot();
  scribble(*slot, 20);
  const auto delta = capture(*slot);
  EXPECT_LE(delta->bytes(), 20 * kPageSize);
  auto other = make_slot();
  restore(*other, delta);
  EXPECT_EQ(bytes(*other), bytes(*slot));
}

// A slot that was put back keeps its pages; they are none of the next session's.
TEST_P(DeltaTest, WhatAnEarlierSessionLeftIsNotInIt) {
  auto slot = make_slot();
  scribble(*slot, 200);
  restore(*slot, nullptr);
  slot->memory()[0] ^= 1;
  slot->memory()[5 * kPageSize + 7] ^= 1;
  EXPECT_EQ(capture(*slot)->bytes(), 2 * kPageSize);
  EXPECT_EQ(capture(*slot)->bytes(), 2 * kPageSize);
  restore(*slot, nullptr);
  EXPECT_TRUE(image_->matches(slot->memory()));
}

TEST_P(DeltaTest, LargeOnesAreMapped) {
  auto slot = make_slot();
  ASSERT_TRUE(slot->grow(kImageSize + (8 << 20)));
  std::memset(slot->memory() + kImageSize, 5, 8 << 20);
  const auto delta = capture(*slot);
  auto other = make_slot();
  restore(*other, delta);
  EXPECT_EQ(bytes(*other), bytes(*slot));
  other->memory()[kImageSize] = 6;
  EXPECT_EQ(slot->memory()[kImageSize], 5);
  if (GetParam()) {
    std::vector<PageRun> runs;
    ASSERT_TRUE(scanner_.private_pages(other->memory(), other->size(), &runs).ok());
    uint64_t total = 0;
    for (const PageRun& run : runs) total += run.length;
    EXPECT_EQ(total, kPageSize);
  }
}

TEST_P(DeltaTest, IsLaidOverAnUntouchedSlot) {
  auto slot = make_slot();
  ASSERT_TRUE(slot->grow(kImageSize + (2 << 20)));
  std::memset(slot->memory() + kImageSize, 5, 2 << 20);
  scribble(*slot, 30);
  const auto delta = capture(*slot);
  auto other = make_slot();
  ASSERT_TRUE(other->lay(delta).ok());
  EXPECT_EQ(bytes(*other), bytes(*slot));
  scribble(*other, 30);
  restore(*other, nullptr);
  EXPECT_TRUE(image_->matches(other->memory()));
  ASSERT_TRUE(other->lay(nullptr).ok());
  ASSERT_TRUE(other->lay(delta).ok());
  EXPECT_EQ(bytes(*other), bytes(*slot));
}

TEST_P(DeltaTest, GrownMemoryIsZeroAgainAfterGoingBack) {
  auto slot = make_slot();
  ASSERT_TRUE(slot->grow(kImageSize + (2 << 20)));
  std::memset(slot->memory() + kImageSize, 5, 2 << 20);
  const auto large = capture(*slot);
  restore(*slot, nullptr);
  EXPECT_EQ(slot->size(), kImageSize);
  EXPECT_TRUE(image_->matches(slot->memory()));
  restore(*slot, large);
  restore(*slot, nullptr);
  ASSERT_TRUE(slot->grow(kImageSize + (2 << 20)));
  for (uint64_t i = kImageSize; i < slot->size(); i += 512) ASSERT_EQ(slot->memory()[i], 0);
}

TEST_P(DeltaTest, WhatIsBeyondTheEndFaults) {
  auto slot = make_slot();
  ASSERT_TRUE(slot->grow(kImageSize + (2 << 20)));
  std::memset(slot->memory() + kImageSize, 5, 2 << 20);
  restore(*slot, capture(*slot));
  restore(*slot, nullptr);
  EXPECT_DEATH(static_cast<volatile uint8_t*>(slot->memory())[kImageSize] = 1, "");
}

// Whatever is written, taken and returned to in whatever order, over slots that share deltas.
TEST_P(DeltaTest, AnyOrderOfStates) {
  struct State {
    std::shared_ptr<const Delta> delta;
    std::vector<uint8_t> bytes;
  };
  std::vector<std::unique_ptr<Slot>> slots;
  for (int i = 0; i < 3; i++) slots.push_back(make_slot());
  std::vector<State> states = {{nullptr, bytes(*slots[0])}};
  for (int step = 0; step < (GetParam() ? 300 : 40); step++) {
    Slot& slot = *slots[random_() % slots.size()];
    switch (random_() % 5) {
      case 0: scribble(slot, static_cast<int>(random_() % 200)); break;
      case 1: {
        const uint64_t from = random_() % (slot.size() / 2) / kPageSize * kPageSize;
        std::memset(slot.memory() + from, static_cast<int>(random_()), random_() % (slot.size() / 2));
        break;
      }
      case 2:
        if (slot.size() < 3 * kImageSize) {
          ASSERT_TRUE(slot.grow(slot.size() + (64 << 10) * (random_() % 20)));
        }
        break;
      case 3: states.push_back({capture(slot), bytes(slot)}); break;
      default: {
        const State& state = states[random_() % states.size()];
        restore(slot, state.delta);
        ASSERT_EQ(bytes(slot), state.bytes) << "step " << step;
      }
    }
    if (states.size() > 12) states.erase(states.begin() + 1 + static_cast<ptrdiff_t>(random_() % 6));
  }
}

// A chain of forks, each of which changes some of its parent's pages, neither grows without bound nor keeps every
// ancestor's pages.
TEST_P(DeltaTest, ChainsAreFlattened) {
  auto slot = make_slot();
  ASSERT_TRUE(slot->grow(kImageSize + (8 << 20)));
  std::memset(slot->memory() + kImageSize, 1, 8 << 20);
  for (int generation = 0; generation < (GetParam() ? 60 : 10); generation++) {
    const auto delta = capture(*slot);
    EXPECT_LE(delta->segments().size(), 3500u);
    auto child = make_slot();
    restore(*child, delta);
    ASSERT_EQ(bytes(*child), bytes(*slot)) << generation;
    scribble(*child, 40);
    slot = std::move(child);
  }
}

INSTANTIATE_TEST_SUITE_P(Scanner, DeltaTest, testing::Bool(), [](const auto& with) { return with.param ? "With" : "Without"; });

}  // namespace
}  // namespace belljar
