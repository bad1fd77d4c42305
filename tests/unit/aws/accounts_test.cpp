#include "aws/accounts/configured_accounts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "services/accounts/fan_out.h"
#include "tests/unit/aws/support/aws_fixture.h"

namespace tidegate::aws {
namespace {

using accounts::Place;
using testing::ElementsAre;
using testing::HasSubstr;

std::string assumed(const std::string& id) {
  return "<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>" + id +
         "</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken>"
         "<Expiration>2099-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult></"
         "AssumeRoleResponse>";
}

class AccountsTest : public AwsClientFixture {
 protected:
  std::shared_ptr<ConfiguredAccounts> make(std::vector<AccountConfig> configured,
                                           ScriptedHttp::Handler handler) {
    http_ = std::make_shared<ScriptedHttp>(std::move(handler));
    AwsConfig config;
    config.region = "us-east-1";
    const StsAccess sts{config, http_, &clock_, &telemetry_, [] { return 0.0; }};
    return std::make_shared<ConfiguredAccounts>(std::move(configured), "us-east-1",
                                                std::make_shared<FixedCredentials>(), sts, RefreshPolicy{});
  }
  std::string key_of(ConfiguredAccounts& accounts, const std::string& account) {
    return accounts.of(account).credentials(soon()).get()->access_key_id;
  }
};

TEST_F(AccountsTest, TakesOnEachAccountsRoleOnceWithItsOwnTerms) {
  const auto accounts =
      make({{.id = "111111111111",
             .alias = "dev",
             .role = "tidegate",
             .external_id = "ext-dev",
             .session_tags = {{"team", "a"}}},
            {.id = "222222222222",
             .alias = "prod",
             .role = "arn:aws:iam::222222222222:role/ops",
             .external_id = "ext-prod"}},
           [](const http::Request& request, int) {
             return answer(
                 200, assumed(request.body.find("ext-dev") != std::string::npos ? "ASIADEV" : "ASIAPROD"));
           });

  EXPECT_EQ(key_of(*accounts, "dev"), "ASIADEV");
  EXPECT_EQ(key_of(*accounts, "111111111111"), "ASIADEV");
  EXPECT_EQ(key_of(*accounts, "prod"), "ASIAPROD");
  EXPECT_EQ(key_of(*accounts, ""), "AKIDEXAMPLE");

  EXPECT_EQ(http_->seen().size(), 2U);
  EXPECT_THAT(http_->seen().at(0).body, HasSubstr("role%2Ftidegate"));
  EXPECT_THAT(http_->seen().at(0).body, HasSubstr("Tags.member.1.Key=team"));
}

TEST_F(AccountsTest, UsesTheOwnKeysForAnAccountWithoutARole) {
  const auto accounts =
      make({{.id = "111111111111", .alias = "own"}}, [](const auto&, int) { return answer(500, ""); });

  EXPECT_EQ(key_of(*accounts, "own"), "AKIDEXAMPLE");
  EXPECT_TRUE(http_->seen().empty());
}

TEST_F(AccountsTest, RefusesAccountsThatCannotBe) {
  const auto refused = [this](AccountConfig account) {
    EXPECT_THROW(make({std::move(account)}, [](const auto&, int) { return answer(500, ""); }),
                 InvalidRequest);
  };
  refused({.id = "12"});
  refused({.id = "111111111111", .alias = "a b"});
  refused({.id = "111111111111", .alias = "222222222222"});
  refused({.id = "111111111111", .role = "x", .session_name = "a b"});
  refused({.id = "111111111111", .role = "x", .session_seconds = 60});
  EXPECT_THROW(make({{.id = "111111111111", .alias = "a"}, {.id = "222222222222", .alias = "a"}},
                    [](const auto&, int) { return answer(500, ""); }),
               InvalidRequest);
}

TEST_F(AccountsTest, UnknownAccountsAreNotFound) {
  const auto accounts = make({}, [](const auto&, int) { return answer(500, ""); });

  EXPECT_THROW(accounts->of("nobody"), NotFound);
  EXPECT_THROW(accounts->find("nobody"), NotFound);
  EXPECT_THAT(accounts->find("").regions, ElementsAre("us-east-1"));
}

TEST_F(AccountsTest, ReadsEverywhereAndTellsFailingPlacesAsData) {
  const auto accounts = make({{.id = "111111111111", .alias = "dev", .regions = {"us-east-1", "eu-west-1"}},
                              {.id = "222222222222", .alias = "prod"}},
                             [](const auto&, int) { return answer(500, ""); });

  const auto answers =
      accounts::read_everywhere<std::string>(accounts::places(*accounts), 2, [](const Place& place) {
        if (place.account == "prod") {
          return pplx::task_from_exception<std::string>(NotFound("no cluster there"));
        }
        return pplx::task_from_result(place.account + "/" + place.region);
      }).get();

  ASSERT_EQ(answers.size(), 3U);
  EXPECT_EQ(answers[0].value, "dev/us-east-1");
  EXPECT_EQ(answers[1].value, "dev/eu-west-1");
  EXPECT_FALSE(answers[2].value.has_value());
  EXPECT_EQ(answers[2].failure, "no cluster there");
}

TEST_F(AccountsTest, PlacesCanBeNarrowed) {
  const auto directory = make({{.id = "111111111111", .alias = "dev"}, {.id = "222222222222"}},
                              [](const auto&, int) { return answer(500, ""); });

  const auto narrowed = accounts::places(*directory, {"222222222222"}, {"ap-south-1", "us-east-1"});

  ASSERT_EQ(narrowed.size(), 2U);
  EXPECT_EQ(narrowed[0].account, "222222222222");
  EXPECT_EQ(narrowed[0].region, "ap-south-1");
  EXPECT_THROW(accounts::places(*directory, {"nobody"}), NotFound);
}

}  // namespace
}  // namespace tidegate::aws
