#pragma once

#include <vector>

#include "aws/operations/operation.h"

// The table of AWS operations, one function a service. A service's rows are made when it is first asked for.

namespace tidegate::aws {

const Service& acm();
const Service& autoscaling();
const Service& backup();
const Service& budgets();
const Service& cloudformation();
const Service& cloudwatch();
const Service& cloudwatch_logs();
const Service& config_service();
const Service& cost_explorer();
const Service& dynamodb();
const Service& ec2();
const Service& ecs();
const Service& eks();
const Service& eventbridge();
const Service& iam();
const Service& lambda_functions();
const Service& organizations();
const Service& price_list();
const Service& rds();
const Service& route53();
const Service& s3();
const Service& scheduler();
const Service& secrets_manager();
const Service& sesv2();
const Service& sns();
const Service& sqs();
const Service& ssm();
const Service& sts();
const Service& tagging();

/// Every service of the table, in the order of their names.
std::vector<const Service*> all_services();

}  // namespace tidegate::aws
