"""The policy that `tidegate iam-policy` prints: it allows all that tidegate does, and nothing in it is idle."""

from __future__ import annotations

import copy
import json
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.emulator import iam
from tests.emulator.signature import DEFAULT_ACCOUNT, SERVICE_ACCESS_KEY, Signed
from tests.harness import parts
from tests.harness.emulator import Emulator
from tests.harness.tidegate import Tidegate
from tests.integration.least_privilege import held_to_its_policy, printed_policy
from tests.integration.service import SENDER, Client, aws_config, merged, wait_until
from tests.integration.test_main_job import seed_workload

PROD = "222233334444"
NOT_YET_USED = {"dynamodb:ConditionCheckItem"}
"""The store's port has writes that only check; no service makes one so far."""
SCALE = {"action": "scale_up", "nodegroups": [{"name": "web", "desired_size": 5}]}


def everything(emulator: Emulator) -> dict[str, Any]:
    """A configuration with every feature on, its state in the emulator's DynamoDB, so that all calls are seen."""
    return merged(
        aws_config(emulator, emulator.url, "tg-state"),
        {
            "accounts": [
                {"id": PROD, "alias": "prod", "role": "tidegate", "session_tags": {"team": "platform"}},
            ],
            "scaling": {"default_cluster": "${ssm:/tg/cluster}", "update_poll": "100ms"},
            "alerts": {
                "slack": {"webhook_url": "${secret:tg/slack#url}"},
                "email": {"configuration_set": "alerts"},
            },
        },
    )


def seed(emulator: Emulator) -> None:
    cluster = {"name": "production", "nodegroups": [{"name": "web", "desired": 2, "instance_types": ["m5.large"]}]}
    emulator.seed_eks(cluster)
    emulator.seed_eks(cluster, account=PROD)
    emulator.client("ssm").put_parameter(Name="/tg/cluster", Value="production", Type="String")
    hook = json.dumps({"url": f"{emulator.url}/services/T000/B000/hook"})
    emulator.client("secretsmanager").create_secret(Name="tg/slack", SecretString=hook)
    emulator.client("sesv2").create_email_identity(EmailIdentity=SENDER)
    emulator.client("sesv2").create_configuration_set(ConfigurationSetName="alerts")
    emulator.set_function("demand-forecaster", payload={"recommendations": {}})
    emulator.set_function("spot-price-predictor", payload={"predictions": {}})
    emulator.settings(eks_update_ms=300)
    seed_workload(emulator, "production", cpu=20, memory=20, nodes=9)


def create_table(config: dict[str, Any], env: dict[str, str], folder: Path) -> subprocess.CompletedProcess[str]:
    file = folder / "table.yaml"
    file.write_text(yaml.safe_dump(config, sort_keys=False))
    argv = [parts.tidegate_binary(), "table", "create", "--config", file]
    return subprocess.run(argv, env={"PATH": "/usr/bin:/bin", **env}, capture_output=True, text=True, timeout=60)


def use_everything(ops: Client) -> None:
    """Every feature once, in both accounts."""
    for body in (SCALE, {**SCALE, "account": "prod"}):
        reply = ops.post("/scale", body, headers={"Idempotency-Key": f"key-{body.get('account')}"})
        assert reply.status_code == 200, reply.text
        assert reply.json()["results"][0]["status"] == "scaling_initiated", reply.text
        ops.finished(reply.json()["operation_id"])
        down = {**body, "action": "scale_down", "nodegroups": [{"name": "web", "desired_size": 4}], "dry_run": True}
        assert ops.post("/scale", down).status_code == 200
        assert ops.post("/scale", {**body, "action": "analyze", "nodegroups": []}).status_code in (200, 400)
    assert ops.get("/spot/opportunities").status_code == 200
    for severity in ("critical", "warning"):
        reply = ops.post("/alerts", {"id": severity, "severity": severity, "title": "t", "message": "m"})
        assert [item["status"] for item in reply.json()["results"]].count("success") == len(reply.json()["results"])
    assert ops.operations()


def without_each(policy: iam.Policy) -> Iterator[tuple[str, iam.Policy]]:
    """The policy without one of its actions, for each of them."""
    for index, statement in enumerate(policy["Statement"]):
        for action in statement["Action"]:
            less = copy.deepcopy(policy)
            less["Statement"][index]["Action"].remove(action)
            yield action, less


