"""The operations of the table that moto does not have, and what stands in for it."""

from __future__ import annotations

EMULATOR = "own room of tests/emulator, driven by the integration tests"
RECORDED = "request and answer against botocore's model (test_operations.py)"

LACKING: dict[tuple[str, str], str] = {
    **{
        (service, operation): RECORDED
        for service, operations in {
            "acm": ["RenewCertificate"],
            "autoscaling": ["CompleteLifecycleAction", "RecordLifecycleActionHeartbeat"],
            "backup": [
                "DeleteRecoveryPoint",
                "DescribeBackupJob",
                "DescribeRestoreJob",
                "GetRecoveryPointRestoreMetadata",
                "ListBackupJobs",
                "ListProtectedResources",
                "ListRecoveryPointsByBackupVault",
                "StartBackupJob",
                "StartRestoreJob",
            ],
            "budgets": ["UpdateBudget"],
            "ce": [
                "GetAnomalies",
                "GetCostForecast",
                "GetDimensionValues",
                "GetReservationUtilization",
                "GetRightsizingRecommendation",
                "GetSavingsPlansCoverage",
                "GetSavingsPlansPurchaseRecommendation",
                "GetSavingsPlansUtilization",
                "GetTags",
                "ListCostAllocationTags",
            ],
            "cloudformation": ["DescribeStackDriftDetectionStatus", "DetectStackDrift"],
            "cloudwatch": ["PutCompositeAlarm"],
            "config": ["DescribeComplianceByConfigRule", "GetComplianceDetailsByConfigRule"],
            "eks": ["DescribeAddon", "ListAddons"],
            "iam": [
                "GenerateServiceLastAccessedDetails",
                "GetServiceLastAccessedDetails",
                "SimulatePrincipalPolicy",
            ],
            "lambda": [
                "DeleteProvisionedConcurrencyConfig",
                "GetAccountSettings",
                "GetProvisionedConcurrencyConfig",
                "PutProvisionedConcurrencyConfig",
            ],
            "pricing": ["DescribeServices", "GetAttributeValues"],
            "sesv2": ["GetAccount"],
            "ssm": ["DescribeInstanceInformation"],
        }.items()
        for operation in operations
    },
    ("ec2", "GetSpotPlacementScores"): EMULATOR,
    ("eks", "DescribeUpdate"): EMULATOR,
    ("pricing", "GetProducts"): EMULATOR,
}
