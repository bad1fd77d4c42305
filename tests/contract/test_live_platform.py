"""The C++ ports over AWS against the emulator, which holds each request against AWS's own service models."""

from __future__ import annotations

import datetime
import os
import subprocess

from tests.harness import parts
from tests.harness.emulator import Emulator

FORECAST = {"recommendations": {"web": {"predicted_load_increase": 0.4, "spot_optimization": {"recommended": True}}}}


def put_metric(emulator: Emulator, name: str, value: float) -> None:
    emulator.client("cloudwatch").put_metric_data(
        Namespace="ContainerInsights",
        MetricData=[
            {
                "MetricName": name,
                "Dimensions": [{"Name": "ClusterName", "Value": "prod"}],
                "Timestamp": datetime.datetime.now(datetime.UTC) - datetime.timedelta(minutes=2),
                "Value": value,
            }
        ],
    )


def fill(emulator: Emulator) -> None:
    group = {"name": "web", "min": 1, "max": 10, "desired": 3, "instance_types": ["m5.large"], "capacity_type": "SPOT"}
    emulator.settings(eks_update_ms=5_000)
    emulator.seed_eks({"name": "prod", "nodegroups": [group]})
    history = parts.data("spot-prices", "m5.large-us-east-1-2021.json")
    emulator.control("POST", "/spot-prices", {"files": [str(history)], "newest_at": "now"})
    emulator.set_function("demand-forecaster", payload=FORECAST)
    emulator.client("sesv2").create_email_identity(EmailIdentity="tidegate@example.com")
    put_metric(emulator, "node_cpu_reserved_capacity", 61.5)
    put_metric(emulator, "node_memory_reserved_capacity", 42.0)
    put_metric(emulator, "cluster_node_count", 3)


def test_the_ports_over_aws_speak_as_aws_wants_it(emulator: Emulator) -> None:
    binary = parts.TIDEGATE.parent / "unit_aws"
    if not binary.exists():
        parts.absent(str(binary), "build the C++ tests (scripts/build)")
    advisor = parts.data("aws", "spot-advisor-data.json")
    fill(emulator)
    environment = {
        **os.environ,
        "TIDEGATE_TEST_AWS_ENDPOINT": emulator.url,
        "TIDEGATE_TEST_SPOT_ADVISOR": str(advisor),
    }

    run = subprocess.run(
        [binary, "--gtest_filter=LivePlatform.*"], env=environment, capture_output=True, text=True, timeout=90
    )

    assert run.returncode == 0, run.stdout[-5000:]
    assert "SKIPPED" not in run.stdout, run.stdout[-2000:]
    assert {sent["to"] for sent in emulator.sent()} == {"sns", "sesv2"}
