#include "services/utf8.h"

#include <gtest/gtest.h>

namespace tidegate {
namespace {

TEST(Utf8, IsWhatRfc3629Allows) {
  for (const char* text : {"", "a", "\u00fc", "\u0926", "\U0001F600", "\xED\x9F\xBF", "\xF4\x8F\xBF\xBF"}) {
    EXPECT_TRUE(is_utf8(text)) << text;
  }
}

TEST(Utf8, HasNoLongFormsNoSurrogatesAndNothingBeyondTheLastCodePoint) {
  for (const char* text : {"\xFF", "\x80", "\xC0\xAF", "\xE0\x80\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80",
                           "\xC3", "plain text and then half of one \xE0\xA4"}) {
    EXPECT_FALSE(is_utf8(text)) << text;
  }
}

}  // namespace
}  // namespace tidegate
