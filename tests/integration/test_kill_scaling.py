"""kill -9 in the middle of scaling 20 node groups: nothing is lost, nothing is applied twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from tests.harness.emulator import Emulator
from tests.harness.tidegate import Tidegate
from tests.integration.killing import (
    KILLS,
    ROUND_S,
    Attempt,
    Replicas,
    Tally,
    lottery,
    post_and_kill,
    repeat_until_answered,
    usual_duration_s,
)
from tests.integration.service import FAST_TAKEOVER, Client, wait_until

GROUPS = [f"group-{number:02}" for number in range(20)]
WANTED = 5
SETTINGS = {"operations": FAST_TAKEOVER, "scaling": {"parallelism": 5}, "log": {"level": "info"}}


def scale_of(cluster: str) -> dict[str, Any]:
    groups = [{"name": name, "desired_size": WANTED, "min_size": 1, "max_size": 10} for name in GROUPS]
    return {"action": "scale_up", "cluster": cluster, "nodegroups": groups}


def seed_cluster(emulator: Emulator, cluster: str) -> None:
    groups = [{"name": name, "min": 1, "max": 10, "desired": 2} for name in GROUPS]
    emulator.seed_eks({"name": cluster, "nodegroups": groups})


def operations_of(client: Client, cluster: str) -> list[dict[str, Any]]:
    """The newest operations that were asked to scale this cluster."""
    page = client.get("/operations?kind=scale&limit=20").json()
    return [item for item in page["items"] if item["request"]["cluster"] == cluster]


def applied_to(emulator: Emulator, cluster: str) -> Counter[str]:
    updates = [entry for entry in emulator.journal() if entry["cluster"] == cluster]
    assert all(update["scaling_config"]["desiredSize"] == WANTED for update in updates)
    return Counter(update["nodegroup"] for update in updates)


def check_reported(operation: dict[str, Any]) -> None:
    """A finished operation says of each group what came of it."""
    assert operation["state"] == "succeeded", operation
    results = operation["result"]["results"]
    assert [item["nodegroup"] for item in results] == GROUPS
    for item in results:
        assert item["status"] == "scaling_initiated", item
        assert item.get("update_id") or item.get("confirmed_after_takeover") is True, item
    assert {step["name"] for step in operation["steps"]} >= set(GROUPS)


@pytest.mark.slow
@pytest.mark.timeout(60 + KILLS * ROUND_S)
@pytest.mark.parametrize("replicas", [1, 2], ids=["the process restarts", "a second replica takes over"])
def test_a_killed_scale_is_finished_once(
    over_aws: Callable[..., Tidegate], emulator: Emulator, replicas: int
) -> None:
    draw = lottery(f"scale, {replicas} replicas")
    fleet = Replicas(over_aws, SETTINGS, replicas)
    emulator.settings(latency_ms=20)

    def undisturbed(number: int) -> None:
        cluster = f"calm-{number}"
        seed_cluster(emulator, cluster)
        assert Client(fleet.all[0]).post("/scale", scale_of(cluster)).status_code == 200

    usual_s = usual_duration_s(undisturbed)
    tally = Tally()
    for number in range(KILLS):
        cluster = f"cluster-{number}"
        seed_cluster(emulator, cluster)
        headers = {"Idempotency-Key": f"scale-{number}"}
        if draw.random() < 0.5:
            headers["Prefer"] = "respond-async"
        victim = fleet.next_victim()
        attempt = post_and_kill(victim, "/scale", scale_of(cluster), headers, draw.uniform(0, 1.1 * usual_s))
        tally.count(*check_round(fleet, victim, emulator, cluster, headers, attempt))
        fleet.heal(victim)

    print(f"kills before/during/after: {tally.before}/{tally.during}/{tally.after}, usually {usual_s:.3f} s")
    assert KILLS < 50 or tally.during >= KILLS / 3, "too few kills struck a running operation"


def check_round(
    fleet: Replicas,
    victim: Tidegate,
    emulator: Emulator,
    cluster: str,
    headers: dict[str, str],
    attempt: Attempt,
) -> tuple[dict[str, Any] | None, bool]:
    """Answers the operation that was found after the kill, and whether it was finished by then."""
    survivor = fleet.survivor(victim)
    found = operations_of(survivor, cluster)
    assert len(found) <= 1
    finished_at_kill = bool(found) and found[0]["state"] != "running"
    if attempt.status is not None:
        assert attempt.status in (200, 202), attempt
        assert [item["operation_id"] for item in found] == [attempt.operation_id], "an accepted operation is lost"

    if found:
        wait_until(
            lambda: operations_of(survivor, cluster)[0]["state"] != "running", ROUND_S, f"{cluster} to be finished"
        )
        check_reported(operations_of(survivor, cluster)[0])
        assert applied_to(emulator, cluster) == Counter(GROUPS)
    else:
        assert applied_to(emulator, cluster) == Counter(), "EKS was asked before the operation was recorded"

    again = repeat_until_answered(survivor, "/scale", scale_of(cluster), headers)
    assert again.status_code in (200, 202), again.text
    assert ("idempotent-replayed" in again.headers) == bool(found)
    if found:
        assert again.json()["operation_id"] == found[0]["operation_id"]
    survivor.finished(again.json()["operation_id"], ROUND_S)
    assert applied_to(emulator, cluster) == Counter(GROUPS)
    assert len(operations_of(survivor, cluster)) == 1
    return (found[0] if found else None), finished_at_kill
