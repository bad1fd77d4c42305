"""kill -9 while an alert is delivered: every channel is told, and twice only where the record says so."""

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
    Replicas,
    Tally,
    lottery,
    post_and_kill,
    repeat_until_answered,
    usual_duration_s,
)
from tests.integration.service import FAST_TAKEOVER, Client, wait_until

CHANNELS = ["pagerduty", "slack", "sms"]
SERVICE_OF = {"pagerduty": "pagerduty", "slack": "slack", "sms": "sns"}
SETTINGS = {"operations": FAST_TAKEOVER, "alerts": {"retry_backoff": "50ms"}}


def alert_of(name: str) -> dict[str, Any]:
    return {"id": name, "severity": "critical", "type": "drill", "title": f"drill {name}.", "message": "look"}


def told(emulator: Emulator, name: str) -> Counter[str]:
    """How often each service was given this alert."""
    title = alert_of(name)["title"]
    return Counter(message["to"] for message in emulator.sent() if title in str(message["message"]))


def operations_of(client: Client, name: str) -> list[dict[str, Any]]:
    page = client.get("/operations?kind=alert&limit=20").json()
    return [item for item in page["items"] if item["request"]["alert_id"] == name]


@pytest.mark.slow
@pytest.mark.timeout(60 + KILLS * ROUND_S)
@pytest.mark.parametrize("replicas", [1, 2], ids=["the process restarts", "a second replica takes over"])
def test_deliveries_outlive_a_kill(
    over_aws: Callable[..., Tidegate], emulator: Emulator, replicas: int
) -> None:
    draw = lottery(f"alerts, {replicas} replicas")
    fleet = Replicas(over_aws, SETTINGS, replicas)
    emulator.settings(latency_ms=30)
    emulator.fault("latency", "slack", "post", ms=10, jitter_ms=100)
    emulator.fault("latency", "pagerduty", "enqueue", ms=10, jitter_ms=100)

    def undisturbed(number: int) -> None:
        assert Client(fleet.all[0]).post("/alerts", alert_of(f"calm-{number}")).status_code == 201

    usual_s = usual_duration_s(undisturbed)
    tally = Tally()
    for number in range(KILLS):
        name = f"alert-{number}"
        headers = {"Idempotency-Key": name}
        victim = fleet.next_victim()
        attempt = post_and_kill(victim, "/alerts", alert_of(name), headers, draw.uniform(0, 1.1 * usual_s))
        survivor = fleet.survivor(victim)
        found = operations_of(survivor, name)
        finished_at_kill = bool(found) and found[0]["state"] != "running"
        if attempt.status is not None:
            assert attempt.status == 201, attempt
            assert [item["operation_id"] for item in found] == [attempt.operation_id], "an accepted alert is lost"
        if not found:
            assert told(emulator, name) == Counter(), "people were told before the alert was recorded"

        again = repeat_until_answered(survivor, "/alerts", alert_of(name), headers)
        assert again.status_code == 201, again.text
        operation = survivor.finished(again.json()["operation_id"], ROUND_S)
        assert len(operations_of(survivor, name)) == 1
        assert operation["state"] == "succeeded", operation
        check_delivered(survivor, emulator, name)
        tally.count(found[0] if found else None, finished_at_kill)
        fleet.heal(victim)

    print(f"kills before/during/after: {tally.before}/{tally.during}/{tally.after}, usually {usual_s:.3f} s")


def check_delivered(client: Client, emulator: Emulator, name: str) -> None:
    wait_until(lambda: client.get(f"/alerts/{name}").status_code == 200, 10, f"{name} to be found by its id")
    record = client.get(f"/alerts/{name}").json()
    times = told(emulator, name)
    assert [item["channel"] for item in record["results"]] == CHANNELS
    for item in record["results"]:
        assert item["status"] == "success", item
        count = times[SERVICE_OF[item["channel"]]]
        assert count >= 1, f"{item['channel']} is recorded as told and was not"
        assert count == 1 or item["possible_duplicate"], f"{item['channel']} was told {count} times unannounced"
