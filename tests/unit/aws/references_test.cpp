#include "aws/references/references.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/aws/support/aws_fixture.h"

namespace tidegate::aws {
namespace {

using nlohmann::json;
using testing::HasSubstr;

class ReferencesTest : public AwsClientFixture {
 protected:
  void with(ScriptedHttp::Handler handler) {
    start(std::move(handler));
    references_ = std::make_unique<References>(client_, environment(), clock_, ReferencesConfig{});
  }
  static Environment environment() {
    return [](const std::string& name) {
      return name == "TEAM" ? std::optional<std::string>("ops") : std::nullopt;
    };
  }
  std::string filled(const std::string& text) { return references_->resolve(text, soon()).get(); }
  std::string refusal(const std::string& text) {
    try {
      filled(text);
    } catch (const InvalidRequest& refused) {
      return refused.what();
    }
    return "it worked";
  }
  std::unique_ptr<References> references_;
};

http::Response store(const http::Request& request, int) {
  const auto body = json::parse(request.body);
  if (body.contains("Name")) {
    return answer(
        200,
        json({{"Parameter", {{"Name", body["Name"]}, {"Value", "of " + body["Name"].get<std::string>()}}}})
            .dump());
  }
  return answer(200, json({{"SecretString", R"({"url":"https://hooks/x","port":8})"}}).dump());
}

TEST_F(ReferencesTest, AreFilledInPlace) {
  with(store);

  EXPECT_EQ(filled("a ${env:TEAM} b ${ssm:/p/q}!"), "a ops b of /p/q!");
  EXPECT_EQ(filled("${secret:slack#url}:${secret:slack#port}"), "https://hooks/x:8");
  EXPECT_EQ(filled("price $${5} $ {x}"), "price ${5} $ {x}");
  EXPECT_EQ(filled(""), "");
  const auto seen = json::parse(http_->seen().at(0).body);
  EXPECT_EQ(seen["WithDecryption"], true);
}

TEST_F(ReferencesTest, AreReadOnceForFiveMinutesAndThenAnew) {
  int version = 1;
  with([&version](const auto&, int) {
    return answer(200, json({{"SecretString", "v" + std::to_string(version)}}).dump());
  });

  EXPECT_EQ(filled("${secret:db}"), "v1");
  version = 2;
  EXPECT_EQ(filled("${secret:db}"), "v1");
  clock_.advance(std::chrono::minutes(5));
  EXPECT_EQ(filled("${secret:db}"), "v2");
}

TEST_F(ReferencesTest, KeepTheOldValueWhileAwsDoesNotAnswer) {
  bool down = false;
  with(
      [&down](const auto&, int) { return down ? answer(500, "") : answer(200, R"({"SecretString":"v1"})"); });
  filled("${secret:db}");
  down = true;
  clock_.advance(std::chrono::hours(1));

  EXPECT_EQ(filled("${secret:db}"), "v1");
}

TEST_F(ReferencesTest, ThatCannotBeReadAreNamedWithoutTheirValue) {
  with(store);

  EXPECT_THAT(refusal("${env:NOBODY}"), HasSubstr("${env:NOBODY} names a variable that is not set"));
  EXPECT_THAT(refusal("${file:/etc/passwd}"), HasSubstr("is none of"));
  EXPECT_THAT(refusal("${ssm}"), HasSubstr("is none of"));
  EXPECT_THAT(refusal("x ${ssm:/a"), HasSubstr("not closed"));
  const auto missing = refusal("${secret:slack#nothing}");
  EXPECT_THAT(missing, HasSubstr("names no member"));
  EXPECT_THAT(missing, testing::Not(HasSubstr("hooks")));
}

TEST_F(ReferencesTest, NeedAws) {
  References only_environment(nullptr, environment(), clock_, {});

  EXPECT_EQ(only_environment.resolve("${env:TEAM}", soon()).get(), "ops");
  EXPECT_THROW(only_environment.resolve("${ssm:/a}", soon()).get(), InvalidRequest);
}

TEST(HasReference, SeesReferencesAndNotEscapes) {
  EXPECT_TRUE(References::has_reference("a ${env:X}"));
  EXPECT_FALSE(References::has_reference("a $${env:X} $x {y}"));
}

}  // namespace
}  // namespace tidegate::aws
