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
      });
  return service;
}

}  // namespace tidegate::aws
