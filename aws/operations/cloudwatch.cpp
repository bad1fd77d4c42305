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
          {.name = "PutMetricData",
           .effect = Effect::kWrite,
           .input = R"({Namespace! MetricData[{MetricName! Dimensions[{Name! Value!}] Timestamp:t Value:f
        StatisticValues{SampleCount!:f Sum!:f Minimum!:f Maximum!:f} Values[:f] Counts[:f] Unit
        StorageResolution:i}]})",
           .iam = {.action = "cloudwatch:PutMetricData"}},
      });
  return service;
}

}  // namespace tidegate::aws
