#include <gtest/gtest.h>

#include "routes/answer_cache.h"
#include "tests/unit/services/virtual_clock.h"

namespace tidegate::routes {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

AnswerCache::Body body(const std::string& text) { return std::make_shared<const std::string>(text); }

TEST(AnswerCache, GivesABodyUntilItsTimeIsOver) {
  const auto clock = std::make_shared<VirtualClock>();
  AnswerCache cache(clock, seconds(5), 10);
  EXPECT_EQ(cache.find("a"), nullptr);
  cache.put("a", body("one"));

  clock->advance(milliseconds(4999));
  ASSERT_NE(cache.find("a"), nullptr);
  EXPECT_EQ(*cache.find("a"), "one");

  clock->advance(milliseconds(1));
  EXPECT_EQ(cache.find("a"), nullptr);
}

TEST(AnswerCache, LetsOneCallerRenewWhileOthersGetTheOldBody) {
  const auto clock = std::make_shared<VirtualClock>();
  AnswerCache cache(clock, seconds(5), 10);
  cache.put("a", body("one"));
  clock->advance(seconds(5));

  EXPECT_EQ(cache.find("a"), nullptr);
  ASSERT_NE(cache.find("a"), nullptr);
  EXPECT_EQ(*cache.find("a"), "one");
  cache.put("a", body("two"));

  EXPECT_EQ(*cache.find("a"), "two");
}

TEST(AnswerCache, GivesNobodyABodyTwiceItsTime) {
  const auto clock = std::make_shared<VirtualClock>();
  AnswerCache cache(clock, seconds(5), 10);
  cache.put("a", body("one"));

  clock->advance(seconds(10));

  EXPECT_EQ(cache.find("a"), nullptr);
  EXPECT_EQ(cache.find("a"), nullptr);
}

TEST(AnswerCache, DropsTheLeastRecentlyUsed) {
  const auto clock = std::make_shared<VirtualClock>();
  AnswerCache cache(clock, seconds(5), 2);
  cache.put("a", body("one"));
  clock->advance(milliseconds(1));
  cache.put("b", body("two"));
  clock->advance(milliseconds(1));
  EXPECT_NE(cache.find("a"), nullptr);
  clock->advance(milliseconds(1));

  cache.put("c", body("three"));

  EXPECT_NE(cache.find("a"), nullptr);
  EXPECT_EQ(cache.find("b"), nullptr);
  EXPECT_NE(cache.find("c"), nullptr);
}

}  // namespace
}  // namespace tidegate::routes