def needs_of(calls: list[dict[str, Any]]) -> set[iam.Need]:
    found: set[iam.Need] = set()
    for call in calls:
        signed = Signed(call["access_key"], "", call["region"], call["service"], call["account"])
        found.update(iam.needs(call["service"], call["operation"], call["params"], signed))
    return found


@pytest.fixture
def used(emulator: Emulator, tidegate: Callable[..., Tidegate], tmp_path: Path) -> dict[str, Any]:
    """What was granted and what was done with it: {principal: (policy, needs)}."""
    seed(emulator)
    config = everything(emulator)
    env = {**emulator.environment(), "AWS_ACCESS_KEY_ID": SERVICE_ACCESS_KEY}
    own = ("--account", DEFAULT_ACCOUNT)

    table_policy = printed_policy(config, tmp_path / "table", *own, "--features", "table,references")
    emulator.allow(SERVICE_ACCESS_KEY, table_policy)
    done = create_table(config, env, tmp_path)
    assert done.returncode == 0, done.stderr
    made = [call for call in emulator.calls() if call["access_key"] == SERVICE_ACCESS_KEY]
    emulator.control("DELETE", "/calls")

    env = held_to_its_policy(emulator, config, env, tmp_path / "policies")
    use_everything(Client(tidegate(config, env=env)))
    calls = emulator.calls()
    return {
        "table": (table_policy, needs_of(made)),
        "service": (
            printed_policy(config, tmp_path / "own", *own),
            needs_of([call for call in calls if call["access_key"] == SERVICE_ACCESS_KEY]),
        ),
        "role": (
            printed_policy(config, tmp_path / "role", "--account", PROD),
            needs_of([call for call in calls if call["account"] == PROD]),
        ),
    }


def test_it_allows_all_that_is_done_and_every_action_in_it_is_used(used: dict[str, Any]) -> None:
    for principal, (policy, needs) in used.items():
        assert needs, principal
        refused = [need for need in needs if not iam.grants(policy, need)]
        assert refused == [], principal

        idle = {
            action for action, less in without_each(policy) if all(iam.grants(less, need) for need in needs)
        }
        assert idle <= NOT_YET_USED, principal


def test_without_a_statement_the_call_is_refused_and_told(
    over_aws: Callable[..., Tidegate], emulator: Emulator, tmp_path: Path
) -> None:
    cluster = {"name": "production", "nodegroups": [{"name": "web", "desired": 2, "instance_types": ["m5.large"]}]}
    emulator.seed_eks(cluster)
    ops = Client(over_aws())
    policy = printed_policy(everything(emulator), tmp_path, "--account", DEFAULT_ACCOUNT)
    for statement in policy["Statement"]:
        statement["Action"] = [action for action in statement["Action"] if action != "eks:UpdateNodegroupConfig"]
    emulator.allow(SERVICE_ACCESS_KEY, policy)

    answer = ops.post("/scale", SCALE).json()

    assert "AccessDenied" in json.dumps(answer), answer
    assert emulator.journal() == []
    assert [found["kind"] for found in emulator.take_violations()] == ["denied"]


def test_policies_are_read_as_iam_reads_them() -> None:
    policy = {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Action": "eks:describe*", "Resource": "arn:aws:eks:*:1:nodegroup/a/?/*"},
            {"Effect": "Deny", "Action": ["eks:DescribeNodegroup"], "Resource": "*:nodegroup/a/z/*"},
        ],
    }

    def granted(action: str, resource: str) -> bool:
        return iam.grants(policy, (action, resource))

    assert granted("eks:DescribeNodegroup", "arn:aws:eks:us-east-1:1:nodegroup/a/b/uuid")
    assert not granted("eks:DescribeNodegroup", "arn:aws:eks:us-east-1:1:nodegroup/a/z/uuid")
    assert not granted("eks:DescribeNodegroup", "arn:aws:eks:us-east-1:1:nodegroup/a/bb/uuid")
    assert not granted("eks:DescribeNodegroup", "arn:aws:eks:us-east-1:2:nodegroup/a/b/uuid")
    assert not granted("eks:UpdateNodegroupConfig", "arn:aws:eks:us-east-1:1:nodegroup/a/b/uuid")
