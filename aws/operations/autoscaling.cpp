#include "aws/operations/table.h"

namespace tidegate::aws {

const Service& autoscaling() {
  static const Service service(
      {.id = "Auto Scaling",
       .model = "autoscaling",
       .endpoint_prefix = "autoscaling",
       .signing_name = "autoscaling",
       .protocol = Protocol::kQuery,
       .api_version = "2011-01-01"},
      {
          {.name = "DescribeAutoScalingGroups",
           .effect = Effect::kRead,
           .input = R"({AutoScalingGroupNames[] NextToken MaxRecords:i Filters[{Name Values[]}]})",
           .output = R"({AutoScalingGroups[{AutoScalingGroupName AutoScalingGroupARN
        MixedInstancesPolicy{LaunchTemplate{LaunchTemplateSpecification{LaunchTemplateId LaunchTemplateName
        Version} Overrides[{InstanceType WeightedCapacity}]}
        InstancesDistribution{OnDemandAllocationStrategy OnDemandBaseCapacity:i
        OnDemandPercentageAboveBaseCapacity:i SpotAllocationStrategy SpotInstancePools:i SpotMaxPrice}}
        MinSize:i MaxSize:i DesiredCapacity:i AvailabilityZones[] HealthCheckType Instances[{InstanceId
        InstanceType AvailabilityZone LifecycleState HealthStatus ProtectedFromScaleIn:b}] CreatedTime:t
        SuspendedProcesses[{ProcessName SuspensionReason}] VPCZoneIdentifier Status Tags[{Key Value
        PropagateAtLaunch:b}] NewInstancesProtectedFromScaleIn:b CapacityRebalance:b}] NextToken})",
           .pages = {.input_token = "NextToken",
                     .output_token = "NextToken",
                     .items = "AutoScalingGroups",
                     .page_size = "MaxRecords"},
           .iam = {.action = "autoscaling:DescribeAutoScalingGroups"}},
          {.name = "DescribeScalingActivities",
           .effect = Effect::kRead,
           .input = R"({ActivityIds[] AutoScalingGroupName IncludeDeletedGroups:b MaxRecords:i NextToken})",
           .output =
               R"({Activities[{ActivityId AutoScalingGroupName Description Cause StartTime:t EndTime:t StatusCode
        StatusMessage Progress:i Details}] NextToken})",
           .pages = {.input_token = "NextToken",
                     .output_token = "NextToken",
                     .items = "Activities",
                     .page_size = "MaxRecords"},
           .iam = {.action = "autoscaling:DescribeScalingActivities"}},
          {.name = "SetDesiredCapacity",
           .effect = Effect::kIdempotentWrite,
           .input = R"({AutoScalingGroupName! DesiredCapacity!:i HonorCooldown:b})",
           .iam = {.action = "autoscaling:SetDesiredCapacity",
                   .resource = "arn:{partition}:autoscaling:{region}:{account}:autoScalingGroup:*:"
                               "autoScalingGroupName/{AutoScalingGroupName}"}},
          {.name = "UpdateAutoScalingGroup",
           .effect = Effect::kIdempotentWrite,
           .input = R"({AutoScalingGroupName! MinSize:i MaxSize:i DesiredCapacity:i})",
           .iam = {.action = "autoscaling:UpdateAutoScalingGroup",
                   .resource = "arn:{partition}:autoscaling:{region}:{account}:autoScalingGroup:*:"
                               "autoScalingGroupName/{AutoScalingGroupName}"}},
          {.name = "TerminateInstanceInAutoScalingGroup",
           .effect = Effect::kWrite,
           .input = R"({InstanceId ShouldDecrementDesiredCapacity!:b})",
           .output =
               R"({Activity{ActivityId AutoScalingGroupName Description Cause StartTime:t StatusCode Progress:i}})",
           .iam = {.action = "autoscaling:TerminateInstanceInAutoScalingGroup", .resource = "*"}},
          {.name = "SetInstanceProtection",
           .effect = Effect::kIdempotentWrite,
           .input = R"({InstanceIds![] AutoScalingGroupName! ProtectedFromScaleIn!:b})",
           .iam = {.action = "autoscaling:SetInstanceProtection",
                   .resource = "arn:{partition}:autoscaling:{region}:{account}:autoScalingGroup:*:"
                               "autoScalingGroupName/{AutoScalingGroupName}"}},
          {.name = "SuspendProcesses",
           .effect = Effect::kIdempotentWrite,
           .input = R"({AutoScalingGroupName! ScalingProcesses[]})",
           .iam = {.action = "autoscaling:SuspendProcesses",
                   .resource = "arn:{partition}:autoscaling:{region}:{account}:autoScalingGroup:*:"
                               "autoScalingGroupName/{AutoScalingGroupName}"}},
          {.name = "ResumeProcesses",
           .effect = Effect::kIdempotentWrite,
           .input = R"({AutoScalingGroupName! ScalingProcesses[]})",
           .iam = {.action = "autoscaling:ResumeProcesses",
                   .resource = "arn:{partition}:autoscaling:{region}:{account}:autoScalingGroup:*:"
                               "autoScalingGroupName/{AutoScalingGroupName}"}},
          {.name = "CompleteLifecycleAction",
           .effect = Effect::kIdempotentWrite,
           .input =
               R"({LifecycleHookName! AutoScalingGroupName! LifecycleActionToken LifecycleActionResult! InstanceId})",
           .iam = {.action = "autoscaling:CompleteLifecycleAction",
                   .resource = "arn:{partition}:autoscaling:{region}:{account}:autoScalingGroup:*:"
                               "autoScalingGroupName/{AutoScalingGroupName}"}},
          {.name = "RecordLifecycleActionHeartbeat",
           .effect = Effect::kIdempotentWrite,
           .input = R"({LifecycleHookName! AutoScalingGroupName! LifecycleActionToken InstanceId})",
           .iam = {.action = "autoscaling:RecordLifecycleActionHeartbeat",
                   .resource = "arn:{partition}:autoscaling:{region}:{account}:autoScalingGroup:*:"
                               "autoScalingGroupName/{AutoScalingGroupName}"}},
          {.name = "DetachInstances",
           .effect = Effect::kWrite,
           .input = R"({InstanceIds[] AutoScalingGroupName! ShouldDecrementDesiredCapacity!:b})",
           .output =
               R"({Activities[{ActivityId AutoScalingGroupName Description Cause StartTime:t StatusCode}]})",
           .iam = {.action = "autoscaling:DetachInstances",
                   .resource = "arn:{partition}:autoscaling:{region}:{account}:autoScalingGroup:*:"
                               "autoScalingGroupName/{AutoScalingGroupName}"}},
          {.name = "CreateOrUpdateTags",
           .effect = Effect::kIdempotentWrite,
           .input = R"({Tags![{ResourceId ResourceType Key! Value PropagateAtLaunch:b}]})",
           .iam = {.action = "autoscaling:CreateOrUpdateTags",
                   .resource = "arn:{partition}:autoscaling:{region}:{account}:autoScalingGroup:*:"
                               "autoScalingGroupName/*"}},
          {.name = "DescribePolicies",
           .effect = Effect::kRead,
           .input = R"({AutoScalingGroupName NextToken MaxRecords:i})",
           .output = R"({ScalingPolicies[{AutoScalingGroupName PolicyName PolicyType Enabled:b}] NextToken})",
           .pages = {.input_token = "NextToken",
                     .output_token = "NextToken",
                     .items = "ScalingPolicies",
                     .page_size = "MaxRecords"},
           .iam = {.action = "autoscaling:DescribePolicies"}},
      });
  return service;
}

}  // namespace tidegate::aws
