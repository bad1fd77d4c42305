#include "aws/operations/table.h"

namespace tidegate::aws {

const Service& sns() {
  static const Service service(
      {.id = "SNS",
       .model = "sns",
       .endpoint_prefix = "sns",
       .signing_name = "sns",
       .protocol = Protocol::kQuery,
       .api_version = "2010-03-31"},
      {
          {.name = "Publish",
           .effect = Effect::kWrite,
           .input = R"({TopicArn TargetArn PhoneNumber Message! Subject MessageStructure
        MessageAttributes<Name,Value|{DataType! StringValue BinaryValue:x}> MessageDeduplicationId
        MessageGroupId})",
           .output = R"({MessageId SequenceNumber})",
           .iam = {.action = "sns:Publish", .resource = "*"}},
          {.name = "PublishBatch",
           .effect = Effect::kWrite,
           .input =
               R"({TopicArn! PublishBatchRequestEntries![{Id! Message! Subject MessageAttributes<Name,Value|{DataType!
        StringValue BinaryValue:x}>}]})",
           .output = R"({Successful[{Id MessageId SequenceNumber}] Failed[{Id Code Message SenderFault:b}]})",
           .iam = {.action = "sns:PublishBatch", .resource = "{TopicArn}"}},
          {.name = "CreateTopic",
           .effect = Effect::kIdempotentWrite,
           .input = R"({Name! Attributes<> Tags[{Key! Value!}]})",
           .output = R"({TopicArn})",
           .iam = {.action = "sns:CreateTopic", .resource = "arn:{partition}:sns:{region}:{account}:{Name}"}},
          {.name = "ListTopics",
           .effect = Effect::kRead,
           .input = R"({NextToken})",
           .output = R"({Topics[{TopicArn}] NextToken})",
           .pages = {.input_token = "NextToken", .output_token = "NextToken", .items = "Topics"},
           .iam = {.action = "sns:ListTopics"}},
          {.name = "Subscribe",
           .effect = Effect::kIdempotentWrite,
           .input = R"({TopicArn! Protocol! Endpoint Attributes<> ReturnSubscriptionArn:b})",
           .output = R"({SubscriptionArn})",
           .iam = {.action = "sns:Subscribe", .resource = "{TopicArn}"}},
          {.name = "ConfirmSubscription",
           .effect = Effect::kIdempotentWrite,
           .input = R"({TopicArn! Token! AuthenticateOnUnsubscribe})",
           .output = R"({SubscriptionArn})",
           .iam = {.action = "sns:ConfirmSubscription", .resource = "{TopicArn}"}},
          {.name = "ListSubscriptionsByTopic",
           .effect = Effect::kRead,
           .input = R"({TopicArn! NextToken})",
           .output = R"({Subscriptions[{SubscriptionArn Owner Protocol Endpoint TopicArn}] NextToken})",
           .pages = {.input_token = "NextToken", .output_token = "NextToken", .items = "Subscriptions"},
           .iam = {.action = "sns:ListSubscriptionsByTopic", .resource = "{TopicArn}"}},
          {.name = "GetTopicAttributes",
           .effect = Effect::kRead,
           .input = R"({TopicArn!})",
           .output = R"({Attributes<>})",
           .iam = {.action = "sns:GetTopicAttributes", .resource = "{TopicArn}"}},
      });
  return service;
}

}  // namespace tidegate::aws
