#include "aws/iam/features.h"

#include <initializer_list>

#include "aws/operations/table.h"

namespace tidegate::aws {

namespace {

using Operations = std::vector<const Operation*>;

Operations of(const Service& service, std::initializer_list<const char*> names) {
  Operations operations;
  for (const auto* name : names) operations.push_back(&service.operation(name));
  return operations;
}

Operations joined(std::initializer_list<Operations> parts) {
  Operations all;
  for (const auto& part : parts) all.insert(all.end(), part.begin(), part.end());
  return all;
}

}  // namespace

std::vector<Feature> all_features() {
  const auto clusters =
      joined({of(eks(), {"ListNodegroups", "DescribeNodegroup", "UpdateNodegroupConfig", "DescribeUpdate"}),
              of(cloudwatch(), {"GetMetricData"}), of(lambda_functions(), {"Invoke"})});
  const auto prices = joined({of(ec2(), {"DescribeSpotPriceHistory"}), of(price_list(), {"GetProducts"})});
  return {
      {"state", "keep operations, alerts and leases in a DynamoDB table",
       of(dynamodb(), {"GetItem", "Query", "PutItem", "TransactWriteItems"})},
      {"table", "create that table (tidegate table create)",
       of(dynamodb(), {"CreateTable", "DescribeTable", "UpdateTimeToLive", "DescribeTimeToLive"})},
      {"scaling", "scale managed node groups and see what runs there", joined({clusters, prices}), clusters},
      {"spot", "rank spot capacity by price and risk", joined({prices, of(lambda_functions(), {"Invoke"})})},
      {"alerts-email", "send alerts by SES", of(sesv2(), {"SendEmail"})},
      {"alerts-sms", "send alerts by SNS text message", of(sns(), {"Publish"})},
      {"accounts", "take on roles in other accounts", of(sts(), {"AssumeRole"})},
      {"references", "read ${ssm:...} and ${secret:...} in the configuration",
       joined({of(ssm(), {"GetParameter"}), of(secrets_manager(), {"GetSecretValue"})})},
  };
}

}  // namespace tidegate::aws
