#include "base/units.h"

#include <gtest/gtest.h>

namespace belljar {
namespace {

using std::chrono::milliseconds;

TEST(Units, Sizes) {
  EXPECT_EQ(parse_size("0"), 0u);
  EXPECT_EQ(parse_size("1234"), 1234u);
  EXPECT_EQ(parse_size("64K"), 65536u);
  EXPECT_EQ(parse_size("64k"), 65536u);
  EXPECT_EQ(parse_size("1.5M"), 1572864u);
  EXPECT_EQ(parse_size("2GiB"), uint64_t{2} << 30);
  for (const char* bad : {"", "K", "-1", "+1", "1e9", "1 M", "12Q", "0x10", "1..2", "inf", "nan", "9999999999G", "1Mx"}) {
    EXPECT_FALSE(parse_size(bad)) << bad;
  }
}

TEST(Units, Durations) {
  EXPECT_EQ(parse_duration("10"), milliseconds(10'000));
  EXPECT_EQ(parse_duration("0.5"), milliseconds(500));
  EXPECT_EQ(parse_duration("250ms"), milliseconds(250));
  EXPECT_EQ(parse_duration("2m"), milliseconds(120'000));
  for (const char* bad : {"", "0", "-1", "s", "1h", "nan", "inf", "1e3", "99999999999", "0.0000000000001"}) {
    EXPECT_FALSE(parse_duration(bad)) << bad;
  }
}

TEST(Units, SizesForAPerson) {
  EXPECT_EQ(format_size(0), "0 bytes");
  EXPECT_EQ(format_size(512), "512 bytes");
  EXPECT_EQ(format_size(uint64_t{256} << 20), "256 MiB");
  EXPECT_EQ(format_size(1536), "1.5 KiB");
  EXPECT_EQ(format_size(uint64_t{64} << 30), "64 GiB");
  EXPECT_EQ(format_size(uint64_t{2048} << 30), "2048 GiB");
}

TEST(Units, DurationsForAPerson) {
  EXPECT_EQ(format_duration(milliseconds(10'000)), "10 s");
  EXPECT_EQ(format_duration(milliseconds(500)), "0.5 s");
  EXPECT_EQ(format_duration(milliseconds(50)), "50 ms");
  EXPECT_EQ(format_duration(std::chrono::microseconds(2400)), "2.4 ms");
  EXPECT_EQ(format_duration(std::chrono::microseconds(85)), "85 us");
}

}  // namespace
}  // namespace belljar
