#include "aws/operations/table.h"

namespace tidegate::aws {

const Service& sts() {
  static const Service service(
      {.id = "STS",
       .model = "sts",
       .endpoint_prefix = "sts",
       .signing_name = "sts",
       .protocol = Protocol::kQuery,
       .api_version = "2011-06-15"},
      {
          {.name = "GetCallerIdentity",
           .effect = Effect::kRead,
           .input = R"({})",
           .output = R"({UserId Account Arn})",
           .iam = {.action = "sts:GetCallerIdentity"}},
          {.name = "AssumeRole",
           .effect = Effect::kRead,
           .input =
               R"({RoleArn! RoleSessionName! Policy DurationSeconds:i Tags[{Key! Value!}] TransitiveTagKeys[]
        ExternalId SourceIdentity})",
           .output =
               R"({Credentials{AccessKeyId SecretAccessKey SessionToken Expiration:t} AssumedRoleUser{AssumedRoleId
        Arn}})",
           .iam = {.action = "sts:AssumeRole", .resource = "{RoleArn}", .also = {"sts:TagSession"}}},
          {.name = "AssumeRoleWithWebIdentity",
           .effect = Effect::kRead,
           .input = R"({RoleArn! RoleSessionName! WebIdentityToken! DurationSeconds:i})",
           .output =
               R"({Credentials{AccessKeyId SecretAccessKey SessionToken Expiration:t} AssumedRoleUser{AssumedRoleId
        Arn}})",
           .iam = {.action = "sts:AssumeRoleWithWebIdentity"}},
      });
  return service;
}

}  // namespace tidegate::aws
