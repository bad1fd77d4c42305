"""The emulator's door: it is as strict as AWS about signatures and shapes, and keeps what it refused."""

from __future__ import annotations

import datetime
import json
import re
from typing import Any

import httpx
import pytest
from botocore.auth import SigV4Auth, SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.exceptions import ClientError

from tests.emulator.signature import TEST_ACCESS_KEY, TEST_SECRET_KEY
from tests.harness.emulator import Emulator

KEYS = Credentials(TEST_ACCESS_KEY, TEST_SECRET_KEY)
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
GROUP = "/clusters/prod/node-groups/web"


def send(
    emulator: Emulator,
    service: str,
    method: str,
    target: str,
    body: str = "",
    headers: dict[str, str] | None = None,
) -> httpx.Response:
    """A request signed by botocore but otherwise as given, right or wrong."""
    request = AWSRequest(method, emulator.url + target, headers=headers or {}, data=body)
    SigV4Auth(KEYS, service, "us-east-1").add_auth(request)
    return httpx.request(method, emulator.url + target, content=body, headers=dict(request.headers.items()))


def kinds(emulator: Emulator) -> list[tuple[str, str, str]]:
    return [(v["kind"], v["service"], v["operation"]) for v in emulator.take_violations()]


@pytest.fixture
def eks(emulator: Emulator) -> Emulator:
    emulator.seed_eks({"name": "prod", "nodegroups": [{"name": "web", "min": 1, "max": 9, "desired": 2}]})
    return emulator


# --- shapes


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"scalingConfig": {"desiredSize": "4"}}, "desiredSize is '4', the model gives 4"),
        (
            {"scalingConfig": {"desiredSize": 4, "desired": 5}},
            "unknown or misplaced member .scalingConfig.desired",
        ),
        ({"scaling": {"desiredSize": 4}}, "unknown or misplaced member .scaling"),
        ({"scalingConfig": {"maxSize": 0}}, "maxSize is 0, less than 1|valid min value: 1"),
        ({"scalingConfig": [4]}, "SerializationException"),
        ({"taints": {"addOrUpdateTaints": [{"key": "a", "effect": "NoSchedule"}]}}, "not one of NO_SCHEDULE"),
    ],
)
def test_body_outside_the_model_is_refused_and_kept(eks: Emulator, body: dict[str, Any], words: str) -> None:
    reply = send(
        eks, "eks", "POST", f"{GROUP}/update-config", json.dumps(body), {"Content-Type": "application/json"}
    )

    assert reply.status_code == 400
    assert reply.headers["x-amzn-ErrorType"] in ("InvalidParameterException", "SerializationException")
    (violation,) = eks.take_violations()
    assert (violation["kind"], violation["operation"]) == ("request", "UpdateNodegroupConfig")
    assert re.search(words, violation["detail"])
    assert eks.journal() == []


def test_null_members_count_as_absent(eks: Emulator) -> None:
    body = json.dumps({"scalingConfig": {"desiredSize": 4, "minSize": None}, "labels": None})

    reply = send(eks, "eks", "POST", f"{GROUP}/update-config", body, {"Content-Type": "application/json"})

    assert reply.status_code == 200


def test_unknown_query_parameter_of_a_rest_call_is_refused(eks: Emulator) -> None:
    assert send(eks, "eks", "GET", f"{GROUP}/update-config?maxResult=1").status_code == 404
    assert send(eks, "eks", "GET", "/clusters?maxResult=1").status_code == 400

    assert kinds(eks) == [("operation", "eks", ""), ("request", "eks", "ListClusters")]


