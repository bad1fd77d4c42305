#include "aws/operations/table.h"

namespace tidegate::aws {

const Service& dynamodb() {
  static const Service service(
      {.id = "DynamoDB",
       .model = "dynamodb",
       .endpoint_prefix = "dynamodb",
       .signing_name = "dynamodb",
       .protocol = Protocol::kJson,
       .api_version = "2012-08-10",
       .target_prefix = "DynamoDB_20120810",
       .json_version = "1.0"},
      {
          {.name = "GetItem",
           .effect = Effect::kRead,
           .input = R"({TableName! Key!<:j> ConsistentRead:b ReturnConsumedCapacity ProjectionExpression
        ExpressionAttributeNames<>})",
           .output = R"({Item<:j>})",
           .iam = {.action = "dynamodb:GetItem",
                   .resource = "arn:{partition}:dynamodb:{region}:{account}:table/{TableName}"}},
          {.name = "Query",
           .effect = Effect::kRead,
           .input =
               R"({TableName! IndexName Select Limit:i ConsistentRead:b ScanIndexForward:b ExclusiveStartKey<:j>
        ProjectionExpression FilterExpression KeyConditionExpression ExpressionAttributeNames<>
        ExpressionAttributeValues<:j>})",
           .output = R"({Items[<:j>] Count:i ScannedCount:i LastEvaluatedKey<:j>})",
           .pages = {.input_token = "ExclusiveStartKey",
                     .output_token = "LastEvaluatedKey",
                     .items = "Items",
                     .page_size = "Limit"},
           .iam = {.action = "dynamodb:Query",
                   .resource = "arn:{partition}:dynamodb:{region}:{account}:table/{TableName}"}},
          {.name = "Scan",
           .effect = Effect::kRead,
           .input =
               R"({TableName! IndexName Limit:i ExclusiveStartKey<:j> ProjectionExpression FilterExpression
        ExpressionAttributeNames<> ExpressionAttributeValues<:j> ConsistentRead:b})",
           .output = R"({Items[<:j>] Count:i ScannedCount:i LastEvaluatedKey<:j>})",
           .pages = {.input_token = "ExclusiveStartKey",
                     .output_token = "LastEvaluatedKey",
                     .items = "Items",
                     .page_size = "Limit"},
           .iam = {.action = "dynamodb:Scan",
                   .resource = "arn:{partition}:dynamodb:{region}:{account}:table/{TableName}"}},
          {.name = "PutItem",
           .effect = Effect::kWrite,
           .input = R"({TableName! Item!<:j> ReturnValues ConditionExpression ExpressionAttributeNames<>
        ExpressionAttributeValues<:j> ReturnValuesOnConditionCheckFailure})",
           .output = R"({Attributes<:j>})",
           .retried = {"ReplicatedWriteConflictException"},
           .iam = {.action = "dynamodb:PutItem",
                   .resource = "arn:{partition}:dynamodb:{region}:{account}:table/{TableName}"}},
          {.name = "UpdateItem",
           .effect = Effect::kWrite,
           .input =
               R"({TableName! Key!<:j> ReturnValues UpdateExpression ConditionExpression ExpressionAttributeNames<>
        ExpressionAttributeValues<:j> ReturnValuesOnConditionCheckFailure})",
           .output = R"({Attributes<:j>})",
           .retried = {"ReplicatedWriteConflictException"},
           .iam = {.action = "dynamodb:UpdateItem",
                   .resource = "arn:{partition}:dynamodb:{region}:{account}:table/{TableName}"}},
          {.name = "DeleteItem",
           .effect = Effect::kWrite,
           .input = R"({TableName! Key!<:j> ReturnValues ConditionExpression ExpressionAttributeNames<>
        ExpressionAttributeValues<:j> ReturnValuesOnConditionCheckFailure})",
           .output = R"({Attributes<:j>})",
           .retried = {"ReplicatedWriteConflictException"},
           .iam = {.action = "dynamodb:DeleteItem",
                   .resource = "arn:{partition}:dynamodb:{region}:{account}:table/{TableName}"}},
          {.name = "BatchGetItem",
           .effect = Effect::kRead,
           .input = R"({RequestItems!<{Keys![<:j>] AttributesToGet[] ConsistentRead:b ProjectionExpression
        ExpressionAttributeNames<>}>})",
           .output = R"({Responses<[<:j>]> UnprocessedKeys<{Keys[<:j>] AttributesToGet[] ConsistentRead:b
        ProjectionExpression ExpressionAttributeNames<>}>})",
           .iam = {.action = "dynamodb:BatchGetItem",
                   .resource = "arn:{partition}:dynamodb:{region}:{account}:table/{TableName}"}},
          {.name = "BatchWriteItem",
           .effect = Effect::kIdempotentWrite,
           .input = R"({RequestItems!<[{PutRequest{Item!<:j>} DeleteRequest{Key!<:j>}}]>})",
           .output = R"({UnprocessedItems<[{PutRequest{Item<:j>} DeleteRequest{Key<:j>}}]>})",
           .retried = {"ReplicatedWriteConflictException"},
           .iam = {.action = "dynamodb:BatchWriteItem",
                   .resource = "arn:{partition}:dynamodb:{region}:{account}:table/{TableName}"}},
          {.name = "TransactGetItems",
           .effect = Effect::kRead,
           .input =
               R"({TransactItems![{Get!{Key!<:j> TableName! ProjectionExpression ExpressionAttributeNames<>}}]})",
           .output = R"({Responses[{Item<:j>}]})",
           .iam = {.action = "dynamodb:GetItem",
                   .resource = "arn:{partition}:dynamodb:{region}:{account}:table/{TableName}"}},
          {.name = "TransactWriteItems",
           .effect = Effect::kIdempotentWrite,
           .input =
               R"({TransactItems![{ConditionCheck{Key!<:j> TableName! ConditionExpression! ExpressionAttributeNames<>
        ExpressionAttributeValues<:j> ReturnValuesOnConditionCheckFailure} Put{Item!<:j> TableName!
        ConditionExpression ExpressionAttributeNames<> ExpressionAttributeValues<:j>
        ReturnValuesOnConditionCheckFailure} Delete{Key!<:j> TableName! ConditionExpression
        ExpressionAttributeNames<> ExpressionAttributeValues<:j> ReturnValuesOnConditionCheckFailure}
        Update{Key!<:j> UpdateExpression! TableName! ConditionExpression ExpressionAttributeNames<>
        ExpressionAttributeValues<:j> ReturnValuesOnConditionCheckFailure}}] ClientRequestToken})",
           .idempotency_token = "ClientRequestToken",
           .iam = {.action = "dynamodb:PutItem",
                   .resource = "arn:{partition}:dynamodb:{region}:{account}:table/{TableName}",
                   .also = {"dynamodb:DeleteItem", "dynamodb:ConditionCheckItem"}}},
          {.name = "DescribeTable",
           .effect = Effect::kRead,
           .input = R"({TableName!})",
           .output =
               R"({Table{AttributeDefinitions[{AttributeName AttributeType}] TableName KeySchema[{AttributeName
        KeyType}] TableStatus CreationDateTime:t TableSizeBytes:i ItemCount:i TableArn
        BillingModeSummary{BillingMode LastUpdateToPayPerRequestDateTime:t} DeletionProtectionEnabled:b}})",
           .iam = {.action = "dynamodb:DescribeTable",
                   .resource = "arn:{partition}:dynamodb:{region}:{account}:table/{TableName}"}},
          {.name = "CreateTable",
           .effect = Effect::kWrite,
           .input =
               R"({AttributeDefinitions[{AttributeName! AttributeType!}] TableName! KeySchema[{AttributeName!
        KeyType!}] BillingMode SSESpecification{Enabled:b SSEType KMSMasterKeyId} Tags[{Key! Value!}]
        DeletionProtectionEnabled:b})",
           .output = R"({TableDescription{TableName TableStatus TableArn}})",
           .iam = {.action = "dynamodb:CreateTable",
                   .resource = "arn:{partition}:dynamodb:{region}:{account}:table/{TableName}"}},
          {.name = "UpdateTimeToLive",
           .effect = Effect::kIdempotentWrite,
           .input = R"({TableName! TimeToLiveSpecification!{Enabled!:b AttributeName!}})",
           .output = R"({TimeToLiveSpecification{Enabled:b AttributeName}})",
           .iam = {.action = "dynamodb:UpdateTimeToLive",
                   .resource = "arn:{partition}:dynamodb:{region}:{account}:table/{TableName}"}},
          {.name = "DescribeTimeToLive",
           .effect = Effect::kRead,
           .input = R"({TableName!})",
           .output = R"({TimeToLiveDescription{TimeToLiveStatus AttributeName}})",
           .iam = {.action = "dynamodb:DescribeTimeToLive",
                   .resource = "arn:{partition}:dynamodb:{region}:{account}:table/{TableName}"}},
          {.name = "DescribeContinuousBackups",
           .effect = Effect::kRead,
           .input = R"({TableName!})",
           .output = R"({ContinuousBackupsDescription{ContinuousBackupsStatus
        PointInTimeRecoveryDescription{PointInTimeRecoveryStatus RecoveryPeriodInDays:i
        EarliestRestorableDateTime:t LatestRestorableDateTime:t}}})",
           .iam = {.action = "dynamodb:DescribeContinuousBackups",
                   .resource = "arn:{partition}:dynamodb:{region}:{account}:table/{TableName}"}},
          {.name = "UpdateContinuousBackups",
           .effect = Effect::kIdempotentWrite,
           .input =
               R"({TableName! PointInTimeRecoverySpecification!{PointInTimeRecoveryEnabled!:b RecoveryPeriodInDays:i}})",
           .output = R"({ContinuousBackupsDescription{ContinuousBackupsStatus
        PointInTimeRecoveryDescription{PointInTimeRecoveryStatus RecoveryPeriodInDays:i
        EarliestRestorableDateTime:t LatestRestorableDateTime:t}}})",
           .iam = {.action = "dynamodb:UpdateContinuousBackups",
                   .resource = "arn:{partition}:dynamodb:{region}:{account}:table/{TableName}"}},
      });
  return service;
}

}  // namespace tidegate::aws
