#include "image/slot.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstring>
#include <random>

namespace belljar {
namespace {

constexpr uint64_t kMemory = 64 * kPageSize;

// Two extents with gaps around them; page p of an extent is filled with the byte p.
std::shared_ptr<const Image> test_image() {
  UniqueFd file(memfd_create("image", MFD_CLOEXEC));
  std::vector<uint8_t> content(24 * kPageSize);
  for (size_t i = 0; i < content.size(); i++) content[i] = static_cast<uint8_t>(8 + i / kPageSize);
  EXPECT_EQ(write(file.get(), content.data(), content.size()), static_cast<ssize_t>(content.size()));
  GuestLayout layout{};
  layout.stack_high = 4 * kPageSize;
  auto image = Image::create(std::move(file), kMemory,
                             {{8 * kPageSize, 0, 16 * kPageSize}, {40 * kPageSize, 16 * kPageSize, 8 * kPageSize}}, layout);
  EXPECT_TRUE(image);
  return *image;
}

std::unique_ptr<Slot> test_slot() {
  auto slot = Slot::create();
  EXPECT_TRUE(slot);
  EXPECT_TRUE((*slot)->show(test_image()));
  return std::move(*slot);
}

// What happens to a process that touches `address`: true when it dies of SIGSEGV.
bool touching_kills(const volatile uint8_t* address, bool write) {
  const pid_t child = fork();
  if (child == 0) {
    signal(SIGSEGV, SIG_DFL);
    if (write) {
      *const_cast<volatile uint8_t*>(address) = 1;
    } else {
      (void)*address;
    }
    _exit(0);
  }
  int status = 0;
  waitpid(child, &status, 0);
  return WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV;
}

TEST(Image, RefusesDamagedExtents) {
  const auto create = [](std::vector<ImageExtent> extents) {
    UniqueFd file(memfd_create("image", MFD_CLOEXEC));
    EXPECT_EQ(ftruncate(file.get(), 1 << 20), 0);
    return Image::create(std::move(file), kMemory, std::move(extents), {}).ok();
  };
  EXPECT_TRUE(create({{0, 0, kPageSize}}));
  EXPECT_FALSE(create({{1, 0, kPageSize}})) << "unaligned";
  EXPECT_FALSE(create({{0, 0, 0}})) << "empty";
  EXPECT_FALSE(create({{0, 0, kMemory + kPageSize}})) << "too long";
  EXPECT_FALSE(create({{kMemory, 0, kPageSize}})) << "outside";
  EXPECT_FALSE(create({{8 * kPageSize, 0, kPageSize}, {0, 0, kPageSize}})) << "out of order";
  EXPECT_FALSE(create({{0, 0, 2 * kPageSize}, {kPageSize, 0, kPageSize}})) << "overlapping";
  EXPECT_FALSE(create({{~uint64_t{4095}, 0, kPageSize}})) << "wrapping";
}

TEST(Slot, ShowsTheImage) {
  auto slot = test_slot();
  EXPECT_EQ(slot->size(), kMemory);
  EXPECT_TRUE(slot->image()->matches(slot->memory()));
  EXPECT_EQ(slot->memory()[0], 0);
  EXPECT_EQ(slot->memory()[8 * kPageSize], 8);
  EXPECT_EQ(slot->memory()[40 * kPageSize], 24);
}

// The generated code has no bounds checks: every byte it can address beyond the memory must fault.
TEST(Slot, FaultsPastEachEdge) {
  auto slot = test_slot();
  // A forked child has no slot at all (DONTFORK), so the edges are looked at in place.
  const auto faults = [&](uint64_t offset) {
    unsigned char present;
    uint8_t* page = slot->memory() + offset - offset % kPageSize;
    const int mapped = mincore(page, kPageSize, &present);
    if (mapped != 0) return false;  // not even reserved
    // A read into a pipe tells whether the kernel may read the byte, without a signal.
    int ends[2];
    EXPECT_EQ(pipe(ends), 0);
    const bool readable = write(ends[1], slot->memory() + offset, 1) == 1;
    close(ends[0]);
    close(ends[1]);
    return !readable;
  };
  EXPECT_FALSE(faults(0));
  EXPECT_FALSE(faults(kMemory - 1));
  EXPECT_TRUE(faults(kMemory));
  EXPECT_TRUE(faults(kReservation - 1));
  EXPECT_TRUE(faults(kReservation));
  EXPECT_TRUE(faults(kReservation + kGuard - 1));
  EXPECT_TRUE(faults(~uint64_t{0}));
  EXPECT_TRUE(faults(~uint64_t{0} - kGuard + 1));
  ASSERT_TRUE(slot->grow(kMemory + 2 * kPageSize));
  EXPECT_FALSE(faults(kMemory + 2 * kPageSize - 1));
  EXPECT_TRUE(faults(kMemory + 2 * kPageSize));
}

TEST(Slot, IsNotInAChildProcess) {
  auto slot = test_slot();
  EXPECT_TRUE(touching_kills(slot->memory(), false));
}

TEST(Slot, GrownMemoryIsZeroEveryTime) {
  auto slot = test_slot();
  PageScanner scanner;
  for (int round = 0; round < 3; round++) {
    ASSERT_TRUE(slot->grow(kMemory + 16 * kPageSize));
    for (uint64_t i = kMemory; i < slot->size(); i++) ASSERT_EQ(slot->memory()[i], 0);
    std::memset(slot->memory() + kMemory, 0xAA, 16 * kPageSize);
    if (round % 2) {
      ASSERT_TRUE(slot->shrink(kMemory + kPageSize));
      EXPECT_EQ(slot->memory()[kMemory], 0xAA);
      ASSERT_TRUE(slot->shrink(kMemory));
    } else {
      ASSERT_TRUE(slot->restore(nullptr, scanner));
    }
    EXPECT_EQ(slot->size(), kMemory);
  }
}

TEST(Slot, ResetRestoresEveryPage) {
  PageScanner scanner;
  if (!scanner.available()) GTEST_SKIP() << "this kernel has no PAGEMAP_SCAN; the fallback is tested below";
  auto slot = test_slot();
  std::mt19937 random(1);
  for (int round = 0; round < 200; round++) {
    const int writes = static_cast<int>(random() % 80);
    for (int i = 0; i < writes; i++) slot->memory()[random() % kMemory] = static_cast<uint8_t>(random());
    auto pages = slot->restore(nullptr, scanner);
    ASSERT_TRUE(pages);
    ASSERT_LE(*pages, 64u);
    ASSERT_TRUE(slot->image()->matches(slot->memory()));
  }
}

TEST(Slot, ResetWithoutTheIoctlMapsAfresh) {
  auto slot = test_slot();
  std::memset(slot->memory(), 1, kMemory);
  ASSERT_TRUE(slot->grow(kMemory + kPageSize));
  auto pages = slot->restore(nullptr, PageScanner::unavailable());
  ASSERT_TRUE(pages);
  EXPECT_EQ(*pages, Slot::kUnknownPages);
  EXPECT_EQ(slot->size(), kMemory);
  EXPECT_TRUE(slot->image()->matches(slot->memory()));
}

TEST(Slot, ProtectionComesAndGoes) {
  auto slot = test_slot();
  slot->protect_stack();
  EXPECT_EQ(slot->memory()[4 * kPageSize], 0) << "only the stack is gone";
  slot->protect_all();
  ASSERT_TRUE(slot->unprotect());
  std::memset(slot->memory(), 7, kMemory);
}

}  // namespace
}  // namespace belljar
