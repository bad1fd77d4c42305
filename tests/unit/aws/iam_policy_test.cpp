#include "aws/iam/policy.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>

#include "services/error.h"

namespace tidegate::aws {
namespace {

using nlohmann::json;

json statement_for(const json& policy, const std::string& action) {
  for (const auto& statement : policy["Statement"]) {
    for (const auto& allowed : statement["Action"]) {
      if (allowed == action) return statement;
    }
  }
  return {};
}

TEST(IamPolicy, NamesWhatIsKnownAndLeavesTheRestOpen) {
  const PolicyScope scope{.partition = "aws-cn",
                          .account = "111122223333",
                          .region = "cn-north-1",
                          .names = {{"TableName", {"tidegate"}},
                                    {"RoleArn", {"arn:aws-cn:iam::1:role/x", "arn:aws-cn:iam::2:role/x"}},
                                    {"FunctionName", {"forecast", "arn:aws-cn:lambda:a:1:function:f"}},
                                    {"Name", {"/app/slack"}}}};

  const auto policy = iam_policy(features_named({"state", "scaling", "accounts", "references"}), scope);

  EXPECT_EQ(statement_for(policy, "dynamodb:GetItem")["Resource"],
            "arn:aws-cn:dynamodb:cn-north-1:111122223333:table/tidegate");
  EXPECT_EQ(statement_for(policy, "eks:UpdateNodegroupConfig")["Resource"],
            "arn:aws-cn:eks:cn-north-1:111122223333:nodegroup/*/*/*");
  EXPECT_EQ(statement_for(policy, "sts:AssumeRole")["Resource"],
            json({"arn:aws-cn:iam::1:role/x", "arn:aws-cn:iam::2:role/x"}));
  EXPECT_EQ(statement_for(policy, "lambda:InvokeFunction")["Resource"],
            json({"arn:aws-cn:lambda:a:1:function:f",
                  "arn:aws-cn:lambda:cn-north-1:111122223333:function:forecast"}));
  EXPECT_EQ(statement_for(policy, "ssm:GetParameter")["Resource"],
            "arn:aws-cn:ssm:cn-north-1:111122223333:parameter/app/slack");
  EXPECT_EQ(statement_for(policy, "secretsmanager:GetSecretValue")["Resource"],
            "arn:aws-cn:secretsmanager:cn-north-1:111122223333:secret:*-??????");
}

TEST(IamPolicy, AllowsNothingOfFeaturesThatAreOff) {
  const auto policy = iam_policy(features_named({"alerts-sms"}), {});

  ASSERT_EQ(policy["Statement"].size(), 1U);
  EXPECT_EQ(policy["Statement"][0]["Action"], json({"sns:Publish"}));
  EXPECT_TRUE(statement_for(policy, "dynamodb:GetItem").is_null());
}

TEST(IamPolicy, HoldsNoWildcardActionAndEachActionOncePerResource) {
  const auto policy = iam_policy(all_features(), {});
  std::set<std::pair<std::string, std::string>> seen;

  for (const auto& statement : policy["Statement"]) {
    EXPECT_EQ(statement["Effect"], "Allow");
    for (const auto& action : statement["Action"]) {
      EXPECT_THAT(action.get<std::string>(), testing::Not(testing::HasSubstr("*")));
      EXPECT_TRUE(seen.emplace(action, statement["Resource"].dump()).second);
    }
  }
}

TEST(IamPolicy, TellsWhichFeaturesThereAre) {
  try {
    features_named({"scalling"});
    FAIL();
  } catch (const InvalidRequest& refused) {
    EXPECT_THAT(refused.what(), testing::HasSubstr("scaling"));
  }
}

}  // namespace
}  // namespace tidegate::aws
