#include "aws/operations/table.h"

namespace tidegate::aws {

const Service& sqs() {
  static const Service service(
      {.id = "SQS",
       .model = "sqs",
       .endpoint_prefix = "sqs",
       .signing_name = "sqs",
       .protocol = Protocol::kJson,
       .api_version = "2012-11-05",
       .target_prefix = "AmazonSQS",
       .json_version = "1.0",
       .query_compatible = true},
      {
          {.name = "SendMessage",
           .effect = Effect::kWrite,
           .input = R"({QueueUrl! MessageBody! DelaySeconds:i MessageAttributes*<{StringValue BinaryValue:x
        StringListValues*[] BinaryListValues*[:x] DataType!}> MessageDeduplicationId MessageGroupId})",
           .output = R"({MD5OfMessageBody MessageId SequenceNumber})",
           .iam = {.action = "sqs:SendMessage", .resource = "arn:{partition}:sqs:{region}:{account}:*"}},
          {.name = "SendMessageBatch",
           .effect = Effect::kWrite,
           .input =
               R"({QueueUrl! Entries!*[{Id! MessageBody! DelaySeconds:i MessageDeduplicationId MessageGroupId}]})",
           .output =
               R"({Successful*[{Id MessageId MD5OfMessageBody MD5OfMessageAttributes MD5OfMessageSystemAttributes
        SequenceNumber}] Failed*[{Id SenderFault:b Code Message}]})",
           .iam = {.action = "sqs:SendMessage", .resource = "arn:{partition}:sqs:{region}:{account}:*"}},
          {.name = "ReceiveMessage",
           .effect = Effect::kRead,
           .input =
               R"({QueueUrl! MessageSystemAttributeNames*[] MessageAttributeNames*[] MaxNumberOfMessages:i
        VisibilityTimeout:i WaitTimeSeconds:i ReceiveRequestAttemptId})",
           .output =
               R"({Messages*[{MessageId ReceiptHandle MD5OfBody Body Attributes*<> MessageAttributes*<{StringValue
        BinaryValue:x StringListValues*[] BinaryListValues*[:x] DataType}>}]})",
           .iam = {.action = "sqs:ReceiveMessage", .resource = "arn:{partition}:sqs:{region}:{account}:*"}},
          {.name = "DeleteMessage",
           .effect = Effect::kIdempotentWrite,
           .input = R"({QueueUrl! ReceiptHandle!})",
           .iam = {.action = "sqs:DeleteMessage", .resource = "arn:{partition}:sqs:{region}:{account}:*"}},
          {.name = "DeleteMessageBatch",
           .effect = Effect::kIdempotentWrite,
           .input = R"({QueueUrl! Entries!*[{Id! ReceiptHandle!}]})",
           .output = R"({Successful*[{Id}] Failed*[{Id SenderFault:b Code Message}]})",
           .iam = {.action = "sqs:DeleteMessage", .resource = "arn:{partition}:sqs:{region}:{account}:*"}},
          {.name = "ChangeMessageVisibility",
           .effect = Effect::kIdempotentWrite,
           .input = R"({QueueUrl! ReceiptHandle! VisibilityTimeout!:i})",
           .iam = {.action = "sqs:ChangeMessageVisibility",
                   .resource = "arn:{partition}:sqs:{region}:{account}:*"}},
          {.name = "ChangeMessageVisibilityBatch",
           .effect = Effect::kIdempotentWrite,
           .input = R"({QueueUrl! Entries!*[{Id! ReceiptHandle! VisibilityTimeout:i}]})",
           .output = R"({Successful*[{Id}] Failed*[{Id SenderFault:b Code Message}]})",
           .iam = {.action = "sqs:ChangeMessageVisibility",
                   .resource = "arn:{partition}:sqs:{region}:{account}:*"}},
          {.name = "GetQueueAttributes",
           .effect = Effect::kRead,
           .input = R"({QueueUrl! AttributeNames*[]})",
           .output = R"({Attributes*<>})",
           .iam = {.action = "sqs:GetQueueAttributes",
                   .resource = "arn:{partition}:sqs:{region}:{account}:*"}},
          {.name = "GetQueueUrl",
           .effect = Effect::kRead,
           .input = R"({QueueName! QueueOwnerAWSAccountId})",
           .output = R"({QueueUrl})",
           .iam = {.action = "sqs:GetQueueUrl",
                   .resource = "arn:{partition}:sqs:{region}:{account}:{QueueName}"}},
          {.name = "ListQueues",
           .effect = Effect::kRead,
           .input = R"({QueueNamePrefix NextToken MaxResults:i})",
           .output = R"({QueueUrls*[] NextToken})",
           .pages = {.input_token = "NextToken",
                     .output_token = "NextToken",
                     .items = "QueueUrls",
                     .page_size = "MaxResults"},
           .iam = {.action = "sqs:ListQueues", .resource = "*"}},
          {.name = "SetQueueAttributes",
           .effect = Effect::kIdempotentWrite,
           .input = R"({QueueUrl! Attributes!*<>})",
           .iam = {.action = "sqs:SetQueueAttributes",
                   .resource = "arn:{partition}:sqs:{region}:{account}:*"}},
      });
  return service;
}

}  // namespace tidegate::aws
