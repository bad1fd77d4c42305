"""Alerts over the wire: the seed's routing table, each channel's own protocol, failures and retries."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.harness.emulator import Emulator
from tests.harness.tidegate import Tidegate
from tests.integration.service import ROUTING_KEY, Client, problem, wait_until

CRITICAL = {
    "id": "alert-4711",
    "severity": "critical",
    "type": "cluster_health",
    "title": "API server latency",
    "message": "p99 above 1 s for 10 minutes on production",
}


def results(answer: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {item["channel"]: item for item in answer["results"]}


@pytest.mark.parametrize(
    ("severity", "channels", "escalation_s", "retries", "services"),
    [
        ("critical", ["pagerduty", "slack", "sms"], 300, 3, ["pagerduty", "slack", "sns"]),
        ("warning", ["slack", "email"], 900, 2, ["sesv2", "slack"]),
        ("info", ["email"], 3600, 1, ["sesv2"]),
        ("whatever", ["email"], 3600, 1, ["sesv2"]),
    ],
)
def test_each_severity_reaches_the_channels_of_the_seeds_table(
    ops: Client,
    emulator: Emulator,
    severity: str,
    channels: list[str],
    escalation_s: int,
    retries: int,
    services: list[str],
) -> None:
    reply = ops.post("/alerts", {**CRITICAL, "severity": severity})

    assert reply.status_code == 201, reply.text
    answer = reply.json()
    assert (answer["alert_id"], answer["severity"]) == ("alert-4711", severity)
    assert answer["notifications_sent"] == len(channels)
    assert [item["channel"] for item in answer["results"]] == channels
    assert [item["status"] for item in answer["results"]] == ["success"] * len(channels)
    assert all(item["message_id"] for item in answer["results"])
    assert answer["routing"]["escalation_time"] == escalation_s
    assert answer["routing"]["retry_count"] == retries
    assert sorted(message["to"] for message in emulator.sent()) == services


def test_the_notification_routers_event_is_answered_as_the_lambda_function_did(
    ops: Client, emulator: Emulator
) -> None:
    status, body = ops.invoke("notification-router", {"alert": CRITICAL})

    assert status == 200
    assert (body["alert_id"], body["severity"], body["notifications_sent"]) == ("alert-4711", "critical", 3)
    assert [(item["channel"], item["status"]) for item in body["results"]] == [
        ("pagerduty", "success"),
        ("slack", "success"),
        ("sms", "success"),
    ]
    assert all(item["message_id"] for item in body["results"])
    assert len(emulator.sent()) == 3


def test_an_event_without_an_alert_is_routed_as_info(ops: Client, emulator: Emulator) -> None:
    status, body = ops.invoke("notification-router", {})

    assert (status, body["severity"], body["notifications_sent"]) == (200, "info", 1)
    assert [message["to"] for message in emulator.sent()] == ["sesv2"]


def test_what_arrives_says_what_happened(ops: Client, emulator: Emulator) -> None:
    ops.post("/alerts", CRITICAL)

    by_service = {message["to"]: message["message"] for message in emulator.sent()}
    event = by_service["pagerduty"]
    assert (event["routing_key"], event["event_action"]) == (ROUTING_KEY, "trigger")
    assert event["payload"]["severity"] == "critical"
    assert "API server latency" in event["payload"]["summary"]
    assert by_service["sns"]["PhoneNumber"] == "+919812345678"
    assert "API server latency" in by_service["sns"]["Message"]
    assert "API server latency" in str(by_service["slack"])


def test_a_failing_channel_does_not_stop_the_others(
    over_aws: Callable[..., Tidegate], emulator: Emulator
) -> None:
    ops = Client(over_aws({"alerts": {"retry_backoff": "10ms"}}))
    emulator.fault("error", "pagerduty", "enqueue", status=500)

    answer = ops.post("/alerts", CRITICAL).json()

    seen = results(answer)
    assert (seen["slack"]["status"], seen["sms"]["status"]) == ("success", "success")
    assert seen["pagerduty"]["status"] in ("pending", "failed")
    operation = ops.finished(answer["operation_id"])
    assert operation["state"] == "partially_succeeded"
    pagerduty = results(ops.get("/alerts/alert-4711").json())["pagerduty"]
    assert pagerduty["status"] == "failed"
    assert pagerduty["attempts"] == 4  # the first, and the three retries of `critical`
    assert pagerduty["error"]
    assert len(emulator.received(to="slack")) == 1


def test_a_throttled_channel_is_tried_again(over_aws: Callable[..., Tidegate], emulator: Emulator) -> None:
    ops = Client(over_aws({"alerts": {"retry_backoff": "10ms"}}))
    emulator.fault("throttle", "slack", "post", count=1)

    answer = ops.post("/alerts", CRITICAL).json()

    assert results(answer)["slack"]["status"] == "pending"
    assert ops.finished(answer["operation_id"])["state"] == "succeeded"
    slack = results(ops.get("/alerts/alert-4711").json())["slack"]
    assert (slack["status"], slack["attempts"]) == ("success", 2)


def test_a_channel_that_is_not_configured_fails_by_name(
    over_aws: Callable[..., Tidegate], emulator: Emulator
) -> None:
    ops = Client(over_aws({"alerts": {"sms": {"phone_numbers": []}}}))

    answer = ops.post("/alerts", CRITICAL).json()

    sms = results(answer)["sms"]
    assert sms["status"] == "failed"
    assert "not configured" in sms["error"]
    assert results(answer)["slack"]["status"] == "success"


def test_alerts_are_listed_newest_first_and_by_severity(ops: Client) -> None:
    for number, severity in enumerate(["info", "critical", "info"]):
        ops.post("/alerts", {"id": f"alert-{number}", "severity": severity, "message": "look"})

    def ids(query: str = "") -> list[str]:
        return [item["alert_id"] for item in ops.get("/alerts" + query).json()["items"]]

    wait_until(lambda: len(ids()) == 3, 10, "all alerts in the list")
    assert ids() == ["alert-2", "alert-1", "alert-0"]
    assert ids("?severity=info") == ["alert-2", "alert-0"]


def test_alerts_are_paged_to_the_end(ops: Client) -> None:
    for number in range(5):
        ops.post("/alerts", {"id": f"alert-{number}", "message": "look"})
    wait_until(lambda: len(ops.get("/alerts").json()["items"]) == 5, 10, "all alerts in the list")

    seen, address = [], "/alerts?limit=2"
    while address is not None:
        page = ops.get(address).json()
        assert len(page["items"]) <= 2
        seen += [item["alert_id"] for item in page["items"]]
        address = page["next"]

    assert seen == [f"alert-{number}" for number in (4, 3, 2, 1, 0)]


def test_an_unknown_alert_is_not_found(ops: Client) -> None:
    problem(ops.get("/alerts/no-such-alert"), 404, "not-found")


def test_an_alert_can_be_taken_on_without_waiting(ops: Client, emulator: Emulator) -> None:
    reply = ops.post("/alerts", CRITICAL, headers={"Prefer": "respond-async"})

    assert reply.status_code == 202, reply.text
    operation_id = reply.json()["operation_id"]
    assert reply.headers["location"] == f"/operations/{operation_id}"
    assert ops.finished(operation_id)["state"] == "succeeded"
    assert len(emulator.sent()) == 3
