"""Faults on demand, as raw sockets see them, and the load that the emulator carries."""

from __future__ import annotations

import asyncio
import collections
import http.client
import socket
import time
from typing import Any

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.exceptions import ClientError, ConnectionClosedError

from tests.emulator.signature import TEST_ACCESS_KEY, TEST_SECRET_KEY
from tests.harness.emulator import Emulator

BOUND = 1000


@pytest.fixture
def eks(emulator: Emulator) -> Emulator:
    emulator.seed_eks({"name": "prod", "nodegroups": [{"name": "web", "min": 1, "max": 9, "desired": 2}]})
    return emulator


def signed(emulator: Emulator, target: str) -> bytes:
    request = AWSRequest("GET", emulator.url + target)
    SigV4Auth(Credentials(TEST_ACCESS_KEY, TEST_SECRET_KEY), "eks", "us-east-1").add_auth(request)
    lines = [f"GET {target} HTTP/1.1", f"Host: {emulator.url.removeprefix('http://')}"]
    lines += [f"{name}: {value}" for name, value in request.headers.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def connect(emulator: Emulator) -> socket.socket:
    host, _, port = emulator.url.removeprefix("http://").partition(":")
    return socket.create_connection((host, int(port)), timeout=5)


def exchange(emulator: Emulator, target: str = "/clusters/prod/node-groups/web") -> tuple[bytes, int, str]:
    """Body, declared length, and how the connection ended: closed, reset or open (nothing for 0.3 s)."""
    with connect(emulator) as link:
        link.sendall(signed(emulator, target))
        received = b""
        link.settimeout(0.3)
        try:
            while chunk := link.recv(65536):
                received += chunk
            ending = "closed"
        except ConnectionResetError:
            ending = "reset"
        except TimeoutError:
            ending = "open"
    head, _, body = received.partition(b"\r\n\r\n")
    lengths = [
        line.split(b":")[1] for line in head.lower().split(b"\r\n") if line.startswith(b"content-length")
    ]
    return body, int(lengths[0]) if lengths else 0, ending


def test_reset_comes_before_any_byte(eks: Emulator) -> None:
    eks.fault("reset", "eks", count=1)

    assert exchange(eks) == (b"", 0, "reset")
    assert exchange(eks)[2] == "open", "one was ordered, the next passes"


def test_reset_mid_body_gives_half_and_resets(eks: Emulator) -> None:
    eks.fault("reset_mid_body", "eks")

    body, declared, ending = exchange(eks)

    assert ending == "reset"
    assert len(body) == declared // 2


def test_truncated_body_ends_in_good_order(eks: Emulator) -> None:
    eks.fault("truncate", "eks")

    body, declared, ending = exchange(eks)

    assert ending == "closed"
    assert len(body) == declared // 2


def test_wrong_content_length_lies_either_way(eks: Emulator) -> None:
    eks.fault("wrong_content_length", "eks", delta_bytes=10, count=1)
    eks.fault("wrong_content_length", "eks", delta_bytes=-10, count=1)

    more, fewer = exchange(eks), exchange(eks)

    assert (more[1] - len(more[0]), more[2]) == (10, "open")
    assert (fewer[1] - len(fewer[0]), fewer[2]) == (-10, "open")


def test_slow_first_byte_and_latency_delay_the_reply(eks: Emulator) -> None:
    for kind in ("slow_first_byte", "slow_body", "latency"):
        eks.fault(kind, "eks", ms=150, count=1)
        begun = time.monotonic()
        eks.client("eks").list_clusters()
        assert time.monotonic() - begun >= 0.15, kind


@pytest.mark.parametrize(
    ("service", "call", "code", "status"),
    [
        ("eks", "list_clusters", "ThrottlingException", 429),
        ("ec2", "describe_regions", "RequestLimitExceeded", 503),
        ("sns", "list_topics", "Throttled", 429),
        ("autoscaling", "describe_auto_scaling_groups", "Throttling", 400),
        ("dynamodb", "list_tables", "ProvisionedThroughputExceededException", 400),
        ("sesv2", "list_email_identities", "TooManyRequestsException", 429),
        ("s3", "list_buckets", "SlowDown", 503),
    ],
)
def test_throttling_is_in_each_services_words(
    emulator: Emulator, service: str, call: str, code: str, status: int
) -> None:
    emulator.fault("throttle", service)

    with pytest.raises(ClientError) as refusal:
        getattr(emulator.client(service), call)()

    response = refusal.value.response
    assert (response["Error"]["Code"], response["ResponseMetadata"]["HTTPStatusCode"]) == (code, status)


def test_lost_reply_has_taken_effect_and_a_plain_reset_has_not(eks: Emulator) -> None:
    client = eks.client("eks")
    group: dict[str, Any] = {
        "clusterName": "prod",
        "nodegroupName": "web",
        "scalingConfig": {"desiredSize": 4},
    }
    for applied, wanted in ((None, 0), (True, 1)):
        eks.fault("reset", "eks", "UpdateNodegroupConfig", count=1, applied=applied)
        with pytest.raises(ConnectionClosedError):
            client.update_nodegroup_config(**group, clientRequestToken="t")
        assert len(eks.journal()) == wanted

    client.update_nodegroup_config(**group, clientRequestToken="t")
    assert len(eks.journal()) == 1
    assert len(eks.replays()) == 1


def test_error_can_hit_after_the_effect(eks: Emulator) -> None:
    eks.fault("error", "eks", "UpdateNodegroupConfig", status=503, applied=True)

    with pytest.raises(ClientError, match="ServiceUnavailable"):
        eks.client("eks").update_nodegroup_config(
            clusterName="prod", nodegroupName="web", scalingConfig={"desiredSize": 4}
        )

    assert len(eks.journal()) == 1


def test_match_and_skip_narrow_a_fault(eks: Emulator) -> None:
    eks.fault("throttle", "eks", "DescribeCluster", match={"name": "prod"}, skip=1, count=1)
    client = eks.client("eks")

    client.describe_cluster(name="prod")
    with pytest.raises(client.exceptions.ResourceNotFoundException):
        client.describe_cluster(name="other")
    with pytest.raises(ClientError, match="ThrottlingException"):
        client.describe_cluster(name="prod")
    client.describe_cluster(name="prod")

    assert [(fault["seen"], fault["hits"]) for fault in eks.faults()] == [(3, 1)]


def test_probability_replays_from_its_seed(eks: Emulator) -> None:
    def draws() -> list[int]:
        eks.control("DELETE", "/faults")
        eks.control("POST", "/faults/seed", {"seed": 7})
        eks.fault("reset", "eks", probability=0.5)
        return [len(exchange(eks)[0]) for _ in range(12)]

    first = draws()

    assert 0 < first.count(0) < 12
    assert draws() == first


def test_unknown_fault_is_explained(emulator: Emulator) -> None:
    with pytest.raises(ValueError, match="kind is one of latency"):
        emulator.fault("explode")
    with pytest.raises(ValueError, match="unknown fields time"):
        emulator.fault("latency", time=4)


def test_keep_alive_and_pipelined_requests_are_answered_in_order(eks: Emulator) -> None:
    with connect(eks) as link:
        link.sendall(signed(eks, "/clusters/prod") + signed(eks, "/clusters"))
        replies = link.makefile("rb")
        for wanted in (b'"cluster"', b'"clusters"'):
            assert replies.readline().startswith(b"HTTP/1.1 200 ")
            length = int(http.client.parse_headers(replies)["content-length"])
            assert wanted in replies.read(length)


def test_thousand_concurrent_calls_are_answered(eks: Emulator) -> None:
    """Each connection asks three times; every answer must come. Latency is real, so that all are in flight at once."""
    eks.settings(latency_ms=200)
    request = signed(eks, "/clusters/prod/node-groups/web")
    host, _, port = eks.url.removeprefix("http://").partition(":")
    statuses: collections.Counter[bytes] = collections.Counter()

    async def one() -> None:
        reader, writer = await asyncio.open_connection(host, int(port))
        for _ in range(3):
            writer.write(request)
            head = await reader.readuntil(b"\r\n\r\n")
            length = next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length"))
            await reader.readexactly(int(length.split(b":")[1]))
            statuses[head.split(b" ")[1]] += 1
        writer.close()

    async def all_of_them() -> None:
        await asyncio.gather(*(one() for _ in range(BOUND)))

    asyncio.run(all_of_them())

    assert statuses == {b"200": 3 * BOUND}
    assert len(eks.calls(operation="DescribeNodegroup")) == 3 * BOUND
