#include "aws/operations/table.h"

namespace tidegate::aws {

const Service& secrets_manager() {
  static const Service service(
      {.id = "Secrets Manager",
       .model = "secretsmanager",
       .endpoint_prefix = "secretsmanager",
       .signing_name = "secretsmanager",
       .protocol = Protocol::kJson,
       .api_version = "2017-10-17",
       .target_prefix = "secretsmanager",
       .json_version = "1.1"},
      {
          {.name = "GetSecretValue",
           .effect = Effect::kRead,
           .input = R"({SecretId! VersionId VersionStage})",
           .output = R"({ARN Name VersionId SecretBinary:x SecretString VersionStages[] CreatedDate:t})",
           .iam = {.action = "secretsmanager:GetSecretValue",
                   .resource = "arn:{partition}:secretsmanager:{region}:{account}:secret:{SecretId}-??????"}},
          {.name = "DescribeSecret",
           .effect = Effect::kRead,
           .input = R"({SecretId!})",
           .output =
               R"({ARN Name Description RotationEnabled:b RotationLambdaARN RotationRules{AutomaticallyAfterDays:i
        Duration ScheduleExpression} LastRotatedDate:t LastChangedDate:t LastAccessedDate:t
        NextRotationDate:t Tags[{Key Value}] VersionIdsToStages<[]>})",
           .iam = {.action = "secretsmanager:DescribeSecret",
                   .resource = "arn:{partition}:secretsmanager:{region}:{account}:secret:*"}},
          {.name = "ListSecrets",
           .effect = Effect::kRead,
           .input = R"({IncludePlannedDeletion:b MaxResults:i NextToken Filters[{Key Values[]}] SortOrder})",
           .output =
               R"({SecretList[{ARN Name Description RotationEnabled:b LastRotatedDate:t LastChangedDate:t
        LastAccessedDate:t Tags[{Key Value}]}] NextToken})",
           .pages = {.input_token = "NextToken",
                     .output_token = "NextToken",
                     .items = "SecretList",
                     .page_size = "MaxResults"},
           .iam = {.action = "secretsmanager:ListSecrets"}},
          {.name = "PutSecretValue",
           .effect = Effect::kIdempotentWrite,
           .input = R"({SecretId! ClientRequestToken SecretString VersionStages[]})",
           .output = R"({ARN Name VersionId VersionStages[]})",
           .idempotency_token = "ClientRequestToken",
           .iam = {.action = "secretsmanager:PutSecretValue",
                   .resource = "arn:{partition}:secretsmanager:{region}:{account}:secret:*"}},
          {.name = "RotateSecret",
           .effect = Effect::kIdempotentWrite,
           .input = R"({SecretId! ClientRequestToken RotationLambdaARN RotateImmediately:b})",
           .output = R"({ARN Name VersionId})",
           .idempotency_token = "ClientRequestToken",
           .iam = {.action = "secretsmanager:RotateSecret",
                   .resource = "arn:{partition}:secretsmanager:{region}:{account}:secret:*"}},
      });
  return service;
}

}  // namespace tidegate::aws
