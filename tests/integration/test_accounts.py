"""Requests that name another account: its role is taken on, and everything happens there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.harness.emulator import Emulator
from tests.harness.tidegate import Tidegate
from tests.integration.service import Client

OWN, PROD, STAGING = "123456789012", "222233334444", "333344445555"
ACCOUNTS = [
    {
        "id": PROD,
        "alias": "prod",
        "role": "tidegate",
        "external_id": "shared-secret-1",
        "session_tags": {"team": "platform"},
        "regions": ["eu-west-1"],
    },
    {"id": STAGING, "alias": "staging", "role": f"arn:aws:iam::{STAGING}:role/automation/tidegate"},
]
MORNING = {"action": "scale_up", "nodegroups": [{"name": "web", "desired_size": 5, "min_size": 2, "max_size": 12}]}


def seed(emulator: Emulator, account: str, region: str) -> None:
    group = {"name": "web", "min": 1, "max": 12, "desired": 2, "instance_types": ["m5.large"]}
    emulator.seed_eks({"name": "production", "nodegroups": [group]}, account=account, region=region)


def applied(emulator: Emulator) -> list[tuple[str, str, int]]:
    return [(e["account"], e["region"], e["scaling_config"]["desiredSize"]) for e in emulator.journal()]


def roles_taken_on(emulator: Emulator) -> list[dict[str, Any]]:
    return [call["params"] for call in emulator.calls(service="sts", operation="AssumeRole")]


def test_a_request_scales_in_the_account_that_it_names(over_aws: Callable[..., Tidegate], emulator: Emulator) -> None:
    for account, region in ((OWN, "us-east-1"), (PROD, "eu-west-1"), (STAGING, "us-east-1")):
        seed(emulator, account, region)
    ops = Client(over_aws({"accounts": ACCOUNTS}))

    prod = ops.post("/scale", {**MORNING, "account": "prod", "region": "eu-west-1"})
    staging = ops.post("/scale", {**MORNING, "account": STAGING})

    assert prod.status_code == 200, prod.text
    assert (prod.json()["account"], prod.json()["region"]) == ("prod", "eu-west-1")
    assert [item["status"] for item in prod.json()["results"]] == ["scaling_initiated"], prod.text
    assert staging.json()["results"][0]["status"] == "scaling_initiated", staging.text
    assert applied(emulator) == [(PROD, "eu-west-1", 5), (STAGING, "us-east-1", 5)]
    first, second = roles_taken_on(emulator)
    assert first["RoleArn"] == f"arn:aws:iam::{PROD}:role/tidegate"
    assert first["ExternalId"] == "shared-secret-1"
    assert first["Tags"] == [{"Key": "team", "Value": "platform"}]
    assert second["RoleArn"] == ACCOUNTS[1]["role"]
    assert "ExternalId" not in second


def test_a_role_is_taken_on_once_for_many_requests(over_aws: Callable[..., Tidegate], emulator: Emulator) -> None:
    seed(emulator, PROD, "eu-west-1")
    ops = Client(over_aws({"accounts": ACCOUNTS}))

    for _ in range(3):
        ops.post("/scale", {**MORNING, "account": PROD, "region": "eu-west-1", "dry_run": True})

    assert len(roles_taken_on(emulator)) == 1


def test_the_services_own_account_is_untouched_by_accounts(
    over_aws: Callable[..., Tidegate], emulator: Emulator
) -> None:
    seed(emulator, OWN, "us-east-1")
    ops = Client(over_aws({"accounts": ACCOUNTS}))

    answer = ops.post("/scale", MORNING).json()

    assert answer["account"] is None
    assert applied(emulator) == [(OWN, "us-east-1", 5)]
    assert roles_taken_on(emulator) == []


def test_an_account_that_is_not_configured_is_refused(over_aws: Callable[..., Tidegate], emulator: Emulator) -> None:
    ops = Client(over_aws({"accounts": ACCOUNTS}))

    reply = ops.post("/scale", {**MORNING, "account": "999999999999"})

    assert reply.status_code == 400
    assert reply.json()["errors"] == [{"detail": "name an account of the configuration", "pointer": "#/body/account"}]
    assert ops.operations() == []
    assert emulator.calls(service="eks") == []


def test_a_role_that_may_not_be_taken_on_is_told(over_aws: Callable[..., Tidegate], emulator: Emulator) -> None:
    seed(emulator, PROD, "eu-west-1")
    ops = Client(over_aws({"accounts": ACCOUNTS}))
    emulator.fault("error", "sts", "AssumeRole", status=403, code="AccessDenied", message="no trust")

    reply = ops.post("/scale", {**MORNING, "account": "prod", "region": "eu-west-1"})

    assert "AccessDenied" in reply.text or "no trust" in reply.text, reply.text
    assert emulator.journal() == []