@pytest.mark.parametrize(
    ("form", "code"),
    [
        ("Action=DescribeSpotPriceHistory&Version=2016-11-15&InstanceType.1=m5.large", None),
        ("Action=DescribeSpotPriceHistory&Version=2016-11-15&InstanceTypes.1=m5.large", "UnknownParameter"),
        (
            "Action=DescribeSpotPriceHistory&Version=2016-11-15&InstanceType.member.1=m5.large",
            "UnknownParameter",
        ),
        ("Action=DescribeSpotPriceHistory&Version=2016-11-15&InstanceType.0=m5.large", "UnknownParameter"),
        ("Action=DescribeSpotPriceHistory&Version=2014-01-01", "InvalidParameterValue"),
        ("Action=DescribeSpotPriceHistory&Version=2016-11-15&MaxResults=ten", "MalformedInput"),
        ("Action=DescribeSpotPriceHistory&Version=2016-11-15&StartTime=2026-01-01T00:00:00.000Z", None),
        ("Action=GetSpotPlacementScores&Version=2016-11-15&InstanceType.1=m5.large", "MissingParameter"),
    ],
)
def test_ec2_forms_are_held_against_the_model(emulator: Emulator, form: str, code: str | None) -> None:
    reply = send(emulator, "ec2", "POST", "/", form, FORM)

    found = re.search(r"<Code>(\w+)</Code>", reply.text)
    assert (found.group(1) if found else None) == code, reply.text
    assert len(emulator.take_violations()) == (0 if code is None else 1)


def test_json_call_needs_its_content_type_and_target(emulator: Emulator) -> None:
    target = {"X-Amz-Target": "AWSPriceListService.GetProducts"}
    body = '{"ServiceCode": "AmazonEC2", "MaxResults": 1}'
    right = {**target, "Content-Type": "application/x-amz-json-1.1"}

    assert send(emulator, "pricing", "POST", "/", body, right).status_code == 200
    wrong = [
        send(emulator, "pricing", "POST", "/", body, {**target, "Content-Type": "application/json"}),
        send(emulator, "pricing", "POST", "/", body, {**right, "X-Amz-Target": "Pricing.GetProducts"}),
        send(emulator, "pricing", "POST", "/", '{"ServiceCode": "AmazonEC2", "MaxResults": 101}', right),
        send(emulator, "pricing", "POST", "/", "{", right),
    ]

    assert [reply.json()["__type"] for reply in wrong] == [
        "InvalidParameterException",
        "UnknownOperationException",
        "InvalidParameterException",
        "SerializationException",
    ]
    assert [reply.status_code for reply in wrong] == [400, 404, 400, 400]
    assert [kind for kind, _, _ in kinds(emulator)] == ["request", "operation", "request", "request"]


def test_moto_is_behind_the_same_door(emulator: Emulator) -> None:
    reply = send(emulator, "sns", "POST", "/", "Action=CreateTopic&Version=2010-03-31&TopicName=x", FORM)

    assert reply.status_code == 400
    assert kinds(emulator) == [("request", "sns", "CreateTopic")]


# --- signatures


@pytest.mark.parametrize(
    ("service", "call", "code", "status"),
    [
        ("eks", "list_clusters", "InvalidSignatureException", 403),
        ("ec2", "describe_regions", "AuthFailure", 401),
        ("sns", "list_topics", "SignatureDoesNotMatch", 403),
        ("dynamodb", "list_tables", "InvalidSignatureException", 400),
        ("s3", "list_buckets", "SignatureDoesNotMatch", 403),
    ],
)
def test_wrong_secret_is_refused_in_each_protocols_words(
    emulator: Emulator, service: str, call: str, code: str, status: int
) -> None:
    client = emulator.client(service, secret_key="wrong")

    with pytest.raises(ClientError) as refusal:
        getattr(client, call)()

    response = refusal.value.response
    assert (response["Error"]["Code"], response["ResponseMetadata"]["HTTPStatusCode"]) == (code, status)
    assert [kind for kind, _, _ in kinds(emulator)] == ["signature"]


def test_unknown_key_and_no_signature_are_refused(emulator: Emulator) -> None:
    with pytest.raises(ClientError, match="UnrecognizedClientException"):
        emulator.client("eks", access_key="nobody").list_clusters()
    assert httpx.get(emulator.url + "/clusters").status_code == 403

    assert [kind for kind, _, _ in kinds(emulator)] == ["signature", "signature"]


