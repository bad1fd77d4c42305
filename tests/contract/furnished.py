"""An account with one of everything, made through botocore."""

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
TEMPLATE = json.dumps(
    {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": "thing",
        "Resources": {"Queue": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "stacked"}}},
        "Outputs": {"Queue": {"Value": {"Ref": "Queue"}}},
    }
)
NOW = int(time.time())


def furnish(client: Callable[[str], Any]) -> dict[str, str]:
    """Makes it. Returns the ids that AWS chose."""
    names: dict[str, str] = {}
    for part in (_compute, _data, _messages, _identity, _watching, _functions, _stack):
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


def _stack(client: Callable[[str], Any], names: dict[str, str]) -> None:
    stacks = client("cloudformation")
    stacks.create_stack(StackName="thing", TemplateBody=TEMPLATE, Tags=[{"Key": "k", "Value": "v"}])
    for name in ("thing", "ready", "old"):
        stacks.create_change_set(StackName="thing", ChangeSetName=name, TemplateBody=TEMPLATE, ChangeSetType="UPDATE")
