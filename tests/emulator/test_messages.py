"""Lambda functions, what SNS and SES were given, and the receivers of Slack and PagerDuty."""

from __future__ import annotations

import json

import httpx
import pytest
from botocore.exceptions import ClientError

from tests.harness.emulator import Emulator

EVENT = {
    "routing_key": "0123456789abcdef0123456789abcdef",
    "event_action": "trigger",
    "payload": {"summary": "node group web is out of capacity", "source": "tidegate", "severity": "critical"},
}


def test_function_without_an_answer_does_not_exist(emulator: Emulator) -> None:
    with pytest.raises(ClientError) as refusal:
        emulator.client("lambda").invoke(FunctionName="demand-forecaster", Payload=b"{}")

    assert refusal.value.response["Error"]["Code"] == "ResourceNotFoundException"
    assert refusal.value.response["ResponseMetadata"]["HTTPStatusCode"] == 404


def test_function_answers_in_turn_and_its_events_are_kept(emulator: Emulator) -> None:
    emulator.set_function("demand-forecaster", payloads=[{"load_increase": 0.4}, {"load_increase": 0.1}])
    client = emulator.client("lambda")

    answers = [
        json.loads(client.invoke(FunctionName="demand-forecaster", Payload=b'{"n":1}')["Payload"].read())
        for _ in "abc"
    ]

    assert [answer["load_increase"] for answer in answers] == [0.4, 0.1, 0.1]
    assert [(i["function"], i["event"]) for i in emulator.invocations()] == [
        ("demand-forecaster", {"n": 1})
    ] * 3


def test_function_error_is_in_the_header_and_the_status_is_200(emulator: Emulator) -> None:
    emulator.set_function(
        "spot-price-predictor", payload={"errorMessage": "boom"}, function_error="Unhandled"
    )

    reply = emulator.client("lambda").invoke(FunctionName="spot-price-predictor", Payload=b"{}")

    assert (reply["StatusCode"], reply["FunctionError"]) == (200, "Unhandled")


def test_event_invocation_answers_202(emulator: Emulator) -> None:
    emulator.set_function("demand-forecaster", payload=None)

    reply = emulator.client("lambda").invoke(
        FunctionName="demand-forecaster", InvocationType="Event", Payload=b"{}"
    )

    assert reply["StatusCode"] == 202


def test_what_sns_and_ses_accepted_can_be_read(emulator: Emulator) -> None:
    sns, ses = emulator.client("sns"), emulator.client("sesv2")
    topic = sns.create_topic(Name="alerts")["TopicArn"]
    sns.publish(TopicArn=topic, Message="down")
    sns.publish(PhoneNumber="+919812345678", Message="down")
    mail = {
        "FromEmailAddress": "tidegate@example.com",
        "Destination": {"ToAddresses": ["ops@example.com"]},
        "Content": {"Simple": {"Subject": {"Data": "down"}, "Body": {"Text": {"Data": "web is down"}}}},
    }
    with pytest.raises(ClientError, match="not verified"):
        ses.send_email(**mail)
    ses.create_email_identity(EmailIdentity="tidegate@example.com")
    ses.send_email(**mail)

    sent = emulator.sent()

    assert [item["to"] for item in sent] == ["sns", "sns", "sesv2"]
    assert sent[1]["message"]["PhoneNumber"] == "+919812345678"
    assert sent[2]["message"] == mail


def test_slack_takes_a_message_and_refuses_an_empty_one(emulator: Emulator) -> None:
    url = f"{emulator.url}/services/T000/B000/XXX"

    assert httpx.post(url, json={"text": "hello"}).text == "ok"
    refused = [httpx.post(url, json={"channel": "#ops"}), httpx.post(url, content=b"not JSON")]

    assert [(reply.status_code, reply.text) for reply in refused] == [
        (400, "no_text"),
        (400, "invalid_payload"),
    ]
    assert [item["message"] for item in emulator.sent()] == [{"text": "hello"}]
    assert len(emulator.received(to="slack")) == 3


def test_pagerduty_takes_an_event_and_says_what_is_wrong_with_another(emulator: Emulator) -> None:
    url = f"{emulator.url}/v2/enqueue"

    accepted = httpx.post(url, json={**EVENT, "dedup_key": "web"})
    refused = httpx.post(url, json={**EVENT, "payload": {"summary": "x", "source": "y", "severity": "fatal"}})

    assert (accepted.status_code, accepted.json()["dedup_key"]) == (202, "web")
    assert refused.status_code == 400
    assert refused.json()["errors"] == ["'payload.severity' is not one of critical, error, warning, info"]


def test_receivers_can_be_told_to_fail(emulator: Emulator) -> None:
    emulator.fault("throttle", "slack", count=1)
    emulator.fault("error", "pagerduty", status=503, count=1)
    slack, pagerduty = f"{emulator.url}/services/T/B/X", f"{emulator.url}/v2/enqueue"

    first = [httpx.post(slack, json={"text": "a"}), httpx.post(pagerduty, json=EVENT)]
    second = [httpx.post(slack, json={"text": "a"}), httpx.post(pagerduty, json=EVENT)]

    assert [reply.status_code for reply in first] == [429, 503]
    assert first[0].headers["Retry-After"] == "1"
    assert [reply.status_code for reply in second] == [200, 202]
    assert len(emulator.received()) == 2, "what was refused by a fault never arrived"
