"""An account with one of everything, made through botocore, and what each operation is asked about it.

A parameter that begins with @ is a name that `furnish` returned.
"""

from __future__ import annotations

import io
import json
import time
import zipfile
from collections.abc import Callable
from typing import Any

ROLE = "arn:aws:iam::123456789012:role/thing"
TRUST = json.dumps({"Version": "2012-10-17", "Statement": []})
ALLOW = json.dumps(
    {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}]}
)
NOW = int(time.time())

NOT_TRIED: dict[tuple[str, str], str] = {
    ("cloudformation", name): "moto's CloudFormation asks for cfn-lint, which our tests do not install"
    for name in (
        "CreateChangeSet",
        "DeleteChangeSet",
        "DescribeChangeSet",
        "DescribeStackDriftDetectionStatus",
        "DescribeStackEvents",
        "DescribeStacks",
        "DetectStackDrift",
        "ExecuteChangeSet",
        "GetTemplate",
        "ListStackResources",
        "ListStacks",
        "UpdateStack",
        "ValidateTemplate",
    )
} | {
    ("sns", "ConfirmSubscription"): "moto hands out no token",
    ("lambda", "Invoke"): "moto runs functions in containers; tests/emulator has its own",
    ("ec2", "CreateFleet"): "moto asks for a launch template with an image; tried on the empty account",
    ("sts", "AssumeRoleWithWebIdentity"): "unsigned; credential_sources_test has it",
    ("ec2", "DescribeReservedInstances"): "moto fails (500); tried on the empty account",
    ("events", "PutEvents"): "moto fails (500) where a rule has a target; tried on the empty account",
}


DRAWN = {("logs", "StartQuery"), ("sts", "AssumeRole"), ("ecs", "DescribeTasks")}
"""Answered otherwise each time: drawn ids and keys, a task that moves on when it is looked at."""


def furnish(client: Callable[[str], Any]) -> dict[str, str]:
    """Makes it. Returns the ids that AWS chose."""
    names: dict[str, str] = {}
    for part in (_compute, _data, _messages, _identity, _watching, _functions):
        part(client, names)
    return names


def _compute(client: Callable[[str], Any], names: dict[str, str]) -> None:
    ec2 = client("ec2")
    image = ec2.describe_images(Owners=["amazon"])["Images"][0]["ImageId"]
    instance = ec2.run_instances(ImageId=image, MinCount=1, MaxCount=1, InstanceType="m5.large")["Instances"][0]
    names["instance"] = instance["InstanceId"]
    names["spare"] = ec2.run_instances(ImageId=image, MinCount=1, MaxCount=1)["Instances"][0]["InstanceId"]
    names["subnet"] = instance["SubnetId"]
    names["volume"] = ec2.create_volume(AvailabilityZone="us-east-1a", Size=8)["VolumeId"]
    names["old_volume"] = ec2.create_volume(AvailabilityZone="us-east-1a", Size=8)["VolumeId"]
    names["snapshot"] = ec2.create_snapshot(VolumeId=names["volume"])["SnapshotId"]
    names["image"] = ec2.create_image(InstanceId=names["instance"], Name="thing")["ImageId"]
    names["address"] = ec2.allocate_address(Domain="vpc")["AllocationId"]
    group = ec2.create_security_group(GroupName="thing", Description="thing", VpcId=instance["VpcId"])["GroupId"]
    names["group"] = group
    ec2.authorize_security_group_ingress(GroupId=group, IpProtocol="tcp", FromPort=22, ToPort=22, CidrIp="0.0.0.0/0")
    ec2.create_launch_template(
        LaunchTemplateName="thing", LaunchTemplateData={"ImageId": image, "InstanceType": "m5.large"}
    )
    scaling = client("autoscaling")
    scaling.create_launch_configuration(LaunchConfigurationName="thing", ImageId=image, InstanceType="m5.large")
    scaling.create_auto_scaling_group(
        AutoScalingGroupName="thing",
        LaunchConfigurationName="thing",
        MinSize=0,
        MaxSize=9,
        DesiredCapacity=3,
        AvailabilityZones=["us-east-1a"],
    )
    members = scaling.describe_auto_scaling_groups()["AutoScalingGroups"][0]["Instances"]
    names["member"], names["detached"], names["ended"] = (member["InstanceId"] for member in members)
    eks = client("eks")
    made = eks.create_cluster(name="thing", roleArn=ROLE, resourcesVpcConfig={"subnetIds": [names["subnet"]]})
    names["cluster"] = made["cluster"]["arn"]
    eks.create_nodegroup(clusterName="thing", nodegroupName="thing", nodeRole=ROLE, subnets=[names["subnet"]])
    ecs = client("ecs")
    ecs.create_cluster(clusterName="thing")
    ecs.register_task_definition(
        family="thing", containerDefinitions=[{"name": "a", "image": "a", "memory": 128, "cpu": 1}]
    )
    ecs.create_service(
        cluster="thing", serviceName="thing", taskDefinition="thing", desiredCount=1, launchType="FARGATE"
    )
    task = ecs.run_task(
        cluster="thing",
        taskDefinition="thing",
        launchType="FARGATE",
        networkConfiguration={"awsvpcConfiguration": {"subnets": [names["subnet"]]}},
    )
    names["task"] = task["tasks"][0]["taskArn"]
    rds = client("rds")
    for name in ("thing", "stopped"):
        rds.create_db_instance(
            DBInstanceIdentifier=name,
            Engine="mysql",
            DBInstanceClass="db.t3.micro",
            AllocatedStorage=10,
            MasterUsername="root",
            MasterUserPassword="password1",
        )
        rds.create_db_cluster(
            DBClusterIdentifier=name, Engine="aurora-mysql", MasterUsername="root", MasterUserPassword="password1"
        )
    rds.stop_db_instance(DBInstanceIdentifier="stopped")
    rds.stop_db_cluster(DBClusterIdentifier="stopped")
    rds.create_db_snapshot(DBInstanceIdentifier="thing", DBSnapshotIdentifier="thing")


