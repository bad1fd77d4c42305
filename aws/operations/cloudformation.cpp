#include "aws/operations/table.h"

namespace tidegate::aws {

const Service& cloudformation() {
  static const Service service(
      {.id = "CloudFormation",
       .model = "cloudformation",
       .endpoint_prefix = "cloudformation",
       .signing_name = "cloudformation",
       .protocol = Protocol::kQuery,
       .api_version = "2010-05-15"},
      {
          {.name = "DescribeStacks",
           .effect = Effect::kRead,
           .input = R"({StackName NextToken})",
           .output =
               R"({Stacks[{StackId StackName Description Parameters[{ParameterKey ParameterValue}] CreationTime:t
        LastUpdatedTime:t StackStatus StackStatusReason Outputs[{OutputKey OutputValue Description
        ExportName}] Tags[{Key Value}] DriftInformation{StackDriftStatus LastCheckTimestamp:t}}] NextToken})",
           .pages = {.input_token = "NextToken", .output_token = "NextToken", .items = "Stacks"},
           .iam = {.action = "cloudformation:DescribeStacks",
                   .resource = "arn:{partition}:cloudformation:{region}:{account}:stack/{StackName}/*"}},
          {.name = "DescribeStackEvents",
           .effect = Effect::kRead,
           .input = R"({StackName! NextToken})",
           .output =
               R"({StackEvents[{EventId StackName LogicalResourceId PhysicalResourceId ResourceType Timestamp:t
        ResourceStatus ResourceStatusReason}] NextToken})",
           .pages = {.input_token = "NextToken", .output_token = "NextToken", .items = "StackEvents"},
           .iam = {.action = "cloudformation:DescribeStackEvents",
                   .resource = "arn:{partition}:cloudformation:{region}:{account}:stack/{StackName}/*"}},
          {.name = "ListStacks",
           .effect = Effect::kRead,
           .input = R"({NextToken StackStatusFilter[]})",
           .output = R"({StackSummaries[{StackId StackName CreationTime:t LastUpdatedTime:t StackStatus
        DriftInformation{StackDriftStatus LastCheckTimestamp:t}}] NextToken})",
           .pages = {.input_token = "NextToken", .output_token = "NextToken", .items = "StackSummaries"},
           .iam = {.action = "cloudformation:ListStacks"}},
          {.name = "ListStackResources",
           .effect = Effect::kRead,
           .input = R"({StackName! NextToken})",
           .output =
               R"({StackResourceSummaries[{LogicalResourceId PhysicalResourceId ResourceType LastUpdatedTimestamp:t
        ResourceStatus}] NextToken})",
           .pages = {.input_token = "NextToken",
                     .output_token = "NextToken",
                     .items = "StackResourceSummaries"},
           .iam = {.action = "cloudformation:ListStackResources",
                   .resource = "arn:{partition}:cloudformation:{region}:{account}:stack/{StackName}/*"}},
          {.name = "GetTemplate",
           .effect = Effect::kRead,
           .input = R"({StackName ChangeSetName TemplateStage})",
           .output = R"({TemplateBody})",
           .iam = {.action = "cloudformation:GetTemplate",
                   .resource = "arn:{partition}:cloudformation:{region}:{account}:stack/{StackName}/*"}},
          {.name = "CreateChangeSet",
           .effect = Effect::kIdempotentWrite,
           .input =
               R"({StackName! TemplateBody TemplateURL UsePreviousTemplate:b Parameters[{ParameterKey ParameterValue
        UsePreviousValue:b}] Capabilities[] Tags[{Key! Value!}] ChangeSetName! ClientToken Description
        ChangeSetType})",
           .output = R"({Id StackId})",
           .iam = {.action = "cloudformation:CreateChangeSet",
                   .resource = "arn:{partition}:cloudformation:{region}:{account}:stack/{StackName}/*"}},
          {.name = "DescribeChangeSet",
           .effect = Effect::kRead,
           .input = R"({ChangeSetName! StackName NextToken})",
           .output =
               R"({ChangeSetName ChangeSetId StackId StackName ExecutionStatus Status StatusReason Changes[{Type
        ResourceChange{Action LogicalResourceId PhysicalResourceId ResourceType Replacement Scope[]}}]
        NextToken})",
           .pages = {.input_token = "NextToken", .output_token = "NextToken", .items = "Changes"},
           .iam = {.action = "cloudformation:DescribeChangeSet",
                   .resource = "arn:{partition}:cloudformation:{region}:{account}:stack/{StackName}/*"}},
          {.name = "ExecuteChangeSet",
           .effect = Effect::kIdempotentWrite,
           .input = R"({ChangeSetName! StackName ClientRequestToken})",
           .iam = {.action = "cloudformation:ExecuteChangeSet",
                   .resource = "arn:{partition}:cloudformation:{region}:{account}:stack/{StackName}/*"}},
          {.name = "DeleteChangeSet",
           .effect = Effect::kIdempotentWrite,
           .input = R"({ChangeSetName! StackName})",
           .iam = {.action = "cloudformation:DeleteChangeSet",
                   .resource = "arn:{partition}:cloudformation:{region}:{account}:stack/{StackName}/*"}},
          {.name = "UpdateStack",
           .effect = Effect::kIdempotentWrite,
           .input =
               R"({StackName! TemplateBody TemplateURL UsePreviousTemplate:b Parameters[{ParameterKey ParameterValue
        UsePreviousValue:b}] Capabilities[] Tags[{Key! Value!}] ClientRequestToken})",
           .output = R"({StackId})",
           .iam = {.action = "cloudformation:UpdateStack",
                   .resource = "arn:{partition}:cloudformation:{region}:{account}:stack/{StackName}/*"}},
          {.name = "ValidateTemplate",
           .effect = Effect::kRead,
           .input = R"({TemplateBody TemplateURL})",
           .output =
               R"({Parameters[{ParameterKey DefaultValue NoEcho:b Description}] Description Capabilities[]
        CapabilitiesReason})",
           .iam = {.action = "cloudformation:ValidateTemplate", .resource = "*"}},
          {.name = "DetectStackDrift",
           .effect = Effect::kIdempotentWrite,
           .input = R"({StackName! LogicalResourceIds[]})",
           .output = R"({StackDriftDetectionId})",
           .iam = {.action = "cloudformation:DetectStackDrift",
                   .resource = "arn:{partition}:cloudformation:{region}:{account}:stack/{StackName}/*"}},
          {.name = "DescribeStackDriftDetectionStatus",
           .effect = Effect::kRead,
           .input = R"({StackDriftDetectionId!})",
           .output = R"({StackId StackDriftDetectionId StackDriftStatus DetectionStatus DetectionStatusReason
        DriftedStackResourceCount:i Timestamp:t})",
           .iam = {.action = "cloudformation:DescribeStackDriftDetectionStatus"}},
      });
  return service;
}

}  // namespace tidegate::aws
