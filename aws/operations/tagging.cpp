#include "aws/operations/table.h"

namespace tidegate::aws {

const Service& tagging() {
  static const Service service(
      {.id = "Resource Groups Tagging API",
       .model = "resourcegroupstaggingapi",
       .endpoint_prefix = "tagging",
       .signing_name = "tagging",
       .protocol = Protocol::kJson,
       .api_version = "2017-01-26",
       .target_prefix = "ResourceGroupsTaggingAPI_20170126",
       .json_version = "1.1"},
      {
          {.name = "GetResources",
           .effect = Effect::kRead,
           .input = R"({PaginationToken TagFilters[{Key Values[]}] ResourcesPerPage:i ResourceTypeFilters[]
        IncludeComplianceDetails:b ResourceARNList[]})",
           .output = R"({PaginationToken ResourceTagMappingList[{ResourceARN Tags[{Key Value}]}]})",
           .pages = {.input_token = "PaginationToken",
                     .output_token = "PaginationToken",
                     .items = "ResourceTagMappingList",
                     .page_size = "ResourcesPerPage"},
           .iam = {.action = "tag:GetResources"}},
          {.name = "TagResources",
           .effect = Effect::kIdempotentWrite,
           .input = R"({ResourceARNList![] Tags!<>})",
           .output = R"({FailedResourcesMap<{StatusCode:i ErrorCode ErrorMessage}>})",
           .iam = {.action = "tag:TagResources", .resource = "*"}},
          {.name = "UntagResources",
           .effect = Effect::kIdempotentWrite,
           .input = R"({ResourceARNList![] TagKeys![]})",
           .output = R"({FailedResourcesMap<{StatusCode:i ErrorCode ErrorMessage}>})",
           .iam = {.action = "tag:UntagResources"}},
          {.name = "GetTagKeys",
           .effect = Effect::kRead,
           .input = R"({PaginationToken})",
           .output = R"({PaginationToken TagKeys[]})",
           .pages = {.input_token = "PaginationToken", .output_token = "PaginationToken", .items = "TagKeys"},
           .iam = {.action = "tag:GetTagKeys"}},
          {.name = "GetTagValues",
           .effect = Effect::kRead,
           .input = R"({PaginationToken Key!})",
           .output = R"({PaginationToken TagValues[]})",
           .pages = {.input_token = "PaginationToken",
                     .output_token = "PaginationToken",
                     .items = "TagValues"},
           .iam = {.action = "tag:GetTagValues"}},
      });
  return service;
}

}  // namespace tidegate::aws
