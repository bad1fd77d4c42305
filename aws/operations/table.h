#pragma once

#include <vector>

#include "aws/operations/operation.h"

// The table of AWS operations, one function a service. A service's rows are made when it is first asked for.

namespace tidegate::aws {

const Service& cloudwatch();
const Service& dynamodb();
const Service& ec2();
const Service& eks();
const Service& lambda_functions();
const Service& price_list();
const Service& sesv2();
const Service& sns();
const Service& sts();

/// Every service of the table, in the order of their names.
std::vector<const Service*> all_services();

}  // namespace tidegate::aws
