#include "sandbox/draw.h"

#include <gtest/gtest.h>

#include <array>

namespace tidegate::sandbox {
namespace {

TEST(Draw, IsTheSameOnEveryMachine) {
  EXPECT_EQ(draw_bits(2026, "m5.large/us-east-1a", 1), 0x2112BE12A6C015A2U);
  EXPECT_NE(draw_bits(2026, "a", 1), draw_bits(2026, "a", 2));
  EXPECT_NE(draw_bits(2026, "a", 1), draw_bits(2026, "b", 1));
  EXPECT_NE(draw_bits(2026, "a", 1), draw_bits(2027, "a", 1));
}

TEST(Draw, IsEvenlySpread) {
  std::array<int, 10> bins{};
  for (std::uint64_t i = 0; i < 10'000; ++i) ++bins.at(static_cast<std::size_t>(draw(1, "x", i) * 10));

  for (const int count : bins) EXPECT_NEAR(count, 1000, 120);
}

}  // namespace
}  // namespace tidegate::sandbox
