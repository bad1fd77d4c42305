#include "aws/operations/table.h"

namespace tidegate::aws {

const Service& ssm() {
  static const Service service(
      {.id = "SSM",
       .model = "ssm",
       .endpoint_prefix = "ssm",
       .signing_name = "ssm",
       .protocol = Protocol::kJson,
       .api_version = "2014-11-06",
       .target_prefix = "AmazonSSM",
       .json_version = "1.1"},
      {
          {.name = "GetParameter",
           .effect = Effect::kRead,
           .input = R"({Name! WithDecryption:b})",
           .output = R"({Parameter{Name Type Value Version:i LastModifiedDate:t ARN DataType}})",
           .iam = {.action = "ssm:GetParameter",
                   .resource = "arn:{partition}:ssm:{region}:{account}:parameter/{Name}"}},
          {.name = "GetParameters",
           .effect = Effect::kRead,
           .input = R"({Names![] WithDecryption:b})",
           .output =
               R"({Parameters[{Name Type Value Version:i LastModifiedDate:t ARN}] InvalidParameters[]})",
           .iam = {.action = "ssm:GetParameters",
                   .resource = "arn:{partition}:ssm:{region}:{account}:parameter/*"}},
          {.name = "GetParametersByPath",
           .effect = Effect::kRead,
           .input = R"({Path! Recursive:b WithDecryption:b MaxResults:i NextToken})",
           .output = R"({Parameters[{Name Type Value Version:i LastModifiedDate:t ARN}] NextToken})",
           .pages = {.input_token = "NextToken",
                     .output_token = "NextToken",
                     .items = "Parameters",
                     .page_size = "MaxResults"},
           .iam = {.action = "ssm:GetParametersByPath",
                   .resource = "arn:{partition}:ssm:{region}:{account}:parameter/*"}},
          {.name = "DescribeParameters",
           .effect = Effect::kRead,
           .input = R"({ParameterFilters[{Key! Option Values[]}] MaxResults:i NextToken})",
           .output =
               R"({Parameters[{Name Type KeyId LastModifiedDate:t Description Version:i Tier}] NextToken})",
           .pages = {.input_token = "NextToken",
                     .output_token = "NextToken",
                     .items = "Parameters",
                     .page_size = "MaxResults"},
           .iam = {.action = "ssm:DescribeParameters"}},
          {.name = "PutParameter",
           .effect = Effect::kWrite,
           .input = R"({Name! Description Value! Type KeyId Overwrite:b Tags[{Key! Value!}] Tier})",
           .output = R"({Version:i Tier})",
           .iam = {.action = "ssm:PutParameter",
                   .resource = "arn:{partition}:ssm:{region}:{account}:parameter/*"}},
          {.name = "DeleteParameter",
           .effect = Effect::kIdempotentWrite,
           .input = R"({Name!})",
           .iam = {.action = "ssm:DeleteParameter",
                   .resource = "arn:{partition}:ssm:{region}:{account}:parameter/*"}},
          {.name = "SendCommand",
           .effect = Effect::kWrite,
           .input =
               R"({InstanceIds[] Targets[{Key Values[]}] DocumentName! TimeoutSeconds:i Comment Parameters<[]>
        MaxConcurrency MaxErrors})",
           .output = R"({Command{CommandId RequestedDateTime:t Status}})",
           .iam = {.action = "ssm:SendCommand", .resource = "*"}},
          {.name = "GetCommandInvocation",
           .effect = Effect::kRead,
           .input = R"({CommandId! InstanceId!})",
           .output = R"({CommandId InstanceId ResponseCode:i Status StatusDetails StandardOutputContent
        StandardErrorContent})",
           .iam = {.action = "ssm:GetCommandInvocation", .resource = "*"}},
          {.name = "DescribeInstanceInformation",
           .effect = Effect::kRead,
           .input = R"({Filters[{Key! Values![]}] MaxResults:i NextToken})",
           .output =
               R"({InstanceInformationList[{InstanceId PingStatus LastPingDateTime:t AgentVersion PlatformType
        PlatformName}] NextToken})",
           .pages = {.input_token = "NextToken",
                     .output_token = "NextToken",
                     .items = "InstanceInformationList",
                     .page_size = "MaxResults"},
           .iam = {.action = "ssm:DescribeInstanceInformation"}},
      });
  return service;
}

}  // namespace tidegate::aws
