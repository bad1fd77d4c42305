#include "aws/operations/table.h"

namespace tidegate::aws {

const Service& organizations() {
  static const Service service(
      {.id = "Organizations",
       .model = "organizations",
       .endpoint_prefix = "organizations",
       .signing_name = "organizations",
       .protocol = Protocol::kJson,
       .api_version = "2016-11-28",
       .target_prefix = "AWSOrganizationsV20161128",
       .json_version = "1.1"},
      {
          {.name = "ListAccounts",
           .effect = Effect::kRead,
           .input = R"({NextToken MaxResults:i})",
           .output = R"({Accounts[{Id Arn Email Name Status JoinedTimestamp:t}] NextToken})",
           .pages = {.input_token = "NextToken",
                     .output_token = "NextToken",
                     .items = "Accounts",
                     .page_size = "MaxResults"},
           .iam = {.action = "organizations:ListAccounts"}},
          {.name = "DescribeOrganization",
           .effect = Effect::kRead,
           .output = R"({Organization{Id Arn FeatureSet MasterAccountId}})",
           .iam = {.action = "organizations:DescribeOrganization"}},
      });
  return service;
}

}  // namespace tidegate::aws
