#include "aws/operations/table.h"

namespace tidegate::aws {

const Service& cloudwatch() {
  static const Service service(
      {.id = "CloudWatch",
       .model = "cloudwatch",
       .endpoint_prefix = "monitoring",
       .signing_name = "monitoring",
       .protocol = Protocol::kJson,
       .api_version = "2010-08-01",
       .target_prefix = "GraniteServiceVersion20100801",
       .json_version = "1.0",
       .query_compatible = true},
      {
          {.name = "GetMetricData",
           .effect = Effect::kRead,
           .input =
               R"({MetricDataQueries![{Id! MetricStat{Metric!{Namespace MetricName Dimensions[{Name! Value!}]}
        Period!:i Stat! Unit} Expression Label ReturnData:b Period:i AccountId}] StartTime!:t EndTime!:t
        NextToken ScanBy MaxDatapoints:i})",
           .output =
               R"({MetricDataResults[{Id Label Timestamps[:t] Values[:f] StatusCode Messages[{Code Value}]}] NextToken
        Messages[{Code Value}]})",
           .pages = {.input_token = "NextToken",
                     .output_token = "NextToken",
                     .items = "MetricDataResults",
                     .page_size = "MaxDatapoints"},
           .iam = {.action = "cloudwatch:GetMetricData"}},
          {.name = "ListMetrics",
           .effect = Effect::kRead,
           .input = R"({Namespace MetricName Dimensions[{Name! Value}] NextToken RecentlyActive})",
           .output = R"({Metrics[{Namespace MetricName Dimensions[{Name Value}]}] NextToken})",
           .pages = {.input_token = "NextToken", .output_token = "NextToken", .items = "Metrics"},
           .iam = {.action = "cloudwatch:ListMetrics"}},
          {.name = "PutMetricData",
           .effect = Effect::kWrite,
           .input = R"({Namespace! MetricData[{MetricName! Dimensions[{Name! Value!}] Timestamp:t Value:f
        StatisticValues{SampleCount!:f Sum!:f Minimum!:f Maximum!:f} Values[:f] Counts[:f] Unit
        StorageResolution:i}]})",
           .iam = {.action = "cloudwatch:PutMetricData"}},
          {.name = "DescribeAlarms",
           .effect = Effect::kRead,
           .input = R"({AlarmNames[] AlarmNamePrefix AlarmTypes[] StateValue MaxRecords:i NextToken})",
           .output =
               R"({CompositeAlarms[{ActionsEnabled:b AlarmActions[] AlarmArn AlarmName AlarmRule StateReason
        StateUpdatedTimestamp:t StateValue}] MetricAlarms[{AlarmName AlarmArn AlarmDescription
        ActionsEnabled:b OKActions[] AlarmActions[] StateValue StateReason StateUpdatedTimestamp:t
        MetricName Namespace Statistic ExtendedStatistic Dimensions[{Name Value}] Period:i
        EvaluationPeriods:i DatapointsToAlarm:i Threshold:f ComparisonOperator TreatMissingData}] NextToken})",
           .pages = {.input_token = "NextToken",
                     .output_token = "NextToken",
                     .items = "MetricAlarms",
                     .page_size = "MaxRecords"},
           .iam = {.action = "cloudwatch:DescribeAlarms",
                   .resource = "arn:{partition}:cloudwatch:{region}:{account}:alarm:*"}},
          {.name = "PutMetricAlarm",
           .effect = Effect::kIdempotentWrite,
           .input =
               R"({AlarmName! AlarmDescription ActionsEnabled:b OKActions[] AlarmActions[] InsufficientDataActions[]
        MetricName Namespace Statistic ExtendedStatistic Dimensions[{Name! Value!}] Period:i Unit
        EvaluationPeriods:i DatapointsToAlarm:i Threshold:f ComparisonOperator TreatMissingData Metrics[{Id!
        MetricStat{Metric!{Namespace MetricName Dimensions[{Name! Value!}]} Period!:i Stat! Unit} Expression
        Label ReturnData:b}] Tags[{Key! Value!}]})",
           .iam = {.action = "cloudwatch:PutMetricAlarm",
                   .resource = "arn:{partition}:cloudwatch:{region}:{account}:alarm:{AlarmName}"}},
          {.name = "PutCompositeAlarm",
           .effect = Effect::kIdempotentWrite,
           .input =
               R"({ActionsEnabled:b AlarmActions[] AlarmDescription AlarmName! AlarmRule! OKActions[] Tags[{Key!
        Value!}]})",
           .iam = {.action = "cloudwatch:PutCompositeAlarm",
                   .resource = "arn:{partition}:cloudwatch:{region}:{account}:alarm:{AlarmName}"}},
          {.name = "DeleteAlarms",
           .effect = Effect::kIdempotentWrite,
           .input = R"({AlarmNames![]})",
           .iam = {.action = "cloudwatch:DeleteAlarms",
                   .resource = "arn:{partition}:cloudwatch:{region}:{account}:alarm:*"}},
          {.name = "SetAlarmState",
           .effect = Effect::kIdempotentWrite,
           .input = R"({AlarmName! StateValue! StateReason! StateReasonData})",
           .iam = {.action = "cloudwatch:SetAlarmState",
                   .resource = "arn:{partition}:cloudwatch:{region}:{account}:alarm:{AlarmName}"}},
          {.name = "GetDashboard",
           .effect = Effect::kRead,
           .input = R"({DashboardName!})",
           .output = R"({DashboardArn DashboardBody DashboardName})",
           .iam = {.action = "cloudwatch:GetDashboard",
                   .resource = "arn:{partition}:cloudwatch::{account}:dashboard/{DashboardName}"}},
          {.name = "PutDashboard",
           .effect = Effect::kIdempotentWrite,
           .input = R"({DashboardName! DashboardBody!})",
           .output = R"({DashboardValidationMessages[{DataPath Message}]})",
           .iam = {.action = "cloudwatch:PutDashboard",
                   .resource = "arn:{partition}:cloudwatch::{account}:dashboard/{DashboardName}"}},
          {.name = "ListDashboards",
           .effect = Effect::kRead,
           .input = R"({DashboardNamePrefix NextToken})",
           .output = R"({DashboardEntries[{DashboardName DashboardArn LastModified:t Size:i}] NextToken})",
           .pages = {.input_token = "NextToken", .output_token = "NextToken", .items = "DashboardEntries"},
           .iam = {.action = "cloudwatch:ListDashboards"}},
      });
  return service;
}

}  // namespace tidegate::aws
