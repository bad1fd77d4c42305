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
      });
  return service;
}

}  // namespace tidegate::aws
