#include "server/contract/json_body.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <string>

#include "services/error.h"

// What is refused, and in which words, is told by contract_validation_test.cpp.

namespace tidegate::contract {
namespace {

using nlohmann::json;

TEST(JsonBody, HoldsWhatTheTextSays) {
  for (const std::string text : {
           R"({})",
           R"([])",
           R"( {"a": [1, {"b": null}, [], {}], "": true, "c": false} )",
           R"("text")",
           R"("\"\\\/\b\f\n\r\t \u00e9 \u20ac \ud83d\ude00 é 😀")",
           R"({"\u0061": 1})",
           R"(0)",
           R"(-0)",
           R"(0.1)",
           R"(9007199254740993.5)",
           R"(1e300)",
           R"(-1e300)",
           R"(5e-324)",
           R"(1.7976931348623157e308)",
           R"(9007199254740993)",
           R"(9223372036854775807)",
           R"(-9223372036854775808)",
       }) {
    const json body = parse_json_body(text);
    const json expected = json::parse(text);
    EXPECT_EQ(body, expected) << text;
    EXPECT_EQ(body.dump(), expected.dump()) << text;
    EXPECT_EQ(body.is_number_float(), expected.is_number_float()) << text;
  }
}

TEST(JsonBody, HoldsAnIntegerHoweverItIsWritten) {
  const std::map<std::string, std::int64_t> written{
      {"1.0", 1},
      {"1e3", 1000},
      {"-2.50e1", -25},
      {"-0.0", 0},
      {"0e5", 0},
      {"9007199254740992.0", 9007199254740992},
      {"-9.007199254740992e15", -9007199254740992},
  };
  for (const auto& [text, number] : written) {
    const json body = parse_json_body(text);

    EXPECT_TRUE(body.is_number_integer()) << text;
    EXPECT_EQ(body.dump(), std::to_string(number)) << text;
  }
}

TEST(JsonBody, IsRefusedWhereTheTextIsNotJson) {
  for (const std::string text : {
           "",
           " ",
           "{",
           R"({"a" 1})",
           R"({"a": 1,})",
           R"([1,])",
           R"([1 2])",
           R"({a: 1})",
           R"('a')",
           R"("a)",
           R"("\x")",
           R"("\ud800")",
           R"("\udc00")",
           R"("\ud800A")",
           "\"\n\"",
           "\"\xc3\"",
           "\"\xed\xa0\x80\"",
           "01",
           "+1",
           "1.",
           ".5",
           "1e",
           "tru",
           "// note\n{}",
       }) {
    EXPECT_THROW(parse_json_body(text), InvalidRequest) << text;
  }
}

}  // namespace
}  // namespace tidegate::contract