def _data(client: Callable[[str], Any], names: dict[str, str]) -> None:
    s3 = client("s3")
    s3.create_bucket(Bucket="thing")
    s3.put_object(Bucket="thing", Key="a b/c", Body=b"text", Tagging="k=v")
    s3.put_object(Bucket="thing", Key="old", Body=b"text")
    s3.put_bucket_tagging(Bucket="thing", Tagging={"TagSet": [{"Key": "k", "Value": "v"}]})
    s3.put_bucket_lifecycle_configuration(
        Bucket="thing",
        LifecycleConfiguration={"Rules": [{"ID": "a", "Status": "Enabled", "Prefix": "", "Expiration": {"Days": 9}}]},
    )
    s3.put_public_access_block(Bucket="thing", PublicAccessBlockConfiguration={"BlockPublicAcls": True})
    s3.put_bucket_encryption(
        Bucket="thing",
        ServerSideEncryptionConfiguration={
            "Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]
        },
    )
    s3.put_bucket_policy(
        Bucket="thing",
        Policy=TRUST,
    )
    names["upload"] = s3.create_multipart_upload(Bucket="thing", Key="big")["UploadId"]
    dynamodb = client("dynamodb")
    dynamodb.create_table(
        TableName="thing",
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
    )
    dynamodb.put_item(TableName="thing", Item={"pk": {"S": "a"}, "n": {"N": "1"}, "l": {"L": [{"BOOL": True}]}})
    client("ssm").put_parameter(Name="/thing/one", Value="1", Type="String")
    client("ssm").put_parameter(Name="/thing/old", Value="1", Type="String")
    client("secretsmanager").create_secret(Name="thing", SecretString="s")
    route53 = client("route53")
    zone = route53.create_hosted_zone(Name="example.com", CallerReference="a")["HostedZone"]
    names["zone"] = zone["Id"].rsplit("/", 1)[1]
    check = {"IPAddress": "10.0.0.1", "Port": 80, "Type": "HTTP", "ResourcePath": "/"}
    names["check"] = route53.create_health_check(CallerReference="a", HealthCheckConfig=check)["HealthCheck"]["Id"]
    backup = client("backup")
    backup.create_backup_vault(BackupVaultName="thing")
    backup.create_backup_plan(
        BackupPlan={"BackupPlanName": "thing", "Rules": [{"RuleName": "a", "TargetBackupVaultName": "thing"}]}
    )


def _messages(client: Callable[[str], Any], names: dict[str, str]) -> None:
    names["topic"] = client("sns").create_topic(Name="thing")["TopicArn"]
    client("sns").subscribe(TopicArn=names["topic"], Protocol="email", Endpoint="a@example.com")
    sqs = client("sqs")
    names["queue"] = sqs.create_queue(QueueName="thing")["QueueUrl"]
    for number in range(4):
        sqs.send_message(QueueUrl=names["queue"], MessageBody=f"text {number}")
    for number in range(4):
        message = sqs.receive_message(QueueUrl=names["queue"], VisibilityTimeout=600)["Messages"][0]
        names[f"receipt{number}"] = message["ReceiptHandle"]
    events = client("events")
    for name in ("thing", "old"):
        events.put_rule(Name=name, ScheduleExpression="rate(5 minutes)")
    names["rule"] = events.describe_rule(Name="thing")["Arn"]
    events.put_targets(Rule="thing", Targets=[{"Id": "a", "Arn": "arn:aws:sqs:us-east-1:123456789012:thing"}])
    schedule = {
        "ScheduleExpression": "rate(5 minutes)",
        "FlexibleTimeWindow": {"Mode": "OFF"},
        "Target": {"Arn": "arn:aws:sqs:us-east-1:123456789012:thing", "RoleArn": ROLE},
    }
    for name in ("thing", "old"):
        client("scheduler").create_schedule(Name=name, **schedule)
    client("sesv2").create_email_identity(EmailIdentity="a@example.com")