def test_header_that_is_changed_or_left_unsigned_is_refused(emulator: Emulator) -> None:
    request = AWSRequest("GET", emulator.url + "/clusters?maxResults=5")
    SigV4Auth(KEYS, "eks", "us-east-1").add_auth(request)
    headers = dict(request.headers.items())

    assert httpx.get(request.url, headers=headers).status_code == 200
    assert httpx.get(emulator.url + "/clusters?maxResults=6", headers=headers).status_code == 403
    unsigned = httpx.get(request.url, headers={**headers, "X-Amz-Meta": "x"})

    assert unsigned.status_code == 403
    assert "not signed: x-amz-meta" in unsigned.json()["message"]
    emulator.take_violations()


def test_session_token_must_be_the_roles_own(emulator: Emulator) -> None:
    role = emulator.client("sts").assume_role(
        RoleArn="arn:aws:iam::210987654321:role/x", RoleSessionName="abc"
    )
    keys = {
        "access_key": role["Credentials"]["AccessKeyId"],
        "secret_key": role["Credentials"]["SecretAccessKey"],
    }

    assert (
        emulator.client("eks", **keys, token=role["Credentials"]["SessionToken"]).list_clusters()["clusters"]
        == []
    )
    with pytest.raises(ClientError, match="UnrecognizedClientException"):
        emulator.client("eks", **keys, token="other").list_clusters()
    emulator.take_violations()


def test_skewed_clock_is_refused_and_told(emulator: Emulator) -> None:
    emulator.settings(clock_offset_s=600)

    with pytest.raises(ClientError, match="Signature expired") as refusal:
        emulator.client("eks").list_clusters()

    told = refusal.value.response["ResponseMetadata"]["HTTPHeaders"]["date"]
    ahead = datetime.datetime.strptime(told, "%a, %d %b %Y %H:%M:%S GMT") - datetime.datetime.now(
        datetime.UTC
    ).replace(tzinfo=None)
    assert 590 < ahead.total_seconds() < 610
    emulator.take_violations()


def test_presigned_identity_call_works_as_an_eks_token_does(emulator: Emulator) -> None:
    request = AWSRequest(
        "GET",
        emulator.url + "/?Action=GetCallerIdentity&Version=2011-06-15",
        headers={"x-k8s-aws-id": "prod"},
    )
    SigV4QueryAuth(KEYS, "sts", "us-east-1", expires=60).add_auth(request)

    assert "<Account>123456789012</Account>" in httpx.get(request.url, headers={"x-k8s-aws-id": "prod"}).text
    assert httpx.get(request.url, headers={"x-k8s-aws-id": "other"}).status_code == 403
    assert len(emulator.take_violations()) == 1


def test_odd_paths_and_queries_verify_as_botocore_signs_them(emulator: Emulator) -> None:
    emulator.seed_eks({"name": "a"})
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        emulator.client("eks").describe_cluster(name="arn:aws:eks:us-east-1:123456789012:cluster/x y+z")
    emulator.client("sns").create_topic(Name="t", Tags=[{"Key": "k +&=", "Value": "ü/~*'()"}])
    s3 = emulator.client("s3")
    s3.create_bucket(Bucket="bucket")
    s3.put_object(Bucket="bucket", Key="a b/c+d ü.txt", Body=b"hello")

    assert s3.get_object(Bucket="bucket", Key="a b/c+d ü.txt")["Body"].read() == b"hello"


def test_calls_are_kept_with_their_parameters(eks: Emulator) -> None:
    eks.client("eks").describe_nodegroup(clusterName="prod", nodegroupName="web")
    eks.client("sts").get_caller_identity()

    (call,) = eks.calls(service="eks")
    assert (call["operation"], call["params"]["nodegroupName"], call["status"]) == (
        "DescribeNodegroup",
        "web",
        200,
    )
    assert [call["operation"] for call in eks.calls(service="sts")] == ["GetCallerIdentity"]


def test_operation_that_is_not_there_is_named(emulator: Emulator) -> None:
    with pytest.raises(ClientError) as refusal:
        emulator.client("eks").list_addons(clusterName="prod")

    assert refusal.value.response["ResponseMetadata"]["HTTPStatusCode"] == 501
    assert emulator.control("GET", "/unimplemented") == ["eks ListAddons"]
