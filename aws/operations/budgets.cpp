#include "aws/operations/table.h"

namespace tidegate::aws {

const Service& budgets() {
  static const Service service(
      {.id = "Budgets",
       .model = "budgets",
       .endpoint_prefix = "budgets",
       .signing_name = "budgets",
       .protocol = Protocol::kJson,
       .api_version = "2016-10-20",
       .target_prefix = "AWSBudgetServiceGateway",
       .json_version = "1.1"},
      {
          {.name = "DescribeBudgets",
           .effect = Effect::kRead,
           .input = R"({AccountId! MaxResults:i NextToken})",
           .output =
               R"({Budgets[{BudgetName BudgetLimit{Amount Unit} CostFilters<[]> TimeUnit TimePeriod{Start:t End:t}
        CalculatedSpend{ActualSpend{Amount Unit} ForecastedSpend{Amount Unit}} BudgetType
        LastUpdatedTime:t}] NextToken})",
           .pages = {.input_token = "NextToken",
                     .output_token = "NextToken",
                     .items = "Budgets",
                     .page_size = "MaxResults"},
           .iam = {.action = "budgets:ViewBudget",
                   .resource = "arn:{partition}:budgets::{account}:budget/*"}},
          {.name = "DescribeBudget",
           .effect = Effect::kRead,
           .input = R"({AccountId! BudgetName!})",
           .output =
               R"({Budget{BudgetName BudgetLimit{Amount Unit} CostFilters<[]> TimeUnit TimePeriod{Start:t End:t}
        CalculatedSpend{ActualSpend{Amount Unit} ForecastedSpend{Amount Unit}} BudgetType
        LastUpdatedTime:t}})",
           .iam = {.action = "budgets:ViewBudget",
                   .resource = "arn:{partition}:budgets::{account}:budget/{BudgetName}"}},
          {.name = "CreateBudget",
           .effect = Effect::kWrite,
           .input =
               R"({AccountId! Budget!{BudgetName! BudgetLimit{Amount! Unit!} CostFilters<[]> TimeUnit! BudgetType!}
        NotificationsWithSubscribers[{Notification!{NotificationType! ComparisonOperator! Threshold!:f
        ThresholdType NotificationState} Subscribers![{SubscriptionType! Address!}]}]})",
           .iam = {.action = "budgets:ModifyBudget",
                   .resource = "arn:{partition}:budgets::{account}:budget/*"}},
          {.name = "UpdateBudget",
           .effect = Effect::kIdempotentWrite,
           .input = R"({AccountId! NewBudget!{BudgetName! BudgetLimit{Amount! Unit!} CostFilters<[]> TimeUnit!
        BudgetType!}})",
           .iam = {.action = "budgets:ModifyBudget",
                   .resource = "arn:{partition}:budgets::{account}:budget/*"}},
      });
  return service;
}

}  // namespace tidegate::aws