def _identity(client: Callable[[str], Any], names: dict[str, str]) -> None:
    iam = client("iam")
    iam.create_role(RoleName="thing", AssumeRolePolicyDocument=ALLOW)
    iam.put_role_policy(RoleName="thing", PolicyName="thing", PolicyDocument=ALLOW)
    iam.create_user(UserName="thing")
    names["access_key"] = iam.create_access_key(UserName="thing")["AccessKey"]["AccessKeyId"]
    iam.create_login_profile(UserName="thing", Password="password1A!")
    iam.update_account_password_policy(MinimumPasswordLength=12)
    iam.generate_credential_report()
    client("organizations").create_organization(FeatureSet="ALL")
    names["certificate"] = client("acm").request_certificate(DomainName="example.com")["CertificateArn"]


def _watching(client: Callable[[str], Any], names: dict[str, str]) -> None:
    cloudwatch = client("cloudwatch")
    alarm = {"Namespace": "a", "MetricName": "m", "Period": 60, "EvaluationPeriods": 1, "Threshold": 1.0}
    for name in ("thing", "old"):
        cloudwatch.put_metric_alarm(
            AlarmName=name, Statistic="Sum", ComparisonOperator="GreaterThanThreshold", **alarm
        )
    cloudwatch.put_metric_data(Namespace="a", MetricData=[{"MetricName": "m", "Value": 1.0}])
    cloudwatch.put_dashboard(DashboardName="thing", DashboardBody=json.dumps({"widgets": []}))
    logs = client("logs")
    logs.create_log_group(logGroupName="/thing")
    logs.create_log_stream(logGroupName="/thing", logStreamName="thing")
    logs.put_log_events(
        logGroupName="/thing", logStreamName="thing", logEvents=[{"timestamp": NOW * 1000, "message": "text"}]
    )
    names["query"] = logs.start_query(
        logGroupName="/thing", startTime=NOW - 60, endTime=NOW + 60, queryString="fields @message"
    )["queryId"]
    client("budgets").create_budget(
        AccountId="123456789012",
        Budget={
            "BudgetName": "thing",
            "BudgetType": "COST",
            "TimeUnit": "MONTHLY",
            "BudgetLimit": {"Amount": "10", "Unit": "USD"},
        },
    )
    config = client("config")
    recorder = {"name": "default", "roleARN": ROLE, "recordingGroup": {"allSupported": True}}
    config.put_configuration_recorder(ConfigurationRecorder=recorder)
    config.put_config_rule(
        ConfigRule={
            "ConfigRuleName": "thing",
            "Source": {"Owner": "AWS", "SourceIdentifier": "S3_BUCKET_VERSIONING_ENABLED"},
            "InputParameters": "{}",
        }
    )
    command = client("ssm").send_command(InstanceIds=[names["instance"]], DocumentName="AWS-RunShellScript")
    names["command"] = command["Command"]["CommandId"]


def _functions(client: Callable[[str], Any], names: dict[str, str]) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("main.py", "def handler(event, context):\n    return event\n")
    functions = client("lambda")
    for name in ("thing", "old"):
        made = functions.create_function(
            FunctionName=name,
            Runtime="python3.12",
            Role=ROLE,
            Handler="main.handler",
            Code={"ZipFile": packed.getvalue()},
        )
    names["function"] = made["FunctionArn"].replace("old", "thing")
    functions.publish_version(FunctionName="thing")
    for name in ("live", "gone"):
        functions.create_alias(FunctionName="thing", Name=name, FunctionVersion="1")
    functions.put_function_concurrency(FunctionName="old", ReservedConcurrentExecutions=5)


_KEY = {"pk": {"S": "a"}}
_THING = {"FunctionName": "thing"}
_PERIOD = {"Start": "2026-11-01", "End": "2026-11-02"}
_OBJECT = {"Bucket": "thing", "Key": "a b/c"}
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
