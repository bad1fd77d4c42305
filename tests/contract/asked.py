"""What each operation is asked about the account of furnished.py, and which ones are not tried there.

A parameter that begins with @ is a name that `furnish` returned.
"""

from __future__ import annotations

from typing import Any

from tests.contract.furnished import NOW, ROLE, TEMPLATE

NOT_TRIED: dict[tuple[str, str], str] = {
    ("sns", "ConfirmSubscription"): "moto hands out no token",
    ("lambda", "Invoke"): "moto runs functions in containers; tests/emulator has its own",
    ("ec2", "CreateFleet"): "moto asks for a launch template with an image; tried on the empty account",
    ("sts", "AssumeRoleWithWebIdentity"): "unsigned; credential_sources_test has it",
    ("ec2", "DescribeReservedInstances"): "moto fails (500); tried on the empty account",
    ("events", "PutEvents"): "moto fails (500) where a rule has a target; tried on the empty account",
}

DRAWN = {("logs", "StartQuery"), ("sts", "AssumeRole"), ("ecs", "DescribeTasks")}
"""Answered otherwise each time: drawn ids and keys, a task that moves on when it is looked at."""

_KEY = {"pk": {"S": "a"}}
_THING = {"FunctionName": "thing"}
_PERIOD = {"Start": "2026-11-01", "End": "2026-11-02"}
_OBJECT = {"Bucket": "thing", "Key": "a b/c"}
_STACK = {"StackName": "thing"}
_GROUP = {"AutoScalingGroupName": "thing"}
_NODEGROUP = {"clusterName": "thing", "nodegroupName": "thing"}
_SCHEDULE = {
    "ScheduleExpression": "rate(9 minutes)",
    "FlexibleTimeWindow": {"Mode": "OFF"},
    "Target": {"Arn": "arn:aws:sqs:us-east-1:123456789012:thing", "RoleArn": ROLE},
}

