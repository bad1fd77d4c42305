#include "aws/operations/table.h"

namespace tidegate::aws {

const Service& ec2() {
  static const Service service(
      {.id = "EC2",
       .model = "ec2",
       .endpoint_prefix = "ec2",
       .signing_name = "ec2",
       .protocol = Protocol::kEc2,
       .api_version = "2016-11-15"},
      {
          {.name = "DescribeSpotPriceHistory",
           .effect = Effect::kRead,
           .input =
               R"({StartTime:t EndTime:t InstanceTypes=InstanceType[] ProductDescriptions=ProductDescription[]
        Filters=Filter[{Name Values=Value[]}] AvailabilityZone MaxResults:i NextToken})",
           .output =
               R"({NextToken SpotPriceHistory=spotPriceHistorySet[{AvailabilityZone AvailabilityZoneId InstanceType
        ProductDescription SpotPrice Timestamp:t}]})",
           .pages = {.input_token = "NextToken",
                     .output_token = "NextToken",
                     .items = "SpotPriceHistory",
                     .page_size = "MaxResults"},
           .iam = {.action = "ec2:DescribeSpotPriceHistory"}},
          {.name = "DescribeInstanceTypes",
           .effect = Effect::kRead,
           .input =
               R"({InstanceTypes=InstanceType[] Filters=Filter[{Name Values=Value[]}] MaxResults:i NextToken})",
           .output =
               R"({InstanceTypes=instanceTypeSet[{InstanceType CurrentGeneration:b SupportedUsageClasses[] BareMetal:b
        Hypervisor ProcessorInfo{SupportedArchitectures[] SustainedClockSpeedInGhz:f SupportedFeatures[]
        Manufacturer} VCpuInfo{DefaultVCpus:i DefaultCores:i DefaultThreadsPerCore:i ValidCores[:i]
        ValidThreadsPerCore[:i]} MemoryInfo{SizeInMiB:i} InstanceStorageSupported:b
        NetworkInfo{NetworkPerformance MaximumNetworkInterfaces:i Ipv4AddressesPerInterface:i}
        GpuInfo{Gpus[{Name Manufacturer Count:i LogicalGpuCount:i GpuPartitionSize:f
        Workloads=workloadSet[]}]} BurstablePerformanceSupported:b}] NextToken})",
           .pages = {.input_token = "NextToken",
                     .output_token = "NextToken",
                     .items = "InstanceTypes",
                     .page_size = "MaxResults"},
           .iam = {.action = "ec2:DescribeInstanceTypes"}},
          {.name = "DescribeInstanceTypeOfferings",
           .effect = Effect::kRead,
           .input = R"({LocationType Filters=Filter[{Name Values=Value[]}] MaxResults:i NextToken})",
           .output =
               R"({InstanceTypeOfferings=instanceTypeOfferingSet[{InstanceType LocationType Location}] NextToken})",
           .pages = {.input_token = "NextToken",
                     .output_token = "NextToken",
                     .items = "InstanceTypeOfferings",
                     .page_size = "MaxResults"},
           .iam = {.action = "ec2:DescribeInstanceTypeOfferings"}},
          {.name = "DescribeAvailabilityZones",
           .effect = Effect::kRead,
           .input =
               R"({ZoneNames=ZoneName[] ZoneIds=ZoneId[] AllAvailabilityZones:b Filters=Filter[{Name Values=Value[]}]})",
           .output =
               R"({AvailabilityZones=availabilityZoneInfo[{OptInStatus RegionName ZoneName ZoneId ZoneType
        State=zoneState}]})",
           .iam = {.action = "ec2:DescribeAvailabilityZones"}},
          {.name = "DescribeRegions",
           .effect = Effect::kRead,
           .input = R"({RegionNames=RegionName[] AllRegions:b Filters=Filter[{Name Values=Value[]}]})",
           .output = R"({Regions=regionInfo[{OptInStatus RegionName Endpoint=regionEndpoint}]})",
           .iam = {.action = "ec2:DescribeRegions"}},
          {.name = "GetSpotPlacementScores",
           .effect = Effect::kRead,
           .input =
               R"({InstanceTypes=InstanceType[] TargetCapacity!:i TargetCapacityUnitType SingleAvailabilityZone:b
        RegionNames=RegionName[] MaxResults:i NextToken})",
           .output =
               R"({SpotPlacementScores=spotPlacementScoreSet[{Region AvailabilityZoneId Score:i}] NextToken})",
           .pages = {.input_token = "NextToken",
                     .output_token = "NextToken",
                     .items = "SpotPlacementScores",
                     .page_size = "MaxResults"},
           .iam = {.action = "ec2:GetSpotPlacementScores"}},
          {.name = "DescribeInstances",
           .effect = Effect::kRead,
           .input =
               R"({InstanceIds=InstanceId[] Filters=Filter[{Name Values=Value[]}] NextToken MaxResults:i})",
           .output = R"({NextToken Reservations=reservationSet[{ReservationId OwnerId
        Instances=instancesSet[{BlockDeviceMappings=blockDeviceMapping[{DeviceName Ebs{Status VolumeId}}]
        IamInstanceProfile{Arn Id} InstanceLifecycle SecurityGroups=groupSet[{GroupId GroupName}]
        SpotInstanceRequestId Tags=tagSet[{Key Value}] CpuOptions{CoreCount:i ThreadsPerCore:i AmdSevSnp
        NestedVirtualization} MetadataOptions{HttpTokens HttpPutResponseHopLimit:i HttpEndpoint} InstanceId
        ImageId State=instanceState{Code:i Name} PrivateDnsName StateTransitionReason=reason InstanceType
        LaunchTime:t Placement{Tenancy AvailabilityZone} SubnetId VpcId PrivateIpAddress
        PublicIpAddress=ipAddress}]}]})",
           .pages = {.input_token = "NextToken",
                     .output_token = "NextToken",
                     .items = "Reservations",
                     .page_size = "MaxResults"},
           .iam = {.action = "ec2:DescribeInstances"}},
          {.name = "DescribeInstanceStatus",
           .effect = Effect::kRead,
           .input = R"({InstanceIds=InstanceId[] MaxResults:i NextToken Filters=Filter[{Name Values=Value[]}]
        IncludeAllInstances:b})",
           .output =
               R"({InstanceStatuses=instanceStatusSet[{AvailabilityZone Events=eventsSet[{InstanceEventId Code
        Description NotAfter:t NotBefore:t}] InstanceId InstanceState{Code:i Name} InstanceStatus{Status}
        SystemStatus{Status}}] NextToken})",
           .pages = {.input_token = "NextToken",
                     .output_token = "NextToken",
                     .items = "InstanceStatuses",
                     .page_size = "MaxResults"},
           .iam = {.action = "ec2:DescribeInstanceStatus"}},
          {.name = "StartInstances",
           .effect = Effect::kWrite,
           .input = R"({InstanceIds=InstanceId![]})",
           .output = R"({StartingInstances=instancesSet[{InstanceId}]})",
           .iam = {.action = "ec2:StartInstances",
                   .resource = "arn:{partition}:ec2:{region}:{account}:instance/*"}},
          {.name = "StopInstances",
           .effect = Effect::kIdempotentWrite,
           .input = R"({InstanceIds=InstanceId![] Hibernate:b Force:b})",
           .output = R"({StoppingInstances=instancesSet[{InstanceId}]})",
           .iam = {.action = "ec2:StopInstances",
                   .resource = "arn:{partition}:ec2:{region}:{account}:instance/*"}},
          {.name = "TerminateInstances",
           .effect = Effect::kIdempotentWrite,
           .input = R"({InstanceIds=InstanceId![]})",
           .output = R"({TerminatingInstances=instancesSet[{InstanceId}]})",
           .iam = {.action = "ec2:TerminateInstances",
                   .resource = "arn:{partition}:ec2:{region}:{account}:instance/*"}},
          {.name = "CreateFleet",
           .effect = Effect::kIdempotentWrite,
           .input = R"({ClientToken SpotOptions{AllocationStrategy
        MaintenanceStrategies{CapacityRebalance{ReplacementStrategy TerminationDelay:i}}
        SingleInstanceType:b SingleAvailabilityZone:b MinTargetCapacity:i MaxTotalPrice}
        OnDemandOptions{AllocationStrategy SingleInstanceType:b SingleAvailabilityZone:b MinTargetCapacity:i
        MaxTotalPrice} LaunchTemplateConfigs![{LaunchTemplateSpecification{LaunchTemplateId
        LaunchTemplateName Version LaunchTemplateSpecificationUserData} Overrides[{InstanceType MaxPrice
        SubnetId AvailabilityZone WeightedCapacity:f Priority:f}]}]
        TargetCapacitySpecification!{TotalTargetCapacity!:i OnDemandTargetCapacity:i SpotTargetCapacity:i
        DefaultTargetCapacityType TargetCapacityUnitType} TerminateInstancesWithExpiration:b Type
        ValidUntil:t TagSpecifications=TagSpecification[{ResourceType Tags=Tag[{Key Value}]}]})",
           .output =
               R"({FleetId Errors=errorSet[{LaunchTemplateAndOverrides{LaunchTemplateSpecification{LaunchTemplateId
        LaunchTemplateName Version} Overrides{InstanceType SubnetId AvailabilityZone}} Lifecycle ErrorCode
        ErrorMessage}]
        Instances=fleetInstanceSet[{LaunchTemplateAndOverrides{LaunchTemplateSpecification{LaunchTemplateId
        LaunchTemplateName Version} Overrides{InstanceType SubnetId AvailabilityZone}} Lifecycle
        InstanceIds[] InstanceType}]})",
           .idempotency_token = "ClientToken",
           .iam = {.action = "ec2:CreateFleet",
                   .resource = "*",
                   .also = {"ec2:RunInstances", "ec2:CreateTags", "iam:PassRole"}}},
          {.name = "CreateTags",
           .effect = Effect::kIdempotentWrite,
           .input = R"({Resources=ResourceId![] Tags=Tag![{Key Value}]})",
           .iam = {.action = "ec2:CreateTags", .resource = "*"}},
          {.name = "DeleteTags",
           .effect = Effect::kIdempotentWrite,
           .input = R"({Resources=ResourceId![] Tags=Tag[{Key Value}]})",
           .iam = {.action = "ec2:DeleteTags", .resource = "*"}},
          {.name = "DescribeTags",
           .effect = Effect::kRead,
           .input = R"({Filters=Filter[{Name Values=Value[]}] MaxResults:i NextToken})",
           .output = R"({NextToken Tags=tagSet[{Key ResourceId ResourceType Value}]})",
           .pages = {.input_token = "NextToken",
                     .output_token = "NextToken",
                     .items = "Tags",
                     .page_size = "MaxResults"},
           .iam = {.action = "ec2:DescribeTags"}},
          {.name = "DescribeVolumes",
           .effect = Effect::kRead,
           .input = R"({VolumeIds=VolumeId[] Filters=Filter[{Name Values=Value[]}] NextToken MaxResults:i})",
           .output =
               R"({NextToken Volumes=volumeSet[{Iops:i Tags=tagSet[{Key Value}] VolumeType Throughput:i VolumeId
        Size:i SnapshotId AvailabilityZone State=status CreateTime:t Attachments=attachmentSet[{InstanceId
        Device State=status AttachTime:t}] Encrypted:b}]})",
           .pages = {.input_token = "NextToken",
                     .output_token = "NextToken",
                     .items = "Volumes",
                     .page_size = "MaxResults"},
           .iam = {.action = "ec2:DescribeVolumes"}},
          {.name = "ModifyVolume",
           .effect = Effect::kIdempotentWrite,
           .input = R"({VolumeId! Size:i VolumeType Iops:i Throughput:i})",
           .output =
               R"({VolumeModification{VolumeId ModificationState TargetSize:i TargetIops:i TargetVolumeType
        OriginalVolumeType}})",
           .iam = {.action = "ec2:ModifyVolume",
                   .resource = "arn:{partition}:ec2:{region}:{account}:volume/{VolumeId}"}},
          {.name = "DeleteVolume",
           .effect = Effect::kIdempotentWrite,
           .input = R"({VolumeId!})",
           .iam = {.action = "ec2:DeleteVolume",
                   .resource = "arn:{partition}:ec2:{region}:{account}:volume/{VolumeId}"}},
          {.name = "DescribeSnapshots",
           .effect = Effect::kRead,
           .input = R"({MaxResults:i NextToken OwnerIds=Owner[] SnapshotIds=SnapshotId[] Filters=Filter[{Name
        Values=Value[]}]})",
           .output =
               R"({NextToken Snapshots=snapshotSet[{Tags=tagSet[{Key Value}] StorageTier SnapshotId VolumeId
        State=status StartTime:t OwnerId Description VolumeSize:i Encrypted:b}]})",
           .pages = {.input_token = "NextToken",
                     .output_token = "NextToken",
                     .items = "Snapshots",
                     .page_size = "MaxResults"},
           .iam = {.action = "ec2:DescribeSnapshots"}},
          {.name = "CreateSnapshot",
           .effect = Effect::kWrite,
           .input =
               R"({Description VolumeId! TagSpecifications=TagSpecification[{ResourceType Tags=Tag[{Key Value}]}]})",
           .output = R"({SnapshotId VolumeId State=status StartTime:t VolumeSize:i})",
           .iam = {.action = "ec2:CreateSnapshot", .resource = "*"}},
          {.name = "DeleteSnapshot",
           .effect = Effect::kIdempotentWrite,
           .input = R"({SnapshotId!})",
           .iam = {.action = "ec2:DeleteSnapshot",
                   .resource = "arn:{partition}:ec2:{region}::snapshot/{SnapshotId}"}},
          {.name = "DescribeImages",
           .effect = Effect::kRead,
           .input =
               R"({ImageIds=ImageId[] Owners=Owner[] IncludeDeprecated:b MaxResults:i NextToken Filters=Filter[{Name
        Values=Value[]}]})",
           .output =
               R"({NextToken Images=imagesSet[{BlockDeviceMappings=blockDeviceMapping[{Ebs{SnapshotId VolumeSize:i}
        DeviceName}] Name Tags=tagSet[{Key Value}] DeprecationTime ImageId State=imageState
        OwnerId=imageOwnerId CreationDate Architecture}]})",
           .pages = {.input_token = "NextToken",
                     .output_token = "NextToken",
                     .items = "Images",
                     .page_size = "MaxResults"},
           .iam = {.action = "ec2:DescribeImages"}},
          {.name = "DeregisterImage",
           .effect = Effect::kIdempotentWrite,
           .input = R"({ImageId!})",
           .iam = {.action = "ec2:DeregisterImage",
                   .resource = "arn:{partition}:ec2:{region}::image/{ImageId}"}},
          {.name = "DescribeAddresses",
           .effect = Effect::kRead,
           .input = R"({Filters=Filter[{Name Values=Value[]}] AllocationIds=AllocationId[]})",
           .output =
               R"({Addresses=addressesSet[{AllocationId AssociationId NetworkInterfaceId PrivateIpAddress
        Tags=tagSet[{Key Value}] InstanceId PublicIp}]})",
           .iam = {.action = "ec2:DescribeAddresses"}},
          {.name = "ReleaseAddress",
           .effect = Effect::kIdempotentWrite,
           .input = R"({AllocationId})",
           .iam = {.action = "ec2:ReleaseAddress",
                   .resource = "arn:{partition}:ec2:{region}:{account}:elastic-ip/{AllocationId}"}},
          {.name = "DescribeNetworkInterfaces",
           .effect = Effect::kRead,
           .input = R"({NextToken MaxResults:i NetworkInterfaceIds=NetworkInterfaceId[] Filters=Filter[{Name
        Values=Value[]}]})",
           .output =
               R"({NetworkInterfaces=networkInterfaceSet[{Attachment{InstanceId Status} Description InterfaceType
        NetworkInterfaceId PrivateIpAddress Status SubnetId VpcId}] NextToken})",
           .pages = {.input_token = "NextToken",
                     .output_token = "NextToken",
                     .items = "NetworkInterfaces",
                     .page_size = "MaxResults"},
           .iam = {.action = "ec2:DescribeNetworkInterfaces"}},
          {.name = "DescribeSubnets",
           .effect = Effect::kRead,
           .input = R"({Filters=Filter[{Name Values=Value[]}] SubnetIds=SubnetId[] NextToken MaxResults:i})",
           .output =
               R"({NextToken Subnets=subnetSet[{AvailabilityZoneId Tags=tagSet[{Key Value}] SubnetId State VpcId
        CidrBlock AvailableIpAddressCount:i AvailabilityZone MapPublicIpOnLaunch:b}]})",
           .pages = {.input_token = "NextToken",
                     .output_token = "NextToken",
                     .items = "Subnets",
                     .page_size = "MaxResults"},
           .iam = {.action = "ec2:DescribeSubnets"}},
          {.name = "DescribeVpcs",
           .effect = Effect::kRead,
           .input = R"({Filters=Filter[{Name Values=Value[]}] VpcIds=VpcId[] NextToken MaxResults:i})",
           .output =
               R"({NextToken Vpcs=vpcSet[{IsDefault:b Tags=tagSet[{Key Value}] VpcId State CidrBlock}]})",
           .pages = {.input_token = "NextToken",
                     .output_token = "NextToken",
                     .items = "Vpcs",
                     .page_size = "MaxResults"},
           .iam = {.action = "ec2:DescribeVpcs"}},
          {.name = "DescribeNatGateways",
           .effect = Effect::kRead,
           .input = R"({Filter[{Name Values=Value[]}] MaxResults:i NatGatewayIds=NatGatewayId[] NextToken})",
           .output =
               R"({NatGateways=natGatewaySet[{CreateTime:t NatGatewayId State SubnetId VpcId Tags=tagSet[{Key
        Value}]}] NextToken})",
           .pages = {.input_token = "NextToken",
                     .output_token = "NextToken",
                     .items = "NatGateways",
                     .page_size = "MaxResults"},
           .iam = {.action = "ec2:DescribeNatGateways"}},
          {.name = "DescribeSecurityGroups",
           .effect = Effect::kRead,
           .input = R"({GroupIds=GroupId[] NextToken MaxResults:i Filters=Filter[{Name Values=Value[]}]})",
           .output =
               R"({NextToken SecurityGroups=securityGroupInfo[{GroupId Tags=tagSet[{Key Value}] VpcId GroupName
        Description=groupDescription IpPermissions[{IpProtocol FromPort:i ToPort:i
        UserIdGroupPairs=groups[{UserId GroupId}] IpRanges[{Description CidrIp}] Ipv6Ranges[{Description
        CidrIpv6}] PrefixListIds[{Description PrefixListId}]}]}]})",
           .pages = {.input_token = "NextToken",
                     .output_token = "NextToken",
                     .items = "SecurityGroups",
                     .page_size = "MaxResults"},
           .iam = {.action = "ec2:DescribeSecurityGroups"}},
          {.name = "RevokeSecurityGroupIngress",
           .effect = Effect::kIdempotentWrite,
           .input =
               R"({GroupId IpPermissions[{IpProtocol FromPort:i ToPort:i UserIdGroupPairs=Groups[{UserId GroupId}]
        IpRanges[{Description CidrIp}] Ipv6Ranges[{Description CidrIpv6}]}]
        SecurityGroupRuleIds=SecurityGroupRuleId[]})",
           .output = R"({Return:b})",
           .iam = {.action = "ec2:RevokeSecurityGroupIngress",
                   .resource = "arn:{partition}:ec2:{region}:{account}:security-group/{GroupId}"}},
          {.name = "DescribeLaunchTemplateVersions",
           .effect = Effect::kRead,
           .input =
               R"({LaunchTemplateId LaunchTemplateName Versions=LaunchTemplateVersion[] NextToken MaxResults:i
        Filters=Filter[{Name Values=Value[]}]})",
           .output = R"({LaunchTemplateVersions=launchTemplateVersionSet[{LaunchTemplateId LaunchTemplateName
        VersionNumber:i CreateTime:t DefaultVersion:b LaunchTemplateData{IamInstanceProfile{Arn Name}
        ImageId InstanceType SecurityGroupIds=securityGroupIdSet[]}}] NextToken})",
           .pages = {.input_token = "NextToken",
                     .output_token = "NextToken",
                     .items = "LaunchTemplateVersions",
                     .page_size = "MaxResults"},
           .iam = {.action = "ec2:DescribeLaunchTemplateVersions"}},
          {.name = "DescribeReservedInstances",
           .effect = Effect::kRead,
           .input = R"({ReservedInstancesIds=ReservedInstancesId[] Filters=Filter[{Name Values=Value[]}]})",
           .output =
               R"({ReservedInstances=reservedInstancesSet[{OfferingClass OfferingType Scope ReservedInstancesId
        InstanceType AvailabilityZone Start:t End:t Duration:i UsagePrice:f FixedPrice:f InstanceCount:i
        ProductDescription State}]})",
           .iam = {.action = "ec2:DescribeReservedInstances"}},
          {.name = "DescribeFlowLogs",
           .effect = Effect::kRead,
           .input = R"({Filter[{Name Values=Value[]}] FlowLogIds=FlowLogId[] MaxResults:i NextToken})",
           .output =
               R"({FlowLogs=flowLogSet[{FlowLogId FlowLogStatus LogGroupName ResourceId TrafficType LogDestinationType
        LogDestination}] NextToken})",
           .pages = {.input_token = "NextToken",
                     .output_token = "NextToken",
                     .items = "FlowLogs",
                     .page_size = "MaxResults"},
           .iam = {.action = "ec2:DescribeFlowLogs"}},
          {.name = "GetEbsEncryptionByDefault",
           .effect = Effect::kRead,
           .input = R"({})",
           .output = R"({EbsEncryptionByDefault:b})",
           .iam = {.action = "ec2:GetEbsEncryptionByDefault"}},
          {.name = "EnableEbsEncryptionByDefault",
           .effect = Effect::kIdempotentWrite,
           .input = R"({})",
           .output = R"({EbsEncryptionByDefault:b})",
           .iam = {.action = "ec2:EnableEbsEncryptionByDefault"}},
          {.name = "DescribeVpcEndpoints",
           .effect = Effect::kRead,
           .input =
               R"({VpcEndpointIds=VpcEndpointId[] Filters=Filter[{Name Values=Value[]}] MaxResults:i NextToken})",
           .output =
               R"({VpcEndpoints=vpcEndpointSet[{VpcEndpointId VpcEndpointType VpcId ServiceName State}] NextToken})",
           .pages = {.input_token = "NextToken",
                     .output_token = "NextToken",
                     .items = "VpcEndpoints",
                     .page_size = "MaxResults"},
           .iam = {.action = "ec2:DescribeVpcEndpoints"}},
          {.name = "ModifyInstanceMetadataOptions",
           .effect = Effect::kIdempotentWrite,
           .input = R"({InstanceId! HttpTokens HttpPutResponseHopLimit:i HttpEndpoint})",
           .output =
               R"({InstanceId InstanceMetadataOptions{State HttpTokens HttpPutResponseHopLimit:i HttpEndpoint}})",
           .iam = {.action = "ec2:ModifyInstanceMetadataOptions",
                   .resource = "arn:{partition}:ec2:{region}:{account}:instance/{InstanceId}"}},
      });
  return service;
}

}  // namespace tidegate::aws
