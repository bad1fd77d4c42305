#include "aws/operations/table.h"

namespace tidegate::aws {

const Service& scheduler() {
  static const Service service(
      {.id = "Scheduler",
       .model = "scheduler",
       .endpoint_prefix = "scheduler",
       .signing_name = "scheduler",
       .protocol = Protocol::kRestJson,
       .api_version = "2021-06-30"},
      {
          {.name = "CreateSchedule",
           .method = "POST",
           .path = "/schedules/{Name}",
           .effect = Effect::kIdempotentWrite,
           .input = R"({Name!@path GroupName ScheduleExpression! StartDate:t EndDate:t Description
        ScheduleExpressionTimezone State Target!{Arn! RoleArn! DeadLetterConfig{Arn}
        RetryPolicy{MaximumEventAgeInSeconds:i MaximumRetryAttempts:i} Input} FlexibleTimeWindow!{Mode!
        MaximumWindowInMinutes:i} ClientToken ActionAfterCompletion})",
           .output = R"({ScheduleArn})",
           .idempotency_token = "ClientToken",
           .iam = {.action = "scheduler:CreateSchedule",
                   .resource = "arn:{partition}:scheduler:{region}:{account}:schedule/*/{Name}",
                   .also = {"iam:PassRole"}}},
          {.name = "UpdateSchedule",
           .method = "PUT",
           .path = "/schedules/{Name}",
           .effect = Effect::kIdempotentWrite,
           .input = R"({Name!@path GroupName ScheduleExpression! StartDate:t EndDate:t Description
        ScheduleExpressionTimezone State Target!{Arn! RoleArn! DeadLetterConfig{Arn}
        RetryPolicy{MaximumEventAgeInSeconds:i MaximumRetryAttempts:i} Input} FlexibleTimeWindow!{Mode!
        MaximumWindowInMinutes:i} ClientToken ActionAfterCompletion})",
           .output = R"({ScheduleArn})",
           .idempotency_token = "ClientToken",
           .iam = {.action = "scheduler:UpdateSchedule",
                   .resource = "arn:{partition}:scheduler:{region}:{account}:schedule/*/{Name}",
                   .also = {"iam:PassRole"}}},
          {.name = "GetSchedule",
           .method = "GET",
           .path = "/schedules/{Name}",
           .effect = Effect::kRead,
           .input = R"({Name!@path GroupName=groupName@query})",
           .output =
               R"({Arn GroupName Name ScheduleExpression StartDate:t EndDate:t Description ScheduleExpressionTimezone
        State CreationDate:t LastModificationDate:t Target{Arn RoleArn DeadLetterConfig{Arn}
        RetryPolicy{MaximumEventAgeInSeconds:i MaximumRetryAttempts:i} Input} FlexibleTimeWindow{Mode
        MaximumWindowInMinutes:i}})",
           .iam = {.action = "scheduler:GetSchedule",
                   .resource = "arn:{partition}:scheduler:{region}:{account}:schedule/*/{Name}"}},
          {.name = "DeleteSchedule",
           .method = "DELETE",
           .path = "/schedules/{Name}",
           .effect = Effect::kIdempotentWrite,
           .input = R"({Name!@path GroupName=groupName@query ClientToken=clientToken@query})",
           .idempotency_token = "ClientToken",
           .iam = {.action = "scheduler:DeleteSchedule",
                   .resource = "arn:{partition}:scheduler:{region}:{account}:schedule/*/{Name}"}},
          {.name = "ListSchedules",
           .method = "GET",
           .path = "/schedules",
           .effect = Effect::kRead,
           .input =
               R"({GroupName=ScheduleGroup@query NamePrefix@query State@query NextToken@query MaxResults@query:i})",
           .output = R"({NextToken Schedules[{Arn Name GroupName State CreationDate:t}]})",
           .pages = {.input_token = "NextToken",
                     .output_token = "NextToken",
                     .items = "Schedules",
                     .page_size = "MaxResults"},
           .iam = {.action = "scheduler:ListSchedules",
                   .resource = "arn:{partition}:scheduler:{region}:{account}:schedule/*/*"}},
      });
  return service;
}

}  // namespace tidegate::aws
