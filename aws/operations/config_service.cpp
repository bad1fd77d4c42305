#include "aws/operations/table.h"

namespace tidegate::aws {

const Service& config_service() {
  static const Service service(
      {.id = "Config Service",
       .model = "config",
       .endpoint_prefix = "config",
       .signing_name = "config",
       .protocol = Protocol::kJson,
       .api_version = "2014-11-12",
       .target_prefix = "StarlingDoveService",
       .json_version = "1.1"},
      {
          {.name = "DescribeConfigRules",
           .effect = Effect::kRead,
           .input = R"({ConfigRuleNames[] NextToken})",
           .output =
               R"({ConfigRules[{ConfigRuleName ConfigRuleArn ConfigRuleId Description Source{Owner SourceIdentifier}
        ConfigRuleState}] NextToken})",
           .pages = {.input_token = "NextToken", .output_token = "NextToken", .items = "ConfigRules"},
           .iam = {.action = "config:DescribeConfigRules"}},
          {.name = "DescribeComplianceByConfigRule",
           .effect = Effect::kRead,
           .input = R"({ConfigRuleNames[] ComplianceTypes[] NextToken})",
           .output = R"({ComplianceByConfigRules[{ConfigRuleName Compliance{ComplianceType}}] NextToken})",
           .pages = {.input_token = "NextToken",
                     .output_token = "NextToken",
                     .items = "ComplianceByConfigRules"},
           .iam = {.action = "config:DescribeComplianceByConfigRule"}},
          {.name = "GetComplianceDetailsByConfigRule",
           .effect = Effect::kRead,
           .input = R"({ConfigRuleName! ComplianceTypes[] Limit:i NextToken})",
           .output =
               R"({EvaluationResults[{EvaluationResultIdentifier{EvaluationResultQualifier{ConfigRuleName ResourceType
        ResourceId EvaluationMode}} ComplianceType ResultRecordedTime:t Annotation}] NextToken})",
           .pages = {.input_token = "NextToken",
                     .output_token = "NextToken",
                     .items = "EvaluationResults",
                     .page_size = "Limit"},
           .iam = {.action = "config:GetComplianceDetailsByConfigRule"}},
          {.name = "DescribeConfigurationRecorderStatus",
           .effect = Effect::kRead,
           .input = R"({})",
           .output =
               R"({ConfigurationRecordersStatus[{name lastStartTime:t lastStopTime:t recording:b lastStatus
        lastErrorCode}]})",
           .iam = {.action = "config:DescribeConfigurationRecorderStatus"}},
      });
  return service;
}

}  // namespace tidegate::aws
