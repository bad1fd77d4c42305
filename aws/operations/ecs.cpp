#include "aws/operations/table.h"

namespace tidegate::aws {

const Service& ecs() {
  static const Service service(
      {.id = "ECS",
       .model = "ecs",
       .endpoint_prefix = "ecs",
       .signing_name = "ecs",
       .protocol = Protocol::kJson,
       .api_version = "2014-11-13",
       .target_prefix = "AmazonEC2ContainerServiceV20141113",
       .json_version = "1.1"},
      {
          {.name = "ListClusters",
           .effect = Effect::kRead,
           .input = R"({nextToken maxResults:i})",
           .output = R"({clusterArns[] nextToken})",
           .pages = {.input_token = "nextToken",
                     .output_token = "nextToken",
                     .items = "clusterArns",
                     .page_size = "maxResults"},
           .iam = {.action = "ecs:ListClusters"}},
          {.name = "DescribeClusters",
           .effect = Effect::kRead,
           .input = R"({clusters[] include[]})",
           .output =
               R"({clusters[{clusterArn clusterName status registeredContainerInstancesCount:i runningTasksCount:i
        pendingTasksCount:i activeServicesCount:i}] failures[{arn reason detail}]})",
           .iam = {.action = "ecs:DescribeClusters",
                   .resource = "arn:{partition}:ecs:{region}:{account}:cluster/*"}},
          {.name = "ListServices",
           .effect = Effect::kRead,
           .input = R"({cluster nextToken maxResults:i launchType})",
           .output = R"({serviceArns[] nextToken})",
           .pages = {.input_token = "nextToken",
                     .output_token = "nextToken",
                     .items = "serviceArns",
                     .page_size = "maxResults"},
           .iam = {.action = "ecs:ListServices", .resource = "*"}},
          {.name = "DescribeServices",
           .effect = Effect::kRead,
           .input = R"({cluster services![]})",
           .output =
               R"({services[{serviceArn serviceName clusterArn status desiredCount:i runningCount:i pendingCount:i
        launchType taskDefinition deployments[{id status taskDefinition desiredCount:i runningCount:i
        rolloutState}] events[{id createdAt:t message}] createdAt:t}] failures[{arn reason detail}]})",
           .iam = {.action = "ecs:DescribeServices",
                   .resource = "arn:{partition}:ecs:{region}:{account}:service/*"}},
          {.name = "UpdateService",
           .effect = Effect::kIdempotentWrite,
           .input = R"({cluster service! desiredCount:i taskDefinition forceNewDeployment:b})",
           .output =
               R"({service{serviceArn serviceName clusterArn status desiredCount:i runningCount:i pendingCount:i
        launchType taskDefinition createdAt:t}})",
           .iam = {.action = "ecs:UpdateService",
                   .resource = "arn:{partition}:ecs:{region}:{account}:service/{cluster}/{service}"}},
          {.name = "ListTasks",
           .effect = Effect::kRead,
           .input = R"({cluster family nextToken maxResults:i serviceName desiredStatus})",
           .output = R"({taskArns[] nextToken})",
           .pages = {.input_token = "nextToken",
                     .output_token = "nextToken",
                     .items = "taskArns",
                     .page_size = "maxResults"},
           .iam = {.action = "ecs:ListTasks", .resource = "*"}},
          {.name = "DescribeTasks",
           .effect = Effect::kRead,
           .input = R"({cluster tasks![]})",
           .output =
               R"({tasks[{clusterArn desiredStatus group healthStatus lastStatus startedAt:t stopCode stoppedAt:t
        stoppedReason taskArn taskDefinitionArn}] failures[{arn reason detail}]})",
           .iam = {.action = "ecs:DescribeTasks",
                   .resource = "arn:{partition}:ecs:{region}:{account}:task/*"}},
          {.name = "StopTask",
           .effect = Effect::kIdempotentWrite,
           .input = R"({cluster task! reason})",
           .output = R"({task{desiredStatus lastStatus taskArn}})",
           .iam = {.action = "ecs:StopTask", .resource = "arn:{partition}:ecs:{region}:{account}:task/*"}},
          {.name = "RunTask",
           .effect = Effect::kIdempotentWrite,
           .input = R"({cluster count:i group launchType networkConfiguration{awsvpcConfiguration{subnets![]
        securityGroups[] assignPublicIp}} overrides{containerOverrides[{name command[] environment[{name
        value}]}]} startedBy taskDefinition! clientToken})",
           .output = R"({tasks[{lastStatus taskArn}] failures[{arn reason detail}]})",
           .idempotency_token = "clientToken",
           .iam = {.action = "ecs:RunTask",
                   .resource = "arn:{partition}:ecs:{region}:{account}:task-definition/*",
                   .also = {"iam:PassRole"}}},
      });
  return service;
}

}  // namespace tidegate::aws
