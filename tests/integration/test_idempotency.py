"""Idempotency-Key and Prefer: respond-async, as callers see them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.harness.emulator import Emulator
from tests.harness.tidegate import Tidegate
from tests.integration.service import Client, problem, wait_until

SCALE = {"action": "scale_up", "nodegroups": [{"name": "web", "desired_size": 5, "max_size": 12}]}
KEY = {"Idempotency-Key": "morning-2026-11-23"}


@pytest.fixture(autouse=True)
def cluster(emulator: Emulator) -> None:
    emulator.seed_eks({"name": "production", "nodegroups": [{"name": "web", "min": 1, "max": 12, "desired": 2}]})


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(4) as threads:
        yield threads


def test_a_repeat_answers_what_the_first_one_answered(ops: Client, emulator: Emulator) -> None:
    first = ops.post("/scale", SCALE, headers=KEY)
    again = ops.post("/scale", SCALE, headers=KEY)

    assert (first.status_code, again.status_code) == (200, 200)
    assert again.content == first.content
    assert "idempotent-replayed" not in first.headers
    assert again.headers["idempotent-replayed"] == "true"
    assert len(emulator.journal()) == 1
    assert len(ops.operations(kind="scale")) == 1


def test_the_order_of_members_does_not_make_another_request(ops: Client) -> None:
    first = ops.post("/scale", SCALE, headers=KEY)
    turned = {"nodegroups": [dict(reversed(SCALE["nodegroups"][0].items()))], "action": "scale_up"}

    again = ops.post("/scale", turned, headers=KEY)

    assert again.headers["idempotent-replayed"] == "true"
    assert again.json() == first.json()


def test_a_quoted_key_is_the_same_key(ops: Client) -> None:
    ops.post("/scale", SCALE, headers=KEY)

    again = ops.post("/scale", SCALE, headers={"Idempotency-Key": f'"{KEY["Idempotency-Key"]}"'})

    assert again.headers["idempotent-replayed"] == "true"


def test_the_same_key_with_another_body_is_refused(ops: Client, emulator: Emulator) -> None:
    ops.post("/scale", SCALE, headers=KEY)

    other = ops.post("/scale", {**SCALE, "dry_run": True}, headers=KEY)

    problem(other, 422, "idempotency-key-reused")
    assert len(emulator.journal()) == 1


def test_the_same_key_on_another_route_is_refused(ops: Client, emulator: Emulator) -> None:
    ops.post("/scale", SCALE, headers=KEY)

    other = ops.post("/alerts", {"message": "look"}, headers=KEY)

    problem(other, 422, "idempotency-key-reused")
    assert emulator.sent() == []


def test_a_duplicate_while_the_first_one_runs_is_a_conflict(
    ops: Client, emulator: Emulator, pool: ThreadPoolExecutor
) -> None:
    emulator.fault("latency", "eks", "UpdateNodegroupConfig", ms=1500)
    first = pool.submit(ops.post, "/scale", SCALE, headers=KEY)
    wait_until(lambda: ops.operations(kind="scale") != [], 10, "the first request to be taken on")

    duplicate = ops.post("/scale", SCALE, headers=KEY)

    body = problem(duplicate, 409, "conflict")
    assert body["instance"] == f"/operations/{ops.operations()[0]['operation_id']}"
    assert int(duplicate.headers["retry-after"]) >= 1
    assert first.result().status_code == 200
    assert len(emulator.journal()) == 1


def test_many_duplicates_at_once_are_carried_out_once(
    ops: Client, emulator: Emulator, pool: ThreadPoolExecutor
) -> None:
    emulator.settings(latency_ms=50)

    replies = list(pool.map(lambda _: ops.post("/scale", SCALE, headers=KEY), range(12)))

    assert {reply.status_code for reply in replies} <= {200, 409}
    assert len({reply.content for reply in replies if reply.status_code == 200}) == 1
    assert len(emulator.journal()) == 1
    assert len(ops.operations(kind="scale")) == 1


def test_keys_belong_to_their_caller(over_aws: Callable[..., Tidegate]) -> None:
    service = over_aws()
    ops, rival = Client(service, "ops"), Client(service, "rival")
    mine = ops.post("/scale", SCALE, headers=KEY)

    theirs = rival.post("/scale", SCALE, headers=KEY)

    assert theirs.status_code == 200
    assert "idempotent-replayed" not in theirs.headers
    assert theirs.json()["operation_id"] != mine.json()["operation_id"]


def test_another_replica_answers_the_repeat(over_aws: Callable[..., Tidegate], emulator: Emulator) -> None:
    first, second = Client(over_aws(folder="first")), Client(over_aws(folder="second"))
    answer = first.post("/scale", SCALE, headers=KEY)

    again = second.post("/scale", SCALE, headers=KEY)

    assert again.content == answer.content
    assert again.headers["idempotent-replayed"] == "true"
    assert len(emulator.journal()) == 1


def test_a_failure_that_changed_nothing_is_not_kept(ops: Client, emulator: Emulator) -> None:
    elsewhere = {**SCALE, "cluster": "staging"}
    failed = ops.post("/scale", elsewhere, headers=KEY)
    ops.finished(ops.operations()[0]["operation_id"])
    emulator.seed_eks({"name": "staging", "nodegroups": [{"name": "web", "max": 12, "desired": 2}]})

    again = ops.post("/scale", elsewhere, headers=KEY)

    assert failed.status_code in (200, 404)
    assert again.status_code == 200
    assert "idempotent-replayed" not in again.headers
    assert again.json()["results"][0]["status"] == "scaling_initiated"


def test_a_request_that_the_contract_refuses_takes_no_key(ops: Client) -> None:
    problem(ops.post("/scale", {"action": "explode"}, headers=KEY), 400, "invalid-request")

    assert ops.post("/scale", SCALE, headers=KEY).status_code == 200


def test_invoke_replays_the_lambda_shape(ops: Client, emulator: Emulator) -> None:
    first = ops.post("/invoke/eks-scaler", SCALE, headers=KEY)
    again = ops.post("/invoke/eks-scaler", SCALE, headers=KEY)

    assert again.json() == first.json()
    assert again.headers["idempotent-replayed"] == "true"
    assert len(emulator.journal()) == 1


def test_a_caller_need_not_wait(ops: Client, emulator: Emulator) -> None:
    emulator.fault("latency", "eks", "UpdateNodegroupConfig", ms=300)

    accepted = ops.post("/scale", SCALE, headers={"Prefer": "respond-async"})

    assert accepted.status_code == 202, accepted.text
    operation: dict[str, Any] = accepted.json()
    assert operation["state"] == "running"
    assert accepted.headers["location"] == f"/operations/{operation['operation_id']}"
    assert accepted.headers["preference-applied"] == "respond-async"
    finished = ops.finished(operation["operation_id"])
    assert finished["state"] == "succeeded"
    assert finished["result"]["results"][0]["status"] == "scaling_initiated"
    assert finished["finished_at"] is not None
    assert len(emulator.journal()) == 1


def test_an_accepted_request_is_replayed_as_accepted(ops: Client, emulator: Emulator) -> None:
    headers = {**KEY, "Prefer": "respond-async"}
    first = ops.post("/scale", SCALE, headers=headers)
    ops.finished(first.json()["operation_id"])

    again = ops.post("/scale", SCALE, headers=headers)

    assert again.status_code == 202
    assert again.headers["idempotent-replayed"] == "true"
    assert again.headers["location"] == first.headers["location"]
    assert len(emulator.journal()) == 1


@pytest.mark.parametrize("first_waits", [True, False])
def test_a_replay_answers_as_the_first_did_whatever_is_preferred_now(ops: Client, first_waits: bool) -> None:
    waits, leaves = KEY, {**KEY, "Prefer": "respond-async"}
    first = ops.post("/scale", SCALE, headers=waits if first_waits else leaves)
    ops.finished(ops.operations(kind="scale")[0]["operation_id"])

    again = ops.post("/scale", SCALE, headers=leaves if first_waits else waits)

    assert again.status_code == first.status_code == (200 if first_waits else 202)
    assert again.content == first.content
    assert again.headers["idempotent-replayed"] == "true"