_BY_SERVICE: dict[str, dict[str, dict[str, Any]]] = {
    "acm": {"DescribeCertificate": {"CertificateArn": "@certificate"}},
    "autoscaling": {
        "SetDesiredCapacity": {**_GROUP, "DesiredCapacity": 4},
        "UpdateAutoScalingGroup": {**_GROUP, "MaxSize": 8},
        "TerminateInstanceInAutoScalingGroup": {"InstanceId": "@ended", "ShouldDecrementDesiredCapacity": True},
        "SetInstanceProtection": {**_GROUP, "InstanceIds": ["@member"], "ProtectedFromScaleIn": True},
        "SuspendProcesses": {**_GROUP, "ScalingProcesses": ["Launch"]},
        "ResumeProcesses": {**_GROUP, "ScalingProcesses": ["Launch"]},
        "DetachInstances": {**_GROUP, "InstanceIds": ["@detached"], "ShouldDecrementDesiredCapacity": True},
        "CreateOrUpdateTags": {
            "Tags": [
                {
                    "ResourceId": "thing",
                    "ResourceType": "auto-scaling-group",
                    "Key": "k",
                    "Value": "v",
                    "PropagateAtLaunch": True,
                }
            ]
        },
    },
    "budgets": {
        "DescribeBudgets": {"AccountId": "123456789012"},
        "DescribeBudget": {"AccountId": "123456789012", "BudgetName": "thing"},
        "CreateBudget": {
            "AccountId": "123456789012",
            "Budget": {
                "BudgetName": "new",
                "BudgetType": "COST",
                "TimeUnit": "MONTHLY",
                "BudgetLimit": {"Amount": "10", "Unit": "USD"},
            },
        },
    },
    "ce": {"GetCostAndUsage": {"TimePeriod": _PERIOD, "Granularity": "DAILY", "Metrics": ["UnblendedCost"]}},
    "cloudformation": {
        "DescribeStacks": _STACK,
        "DescribeStackEvents": _STACK,
        "ListStackResources": _STACK,
        "GetTemplate": _STACK,
        "ValidateTemplate": {"TemplateBody": TEMPLATE},
        "DescribeChangeSet": {**_STACK, "ChangeSetName": "thing"},
        "CreateChangeSet": {**_STACK, "ChangeSetName": "new", "TemplateBody": TEMPLATE, "Capabilities": []},
        "ExecuteChangeSet": {**_STACK, "ChangeSetName": "ready"},
        "DeleteChangeSet": {**_STACK, "ChangeSetName": "old"},
        "UpdateStack": {**_STACK, "TemplateBody": TEMPLATE},
    },
    "cloudwatch": {
        "GetMetricData": {
            "StartTime": NOW - 600,
            "EndTime": NOW + 600,
            "MetricDataQueries": [
                {
                    "Id": "a",
                    "MetricStat": {"Metric": {"Namespace": "a", "MetricName": "m"}, "Period": 60, "Stat": "Sum"},
                }
            ],
        },
        "PutMetricData": {"Namespace": "a", "MetricData": [{"MetricName": "m", "Value": 2.5}]},
        "PutMetricAlarm": {
            "AlarmName": "new",
            "Namespace": "a",
            "MetricName": "m",
            "Period": 60,
            "EvaluationPeriods": 1,
            "Threshold": 1.5,
            "Statistic": "Sum",
            "ComparisonOperator": "GreaterThanThreshold",
        },
        "DeleteAlarms": {"AlarmNames": ["old"]},
        "SetAlarmState": {"AlarmName": "thing", "StateValue": "ALARM", "StateReason": "test"},
        "GetDashboard": {"DashboardName": "thing"},
        "PutDashboard": {"DashboardName": "new", "DashboardBody": '{"widgets": []}'},
    },
    "config": {"DescribeConfigRules": {}},
    "dynamodb": {
        "GetItem": {"TableName": "thing", "Key": _KEY},
        "Query": {
            "TableName": "thing",
            "KeyConditionExpression": "pk = :p",
            "ExpressionAttributeValues": {":p": {"S": "a"}},
        },
        "Scan": {"TableName": "thing"},
        "PutItem": {"TableName": "thing", "Item": {"pk": {"S": "b"}, "ns": {"NS": ["1", "2.5"]}}},
        "UpdateItem": {
            "TableName": "thing",
            "Key": _KEY,
            "UpdateExpression": "SET n = :n",
            "ExpressionAttributeValues": {":n": {"N": "2"}},
            "ReturnValues": "ALL_NEW",
        },
        "DeleteItem": {"TableName": "thing", "Key": {"pk": {"S": "gone"}}},
        "BatchGetItem": {"RequestItems": {"thing": {"Keys": [_KEY]}}},
        "BatchWriteItem": {"RequestItems": {"thing": [{"PutRequest": {"Item": {"pk": {"S": "c"}}}}]}},
        "TransactGetItems": {"TransactItems": [{"Get": {"TableName": "thing", "Key": _KEY}}]},
        "TransactWriteItems": {"TransactItems": [{"Put": {"TableName": "thing", "Item": {"pk": {"S": "d"}}}}]},
        "DescribeTable": {"TableName": "thing"},
        "CreateTable": {
            "TableName": "new",
            "BillingMode": "PAY_PER_REQUEST",
            "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
            "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
        },
        "UpdateTimeToLive": {
            "TableName": "thing",
            "TimeToLiveSpecification": {"AttributeName": "expires_at", "Enabled": True},
        },
        "DescribeTimeToLive": {"TableName": "thing"},
        "DescribeContinuousBackups": {"TableName": "thing"},
        "UpdateContinuousBackups": {
            "TableName": "thing",
            "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": True},
        },
    },
    "ec2": {
        "DescribeInstanceTypes": {"InstanceTypes": ["m5.large", "c5.xlarge"]},
        "DescribeInstanceTypeOfferings": {
            "LocationType": "availability-zone",
            "Filters": [{"Name": "instance-type", "Values": ["m5.large"]}],
        },
        "DescribeImages": {"Owners": ["self"]},
        "StartInstances": {"InstanceIds": ["@instance"]},
        "StopInstances": {"InstanceIds": ["@instance"]},
        "TerminateInstances": {"InstanceIds": ["@spare"]},
        "CreateTags": {"Resources": ["@instance"], "Tags": [{"Key": "k", "Value": "v"}]},
        "DeleteTags": {"Resources": ["@instance"], "Tags": [{"Key": "k"}]},
        "ModifyVolume": {"VolumeId": "@volume", "Size": 9},
        "DeleteVolume": {"VolumeId": "@old_volume"},
        "CreateSnapshot": {"VolumeId": "@volume"},
        "DeleteSnapshot": {"SnapshotId": "@snapshot"},
        "DeregisterImage": {"ImageId": "@image"},
        "ReleaseAddress": {"AllocationId": "@address"},
        "RevokeSecurityGroupIngress": {
            "GroupId": "@group",
            "IpPermissions": [
                {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
            ],
        },
        "DescribeLaunchTemplateVersions": {"LaunchTemplateName": "thing"},
        "ModifyInstanceMetadataOptions": {"InstanceId": "@instance", "HttpTokens": "required"},
    },
    "ecs": {
        "DescribeClusters": {"clusters": ["thing"]},
        "ListServices": {"cluster": "thing"},
        "DescribeServices": {"cluster": "thing", "services": ["thing"]},
        "UpdateService": {"cluster": "thing", "service": "thing", "desiredCount": 2},
        "ListTasks": {"cluster": "thing"},
        "DescribeTasks": {"cluster": "thing", "tasks": ["@task"]},
        "StopTask": {"cluster": "thing", "task": "@task"},
        "RunTask": {"cluster": "thing", "taskDefinition": "thing", "launchType": "FARGATE"},
    },
    "eks": {
        "DescribeCluster": {"name": "thing"},
        "ListNodegroups": {"clusterName": "thing"},
        "DescribeNodegroup": _NODEGROUP,
        "UpdateNodegroupConfig": {**_NODEGROUP, "scalingConfig": {"minSize": 1, "maxSize": 5, "desiredSize": 2}},
        "ListTagsForResource": {"resourceArn": "@cluster"},
        "TagResource": {"resourceArn": "@cluster", "tags": {"k": "v"}},
    },
    "events": {
        "PutEvents": {"Entries": [{"Source": "a", "DetailType": "b", "Detail": "{}"}]},
        "PutRule": {"Name": "new", "ScheduleExpression": "rate(1 minute)"},
        "PutTargets": {
            "Rule": "thing",
            "Targets": [{"Id": "b", "Arn": "arn:aws:sqs:us-east-1:123456789012:thing"}],
        },
        "ListTargetsByRule": {"Rule": "thing"},
        "DescribeRule": {"Name": "thing"},
        "EnableRule": {"Name": "thing"},
        "DisableRule": {"Name": "thing"},
        "RemoveTargets": {"Rule": "thing", "Ids": ["a"]},
        "DeleteRule": {"Name": "old"},
        "ListTagsForResource": {"ResourceARN": "@rule"},
    },
    "iam": {
        "GetRole": {"RoleName": "thing"},
        "ListAttachedRolePolicies": {"RoleName": "thing"},
        "ListRolePolicies": {"RoleName": "thing"},
        "GetRolePolicy": {"RoleName": "thing", "PolicyName": "thing"},
        "ListAccessKeys": {"UserName": "thing"},
        "GetAccessKeyLastUsed": {"AccessKeyId": "@access_key"},
        "UpdateAccessKey": {"UserName": "thing", "AccessKeyId": "@access_key", "Status": "Inactive"},
        "ListMFADevices": {"UserName": "thing"},
        "GetLoginProfile": {"UserName": "thing"},
    },
    "lambda": {
        "GetFunctionConfiguration": _THING,
        "UpdateFunctionConfiguration": {**_THING, "Timeout": 9},
        "PublishVersion": _THING,
        "ListVersionsByFunction": _THING,
        "CreateAlias": {**_THING, "Name": "new", "FunctionVersion": "1"},
        "UpdateAlias": {**_THING, "Name": "live", "Description": "d"},
        "DeleteAlias": {**_THING, "Name": "gone"},
        "GetAlias": {**_THING, "Name": "live"},
        "DeleteFunction": {"FunctionName": "old"},
        "PutFunctionConcurrency": {**_THING, "ReservedConcurrentExecutions": 3},
        "GetFunctionConcurrency": {"FunctionName": "old"},
        "DeleteFunctionConcurrency": _THING,
        "ListTags": {"Resource": "@function"},
    },
    "logs": {
        "DescribeLogStreams": {"logGroupName": "/thing"},
        "FilterLogEvents": {"logGroupName": "/thing"},
        "GetLogEvents": {"logGroupName": "/thing", "logStreamName": "thing"},
        "PutRetentionPolicy": {"logGroupName": "/thing", "retentionInDays": 7},
        "CreateLogGroup": {"logGroupName": "/new"},
        "CreateLogStream": {"logGroupName": "/thing", "logStreamName": "new"},
        "PutLogEvents": {
            "logGroupName": "/thing",
            "logStreamName": "thing",
            "logEvents": [{"timestamp": NOW * 1000, "message": "more"}],
        },
        "StartQuery": {
            "logGroupName": "/thing",
            "startTime": NOW - 60,
            "endTime": NOW + 60,
            "queryString": "fields @message",
        },
        "GetQueryResults": {"queryId": "@query"},
        "CreateExportTask": {
            "logGroupName": "/thing",
            "from": NOW * 1000,
            "to": NOW * 1000 + 1,
            "destination": "thing",
        },
    },
    "rds": {
        "StartDBInstance": {"DBInstanceIdentifier": "stopped"},
        "StopDBInstance": {"DBInstanceIdentifier": "thing"},
        "StartDBCluster": {"DBClusterIdentifier": "stopped"},
        "StopDBCluster": {"DBClusterIdentifier": "thing"},
        "CreateDBSnapshot": {"DBInstanceIdentifier": "stopped", "DBSnapshotIdentifier": "new"},
        "DeleteDBSnapshot": {"DBSnapshotIdentifier": "thing"},
        "ListTagsForResource": {"ResourceName": "arn:aws:rds:us-east-1:123456789012:db:thing"},
        "AddTagsToResource": {
            "ResourceName": "arn:aws:rds:us-east-1:123456789012:db:thing",
            "Tags": [{"Key": "k", "Value": "v"}],
        },
    },
    "resourcegroupstaggingapi": {
        "TagResources": {"ResourceARNList": ["@topic"], "Tags": {"k": "v"}},
        "UntagResources": {"ResourceARNList": ["@topic"], "TagKeys": ["k"]},
        "GetTagValues": {"Key": "k"},
    },
    "route53": {
        "GetHostedZone": {"Id": "@zone"},
        "ListResourceRecordSets": {"HostedZoneId": "@zone"},
        "ChangeResourceRecordSets": {
            "HostedZoneId": "@zone",
            "ChangeBatch": {
                "Changes": [
                    {
                        "Action": "UPSERT",
                        "ResourceRecordSet": {
                            "Name": "a.example.com",
                            "Type": "A",
                            "TTL": 60,
                            "ResourceRecords": [{"Value": "10.0.0.1"}],
                        },
                    }
                ]
            },
        },
        "GetChange": {"Id": "C1"},
        "GetHealthCheckStatus": {"HealthCheckId": "@check"},
    },
    "s3": {
        "ListObjectsV2": {"Bucket": "thing"},
        "GetObject": _OBJECT,
        "HeadObject": _OBJECT,
        "PutObject": {"Bucket": "thing", "Key": "ü/new", "Body": "text"},
        "CopyObject": {"Bucket": "thing", "Key": "copy", "CopySource": "thing/old"},
        "DeleteObject": {"Bucket": "thing", "Key": "gone"},
        "GetObjectTagging": _OBJECT,
        "PutObjectTagging": {**_OBJECT, "Tagging": {"TagSet": [{"Key": "k", "Value": "v"}]}},
        **{
            name: {"Bucket": "thing"}
            for name in (
                "GetBucketTagging",
                "GetBucketLocation",
                "GetBucketEncryption",
                "GetBucketVersioning",
                "GetPublicAccessBlock",
                "GetBucketPolicyStatus",
                "GetBucketLifecycleConfiguration",
                "ListMultipartUploads",
            )
        },
        "PutPublicAccessBlock": {
            "Bucket": "thing",
            "PublicAccessBlockConfiguration": {"BlockPublicAcls": True, "BlockPublicPolicy": True},
        },
        "AbortMultipartUpload": {"Bucket": "thing", "Key": "big", "UploadId": "@upload"},
    },
    "scheduler": {
        "CreateSchedule": {"Name": "new", **_SCHEDULE},
        "UpdateSchedule": {"Name": "thing", **_SCHEDULE},
        "GetSchedule": {"Name": "thing"},
        "DeleteSchedule": {"Name": "old"},
    },
    "secretsmanager": {
        "GetSecretValue": {"SecretId": "thing"},
        "DescribeSecret": {"SecretId": "thing"},
        "PutSecretValue": {"SecretId": "thing", "SecretString": "t"},
        "RotateSecret": {"SecretId": "thing", "RotationLambdaARN": "@function"},
    },
    "sesv2": {
        "SendEmail": {
            "FromEmailAddress": "a@example.com",
            "Destination": {"ToAddresses": ["b@example.com"]},
            "Content": {"Simple": {"Subject": {"Data": "s"}, "Body": {"Text": {"Data": "t"}}}},
        },
        "GetEmailIdentity": {"EmailIdentity": "a@example.com"},
    },
    "sns": {
        "Publish": {"TopicArn": "@topic", "Message": "text"},
        "PublishBatch": {"TopicArn": "@topic", "PublishBatchRequestEntries": [{"Id": "a", "Message": "text"}]},
        "CreateTopic": {"Name": "new"},
        "Subscribe": {"TopicArn": "@topic", "Protocol": "email", "Endpoint": "b@example.com"},
        "ListSubscriptionsByTopic": {"TopicArn": "@topic"},
        "GetTopicAttributes": {"TopicArn": "@topic"},
    },
    "sqs": {
        "SendMessage": {"QueueUrl": "@queue", "MessageBody": "text"},
        "SendMessageBatch": {"QueueUrl": "@queue", "Entries": [{"Id": "a", "MessageBody": "text"}]},
        "ReceiveMessage": {"QueueUrl": "@queue", "MaxNumberOfMessages": 1},
        "DeleteMessage": {"QueueUrl": "@queue", "ReceiptHandle": "@receipt0"},
        "DeleteMessageBatch": {"QueueUrl": "@queue", "Entries": [{"Id": "a", "ReceiptHandle": "@receipt1"}]},
        "ChangeMessageVisibility": {"QueueUrl": "@queue", "ReceiptHandle": "@receipt2", "VisibilityTimeout": 60},
        "ChangeMessageVisibilityBatch": {
            "QueueUrl": "@queue",
            "Entries": [{"Id": "a", "ReceiptHandle": "@receipt3", "VisibilityTimeout": 60}],
        },
        "GetQueueAttributes": {"QueueUrl": "@queue", "AttributeNames": ["All"]},
        "GetQueueUrl": {"QueueName": "thing"},
        "SetQueueAttributes": {"QueueUrl": "@queue", "Attributes": {"VisibilityTimeout": "45"}},
    },
    "ssm": {
        "GetParameter": {"Name": "/thing/one"},
        "GetParameters": {"Names": ["/thing/one", "/no"]},
        "GetParametersByPath": {"Path": "/thing"},
        "PutParameter": {"Name": "/thing/new", "Value": "v", "Type": "String"},
        "DeleteParameter": {"Name": "/thing/old"},
        "SendCommand": {"InstanceIds": ["@instance"], "DocumentName": "AWS-RunShellScript"},
        "GetCommandInvocation": {"CommandId": "@command", "InstanceId": "@instance"},
    },
    "sts": {"AssumeRole": {"RoleArn": ROLE, "RoleSessionName": "thing"}},
}

PARAMETERS: dict[tuple[str, str], dict[str, Any]] = {
    (service, operation): parameters
    for service, operations in _BY_SERVICE.items()
    for operation, parameters in operations.items()
}
