#include "aws/operations/table.h"

namespace tidegate::aws {

const Service& backup() {
  static const Service service(
      {.id = "Backup",
       .model = "backup",
       .endpoint_prefix = "backup",
       .signing_name = "backup",
       .protocol = Protocol::kRestJson,
       .api_version = "2018-11-15"},
      {
          {.name = "StartBackupJob",
           .method = "PUT",
           .path = "/backup-jobs",
           .effect = Effect::kIdempotentWrite,
           .input = R"({BackupVaultName! ResourceArn! IamRoleArn! IdempotencyToken StartWindowMinutes:i
        CompleteWindowMinutes:i Lifecycle{MoveToColdStorageAfterDays:i DeleteAfterDays:i
        OptInToArchiveForSupportedResources:b DeleteAfterEvent} RecoveryPointTags<>})",
           .output = R"({BackupJobId RecoveryPointArn CreationDate:t})",
           .idempotency_token = "IdempotencyToken",
           .iam = {.action = "backup:StartBackupJob",
                   .resource = "arn:{partition}:backup:{region}:{account}:backup-vault:{BackupVaultName}",
                   .also = {"iam:PassRole"}}},
          {.name = "DescribeBackupJob",
           .method = "GET",
           .path = "/backup-jobs/{backupJobId}",
           .effect = Effect::kRead,
           .input = R"({BackupJobId=backupJobId!@path})",
           .output =
               R"({BackupJobId BackupVaultName RecoveryPointArn ResourceArn CreationDate:t CompletionDate:t State
        StatusMessage PercentDone BackupSizeInBytes:i ResourceType ResourceName})",
           .iam = {.action = "backup:DescribeBackupJob"}},
          {.name = "ListBackupJobs",
           .method = "GET",
           .path = "/backup-jobs/",
           .effect = Effect::kRead,
           .input =
               R"({NextToken=nextToken@query MaxResults=maxResults@query:i ByResourceArn=resourceArn@query
        ByState=state@query ByBackupVaultName=backupVaultName@query ByCreatedBefore=createdBefore@query:t
        ByCreatedAfter=createdAfter@query:t ByResourceType=resourceType@query})",
           .output = R"({BackupJobs[{BackupJobId BackupVaultName RecoveryPointArn ResourceArn CreationDate:t
        CompletionDate:t State StatusMessage PercentDone BackupSizeInBytes:i ResourceType ResourceName}]
        NextToken})",
           .pages = {.input_token = "NextToken",
                     .output_token = "NextToken",
                     .items = "BackupJobs",
                     .page_size = "MaxResults"},
           .iam = {.action = "backup:ListBackupJobs"}},
          {.name = "ListBackupVaults",
           .method = "GET",
           .path = "/backup-vaults/",
           .effect = Effect::kRead,
           .input = R"({NextToken=nextToken@query MaxResults=maxResults@query:i})",
           .output = R"({BackupVaultList[{BackupVaultName BackupVaultArn CreationDate:t EncryptionKeyArn
        NumberOfRecoveryPoints:i Locked:b}] NextToken})",
           .pages = {.input_token = "NextToken",
                     .output_token = "NextToken",
                     .items = "BackupVaultList",
                     .page_size = "MaxResults"},
           .iam = {.action = "backup:ListBackupVaults"}},
          {.name = "ListRecoveryPointsByBackupVault",
           .method = "GET",
           .path = "/backup-vaults/{backupVaultName}/recovery-points/",
           .effect = Effect::kRead,
           .input =
               R"({BackupVaultName=backupVaultName!@path NextToken=nextToken@query MaxResults=maxResults@query:i
        ByResourceArn=resourceArn@query ByResourceType=resourceType@query
        ByCreatedBefore=createdBefore@query:t ByCreatedAfter=createdAfter@query:t})",
           .output =
               R"({NextToken RecoveryPoints[{RecoveryPointArn BackupVaultName ResourceArn ResourceType Status
        CreationDate:t CompletionDate:t BackupSizeInBytes:i CalculatedLifecycle{MoveToColdStorageAt:t
        DeleteAt:t} Lifecycle{MoveToColdStorageAfterDays:i DeleteAfterDays:i
        OptInToArchiveForSupportedResources:b DeleteAfterEvent} IsEncrypted:b LastRestoreTime:t}]})",
           .pages = {.input_token = "NextToken",
                     .output_token = "NextToken",
                     .items = "RecoveryPoints",
                     .page_size = "MaxResults"},
           .iam = {.action = "backup:ListRecoveryPointsByBackupVault",
                   .resource = "arn:{partition}:backup:{region}:{account}:backup-vault:{backupVaultName}"}},
          {.name = "DeleteRecoveryPoint",
           .method = "DELETE",
           .path = "/backup-vaults/{backupVaultName}/recovery-points/{recoveryPointArn}",
           .effect = Effect::kIdempotentWrite,
           .input = R"({BackupVaultName=backupVaultName!@path RecoveryPointArn=recoveryPointArn!@path})",
           .iam = {.action = "backup:DeleteRecoveryPoint", .resource = "{RecoveryPointArn}"}},
          {.name = "StartRestoreJob",
           .method = "PUT",
           .path = "/restore-jobs",
           .effect = Effect::kIdempotentWrite,
           .input = R"({RecoveryPointArn! Metadata!<> IamRoleArn IdempotencyToken ResourceType
        CopySourceTagsToRestoredResource:b})",
           .output = R"({RestoreJobId})",
           .idempotency_token = "IdempotencyToken",
           .iam = {.action = "backup:StartRestoreJob",
                   .resource = "{RecoveryPointArn}",
                   .also = {"iam:PassRole"}}},
          {.name = "DescribeRestoreJob",
           .method = "GET",
           .path = "/restore-jobs/{restoreJobId}",
           .effect = Effect::kRead,
           .input = R"({RestoreJobId=restoreJobId!@path})",
           .output =
               R"({RestoreJobId RecoveryPointArn CreationDate:t CompletionDate:t Status StatusMessage PercentDone
        CreatedResourceArn ResourceType})",
           .iam = {.action = "backup:DescribeRestoreJob"}},
          {.name = "GetRecoveryPointRestoreMetadata",
           .method = "GET",
           .path = "/backup-vaults/{backupVaultName}/recovery-points/{recoveryPointArn}/restore-metadata",
           .effect = Effect::kRead,
           .input = R"({BackupVaultName=backupVaultName!@path RecoveryPointArn=recoveryPointArn!@path})",
           .output = R"({RestoreMetadata<> ResourceType})",
           .iam = {.action = "backup:GetRecoveryPointRestoreMetadata", .resource = "{RecoveryPointArn}"}},
          {.name = "ListBackupPlans",
           .method = "GET",
           .path = "/backup/plans/",
           .effect = Effect::kRead,
           .input =
               R"({NextToken=nextToken@query MaxResults=maxResults@query:i IncludeDeleted=includeDeleted@query:b})",
           .output =
               R"({NextToken BackupPlansList[{BackupPlanArn BackupPlanId CreationDate:t VersionId BackupPlanName
        LastExecutionDate:t}]})",
           .pages = {.input_token = "NextToken",
                     .output_token = "NextToken",
                     .items = "BackupPlansList",
                     .page_size = "MaxResults"},
           .iam = {.action = "backup:ListBackupPlans"}},
          {.name = "ListProtectedResources",
           .method = "GET",
           .path = "/resources/",
           .effect = Effect::kRead,
           .input = R"({NextToken=nextToken@query MaxResults=maxResults@query:i})",
           .output = R"({Results[{ResourceArn ResourceType LastBackupTime:t ResourceName}] NextToken})",
           .pages = {.input_token = "NextToken",
                     .output_token = "NextToken",
                     .items = "Results",
                     .page_size = "MaxResults"},
           .iam = {.action = "backup:ListProtectedResources"}},
      });
  return service;
}

}  // namespace tidegate::aws
