#include "aws/operations/table.h"

namespace tidegate::aws {

const Service& rds() {
  static const Service service(
      {.id = "RDS",
       .model = "rds",
       .endpoint_prefix = "rds",
       .signing_name = "rds",
       .protocol = Protocol::kQuery,
       .api_version = "2014-10-31"},
      {
          {.name = "DescribeDBInstances",
           .effect = Effect::kRead,
           .input = R"({DBInstanceIdentifier Filters[Filter|{Name! Values![Value|]}] MaxRecords:i Marker})",
           .output =
               R"({Marker DBInstances[DBInstance|{DBInstanceIdentifier DBInstanceClass Engine DBInstanceStatus
        AllocatedStorage:i InstanceCreateTime:t BackupRetentionPeriod:i AvailabilityZone MultiAZ:b
        EngineVersion ReadReplicaDBInstanceIdentifiers[ReadReplicaDBInstanceIdentifier|]
        PubliclyAccessible:b StorageType DBClusterIdentifier StorageEncrypted:b DBInstanceArn
        DeletionProtection:b TagList[Tag|{Key Value}]}]})",
           .pages = {.input_token = "Marker",
                     .output_token = "Marker",
                     .items = "DBInstances",
                     .page_size = "MaxRecords"},
           .iam = {.action = "rds:DescribeDBInstances",
                   .resource = "arn:{partition}:rds:{region}:{account}:db:*"}},
          {.name = "StartDBInstance",
           .effect = Effect::kIdempotentWrite,
           .input = R"({DBInstanceIdentifier!})",
           .output = R"({DBInstance{DBInstanceIdentifier DBInstanceStatus}})",
           .iam = {.action = "rds:StartDBInstance",
                   .resource = "arn:{partition}:rds:{region}:{account}:db:{DBInstanceIdentifier}"}},
          {.name = "StopDBInstance",
           .effect = Effect::kIdempotentWrite,
           .input = R"({DBInstanceIdentifier! DBSnapshotIdentifier})",
           .output = R"({DBInstance{DBInstanceIdentifier DBInstanceStatus}})",
           .iam = {.action = "rds:StopDBInstance",
                   .resource = "arn:{partition}:rds:{region}:{account}:db:{DBInstanceIdentifier}"}},
          {.name = "DescribeDBClusters",
           .effect = Effect::kRead,
           .input = R"({DBClusterIdentifier Filters[Filter|{Name! Values![Value|]}] MaxRecords:i Marker})",
           .output =
               R"({Marker DBClusters[DBCluster|{BackupRetentionPeriod:i DBClusterIdentifier Status MultiAZ:b Engine
        EngineVersion DBClusterMembers[DBClusterMember|{DBInstanceIdentifier IsClusterWriter:b}]
        StorageEncrypted:b DBClusterArn ClusterCreateTime:t DeletionProtection:b TagList[Tag|{Key Value}]}]})",
           .pages = {.input_token = "Marker",
                     .output_token = "Marker",
                     .items = "DBClusters",
                     .page_size = "MaxRecords"},
           .iam = {.action = "rds:DescribeDBClusters",
                   .resource = "arn:{partition}:rds:{region}:{account}:cluster:*"}},
          {.name = "StartDBCluster",
           .effect = Effect::kIdempotentWrite,
           .input = R"({DBClusterIdentifier!})",
           .output = R"({DBCluster{DBClusterIdentifier Status}})",
           .iam = {.action = "rds:StartDBCluster",
                   .resource = "arn:{partition}:rds:{region}:{account}:cluster:{DBClusterIdentifier}"}},
          {.name = "StopDBCluster",
           .effect = Effect::kIdempotentWrite,
           .input = R"({DBClusterIdentifier!})",
           .output = R"({DBCluster{DBClusterIdentifier Status}})",
           .iam = {.action = "rds:StopDBCluster",
                   .resource = "arn:{partition}:rds:{region}:{account}:cluster:{DBClusterIdentifier}"}},
          {.name = "DescribeDBSnapshots",
           .effect = Effect::kRead,
           .input =
               R"({DBInstanceIdentifier DBSnapshotIdentifier SnapshotType Filters[Filter|{Name! Values![Value|]}]
        MaxRecords:i Marker})",
           .output =
               R"({Marker DBSnapshots[DBSnapshot|{DBSnapshotIdentifier DBInstanceIdentifier SnapshotCreateTime:t
        Engine AllocatedStorage:i Status SnapshotType PercentProgress:i Encrypted:b DBSnapshotArn
        TagList[Tag|{Key Value}]}]})",
           .pages = {.input_token = "Marker",
                     .output_token = "Marker",
                     .items = "DBSnapshots",
                     .page_size = "MaxRecords"},
           .iam = {.action = "rds:DescribeDBSnapshots",
                   .resource = "arn:{partition}:rds:{region}:{account}:snapshot:*"}},
          {.name = "CreateDBSnapshot",
           .effect = Effect::kWrite,
           .input = R"({DBSnapshotIdentifier! DBInstanceIdentifier! Tags[Tag|{Key Value}]})",
           .output = R"({DBSnapshot{DBSnapshotIdentifier Status DBSnapshotArn}})",
           .iam = {.action = "rds:CreateDBSnapshot",
                   .resource = "arn:{partition}:rds:{region}:{account}:snapshot:{DBSnapshotIdentifier}"}},
          {.name = "DeleteDBSnapshot",
           .effect = Effect::kIdempotentWrite,
           .input = R"({DBSnapshotIdentifier!})",
           .output = R"({DBSnapshot{DBSnapshotIdentifier Status}})",
           .iam = {.action = "rds:DeleteDBSnapshot",
                   .resource = "arn:{partition}:rds:{region}:{account}:snapshot:{DBSnapshotIdentifier}"}},
          {.name = "ListTagsForResource",
           .effect = Effect::kRead,
           .input = R"({ResourceName! Filters[Filter|{Name! Values![Value|]}]})",
           .output = R"({TagList[Tag|{Key Value}]})",
           .iam = {.action = "rds:ListTagsForResource", .resource = "{ResourceName}"}},
          {.name = "AddTagsToResource",
           .effect = Effect::kIdempotentWrite,
           .input = R"({ResourceName! Tags![Tag|{Key Value}]})",
           .iam = {.action = "rds:AddTagsToResource", .resource = "{ResourceName}"}},
      });
  return service;
}

}  // namespace tidegate::aws
