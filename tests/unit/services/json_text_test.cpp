#include "services/json_text.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace tidegate {
namespace {

std::string as_json(std::string_view value) {
  std::string text;
  append_json_string(text, value);
  return text;
}

TEST(JsonText, WritesEveryAsciiByteAsAParserReadsIt) {
  std::string every;
  for (char c = 0; c < 0x7f; ++c) every += c;
  every += '\x7f';

  EXPECT_EQ(nlohmann::json::parse(as_json(every)), every);
  EXPECT_EQ(as_json(every), nlohmann::json(every).dump());
  EXPECT_EQ(as_json(std::string("\0\x1f", 2)), R"("\u0000\u001f")");
}

TEST(JsonText, FindsWhatToEscapeWhereverItStands) {
  for (const std::string special : {"\"", "\\", "\n", "\x1f", "\x7f", "\u00fc", "\x01 \"!"}) {
    for (std::size_t before = 0; before < 18; ++before) {
      for (std::size_t after : {0, 1, 8, 15}) {
        const std::string value = std::string(before, ' ') + special + std::string(after, '!');
        EXPECT_EQ(as_json(value), nlohmann::json(value).dump());
      }
    }
  }
}

TEST(JsonText, KeepsUnicodeAndReplacesWhatIsNone) {
  EXPECT_EQ(as_json("\"gr\u00fc\u00df\"\n\u0926"), "\"\\\"gr\u00fc\u00df\\\"\\n\u0926\"");
  EXPECT_EQ(as_json("a\n\xff"), "\"a\\n\uFFFD\"");
}

TEST(JsonText, RefusesBytesThatAreNoUtf8WhereAsked) {
  std::string text;
  EXPECT_ANY_THROW(append_json_string(text, "a\n\xff", BadUtf8::kRefused));
}

TEST(JsonText, PutsAnObjectTogether) {
  JsonObject object;
  object.string("name", "a\"b").number("count", 3).number("share", 0.5).boolean("on", true);
  object.json("list", json_array(std::vector{1, 2}, [](int i) { return std::to_string(i); }));
  object.string_or_null("none", "");

  EXPECT_EQ(object.take(), R"({"name":"a\"b","count":3,"share":0.5,"on":true,"list":[1,2],"none":null})");
}

}  // namespace
}  // namespace tidegate
