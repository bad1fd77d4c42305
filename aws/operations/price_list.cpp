#include "aws/operations/table.h"

namespace tidegate::aws {

const Service& price_list() {
  static const Service service(
      {.id = "Pricing",
       .model = "pricing",
       .endpoint_prefix = "api.pricing",
       .signing_name = "pricing",
       .protocol = Protocol::kJson,
       .api_version = "2017-10-15",
       .target_prefix = "AWSPriceListService",
       .json_version = "1.1"},
      {
          {.name = "GetProducts",
           .effect = Effect::kRead,
           .input = R"({ServiceCode! Filters[{Type! Field! Value!}] FormatVersion NextToken MaxResults:i})",
           .output = R"({FormatVersion PriceList[] NextToken})",
           .pages = {.input_token = "NextToken",
                     .output_token = "NextToken",
                     .items = "PriceList",
                     .page_size = "MaxResults"},
           .retried = {"InternalErrorException", "ThrottlingException"},
           .iam = {.action = "pricing:GetProducts"}},
          {.name = "GetAttributeValues",
           .effect = Effect::kRead,
           .input = R"({ServiceCode! AttributeName! NextToken MaxResults:i})",
           .output = R"({AttributeValues[{Value}] NextToken})",
           .pages = {.input_token = "NextToken",
                     .output_token = "NextToken",
                     .items = "AttributeValues",
                     .page_size = "MaxResults"},
           .retried = {"InternalErrorException", "ThrottlingException"},
           .iam = {.action = "pricing:GetAttributeValues"}},
          {.name = "DescribeServices",
           .effect = Effect::kRead,
           .input = R"({ServiceCode FormatVersion NextToken MaxResults:i})",
           .output = R"({Services[{ServiceCode AttributeNames[]}] FormatVersion NextToken})",
           .pages = {.input_token = "NextToken",
                     .output_token = "NextToken",
                     .items = "Services",
                     .page_size = "MaxResults"},
           .retried = {"InternalErrorException", "ThrottlingException"},
           .iam = {.action = "pricing:DescribeServices"}},
      });
  return service;
}

}  // namespace tidegate::aws
