"""What a caller may do and how a refusal looks: keys, scopes, rate limits, the contract's edges."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest

from tests.harness.emulator import Emulator
from tests.harness.tidegate import Tidegate
from tests.integration.service import KEYS, Client, bearer, problem

# --- who calls


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param({}, id="no key"),
        pytest.param({"Authorization": "Bearer tg_unknown"}, id="unknown key"),
        pytest.param({"Authorization": f"Basic {KEYS['ops']}"}, id="another scheme"),
        pytest.param({"X-API-Key": ""}, id="empty key"),
        pytest.param({**bearer("ops"), "X-API-Key": KEYS["reader"]}, id="two different keys"),
    ],
)
def test_a_caller_without_a_known_key_is_refused(
    over_aws: Callable[..., Tidegate], emulator: Emulator, headers: dict[str, str]
) -> None:
    service = over_aws()

    reply = service.post("/scale", {"action": "scale_up"}, headers=headers)

    problem(reply, 401, "unauthenticated")
    assert reply.headers["www-authenticate"].startswith("Bearer")
    assert emulator.calls(service="eks") == []


def test_a_key_may_come_in_its_own_header(over_aws: Callable[..., Tidegate]) -> None:
    reply = over_aws().get("/operations", headers={"X-API-Key": KEYS["reader"]})

    assert reply.status_code == 200


def test_the_log_names_each_caller_and_the_trace_of_who_sent_one(over_aws: Callable[..., Tidegate]) -> None:
    service = over_aws({"log": {"level": "info"}})
    trace_id = "4bf92f3577b34da6a3ce929d0e0e4736"

    service.get("/operations", headers=bearer("reader"))
    service.get("/operations", headers={**bearer("ops"), "traceparent": f"00-{trace_id}-00f067aa0ba902b7-01"})
    service.stop()

    lines = [json.loads(line) for line in service.process.log.read_text().splitlines() if line.startswith("{")]
    without, traced = [line for line in lines if line["event"] == "request" and line["route"] == "/operations"]
    assert (without["principal"], without["key_id"], without["status"]) == ("reader", "key-of-reader", 200)
    assert not {"trace_id", "span_id"} & without.keys()
    assert (traced["principal"], traced["trace_id"]) == ("ops", trace_id)
    assert len(traced["span_id"]) == 16
    assert traced.keys() - without.keys() == {"trace_id", "span_id"}


def test_the_log_follows_a_trace_into_the_operation(over_aws: Callable[..., Tidegate]) -> None:
    service = over_aws({"log": {"level": "info"}})
    trace_id = "4bf92f3577b34da6a3ce929d0e0e4736"

    service.post("/alerts", {"id": "untraced"}, headers=bearer("ops"))
    traced = {**bearer("ops"), "traceparent": f"00-{trace_id}-00f067aa0ba902b7-01"}
    service.post("/alerts", {"id": "traced"}, headers=traced)
    service.stop()

    lines = [json.loads(line) for line in service.process.log.read_text().splitlines() if line.startswith("{")]
    events = ("operation.begun", "operation.step", "operation.finished")
    found = {(line["event"], line.get("trace_id")) for line in lines if line["event"] in events}
    assert found == {(event, trace) for event in events for trace in (None, trace_id)}


def test_a_reader_may_look_and_not_touch(over_aws: Callable[..., Tidegate], emulator: Emulator) -> None:
    reader = Client(over_aws(), "reader")

    assert reader.get("/operations").status_code == 200
    assert reader.get("/alerts").status_code == 200
    problem(reader.post("/scale", {"action": "scale_up"}), 403, "forbidden")
    problem(reader.post("/alerts", {"message": "look"}), 403, "forbidden")
    problem(reader.post("/invoke/notification-router", {"alert": {"id": "a"}}), 403, "forbidden")
    assert emulator.sent() == []


def test_health_and_the_contract_need_no_key(over_aws: Callable[..., Tidegate]) -> None:
    service = over_aws()

    for path in ("/livez", "/readyz", "/healthz", "/openapi.json", "/openapi.yaml", "/docs"):
        assert service.get(path).status_code == 200, path
    problem(service.get("/metrics"), 401, "unauthenticated")


def test_readiness_names_the_store_and_the_credentials(over_aws: Callable[..., Tidegate]) -> None:
    answer = over_aws().get("/readyz?verbose").json()

    assert answer["status"] == "ready"
    assert answer["sandbox"] is False
    assert len(answer["checks"]) >= 2
    assert all(check["ok"] for check in answer["checks"])


# --- how often


def test_a_caller_over_its_rate_is_told_when_to_come_back(over_aws: Callable[..., Tidegate]) -> None:
    service = over_aws({"rate_limit": {"per_key": {"rate": 0.01, "burst": 3}}})
    ops, rival = Client(service, "ops"), Client(service, "rival")

    replies = [ops.get("/operations") for _ in range(4)]

    assert [reply.status_code for reply in replies] == [200, 200, 200, 429]
    problem(replies[3], 429, "quota-exceeded")
    assert 1 <= int(replies[3].headers["retry-after"]) <= 100
    assert "ratelimit" in replies[0].headers
    assert rival.get("/operations").status_code == 200


def test_all_callers_together_have_a_limit(over_aws: Callable[..., Tidegate]) -> None:
    service = over_aws({"rate_limit": {"global": {"rate": 0.01, "burst": 2}}})

    statuses = [Client(service, name).get("/operations").status_code for name in ("ops", "rival", "reader")]

    assert statuses == [200, 200, 429]


# --- the contract's edges


def test_an_unknown_query_parameter_is_refused(ops: Client) -> None:
    body = problem(ops.get("/spot/opportunities?instance_type=m5.large"), 400, "invalid-request")

    assert [error["pointer"] for error in body["errors"]] == ["#/query/instance_type"]


def test_everything_wrong_is_named_at_once(ops: Client, emulator: Emulator) -> None:
    reply = ops.post(
        "/scale",
        {"action": "explode", "dryrun": True, "nodegroups": [{"name": "web", "desired_size": -1}, {}]},
    )

    body = problem(reply, 400, "invalid-request")
    pointers = {error["pointer"] for error in body["errors"]}
    assert "#/body/action" in pointers
    assert any(pointer.startswith("#/body/nodegroups/0") for pointer in pointers)
    assert emulator.calls(service="eks") == []


@pytest.mark.parametrize(
    ("nodegroups", "pointer"),
    [
        ([{"name": "web", "min_size": 5, "max_size": 2}], "#/body/nodegroups/0/min_size"),
        ([{"name": "web"}, {"name": "web"}], "#/body/nodegroups/1/name"),
    ],
)
def test_contradictions_are_refused_before_anything_is_touched(
    ops: Client, emulator: Emulator, nodegroups: list[dict[str, object]], pointer: str
) -> None:
    body = problem(ops.post("/scale", {"action": "scale_up", "nodegroups": nodegroups}), 400, "invalid-request")

    assert [error["pointer"] for error in body["errors"]] == [pointer]
    assert emulator.calls(service="eks") == []
    assert ops.operations() == []


@pytest.mark.parametrize(
    ("content", "content_type", "status", "kind"),
    [
        (b'{"action": ', "application/json", 400, "invalid-request"),
        (b"[1, 2]", "application/json", 400, "invalid-request"),
        (b"action=scale_up", "application/x-www-form-urlencoded", 415, "unsupported-media-type"),
        (b'{"ist_time": "' + b"x" * 300_000 + b'"}', "application/json", 413, "content-too-large"),
    ],
)
def test_a_body_that_is_none_is_refused(
    ops: Client, content: bytes, content_type: str, status: int, kind: str
) -> None:
    reply = ops.service.http.post(
        "/scale", content=content, headers={**bearer("ops"), "Content-Type": content_type}
    )

    problem(reply, status, kind)


def test_an_unknown_method_says_which_there_are(ops: Client) -> None:
    reply = ops.service.http.request("DELETE", "/operations", headers=bearer("ops"))

    problem(reply, 405, "method-not-allowed")
    assert {method.strip() for method in reply.headers["allow"].split(",")} == {"GET", "HEAD"}


def test_an_unknown_path_is_not_found(ops: Client) -> None:
    problem(ops.get("/no/such/path"), 404, "not-found")
    problem(ops.get("/operations/op_01K9Z6V1QK3Y8M4T7C2B5N6D0F"), 404, "not-found")


def test_a_callers_request_id_comes_back(ops: Client) -> None:
    assert ops.get("/operations", headers={"X-Request-Id": "mine-1"}).headers["x-request-id"] == "mine-1"

    made_up = ops.get("/operations", headers={"X-Request-Id": "not { ours"}).headers["x-request-id"]
    assert made_up and made_up != "not { ours"


def test_head_answers_what_get_would_without_a_body(ops: Client) -> None:
    reply = ops.service.http.head("/operations", headers=bearer("ops"))

    assert reply.status_code == 200
    assert reply.content == b""


def test_metrics_count_requests_by_their_route_template(ops: Client) -> None:
    ops.get("/operations/op_01K9Z6V1QK3Y8M4T7C2B5N6D0F")

    text = ops.get("/metrics").text

    assert 'http_route="/operations/{operation_id}"' in text
    assert "op_01K9Z6V1QK3Y8M4T7C2B5N6D0F" not in text


def test_metrics_count_calls_of_the_store(ops: Client) -> None:
    ops.get("/operations/op_01K9Z6V1QK3Y8M4T7C2B5N6D0F")

    text = ops.get("/metrics").text

    counted = re.search(r'tidegate_store_call_duration_seconds_count{call="get",outcome="ok"} (\d+)', text)
    assert counted and int(counted[1]) >= 1


def test_the_sandbox_is_not_there_over_aws(ops: Client) -> None:
    problem(ops.get("/sandbox/notifications"), 404, "not-found")
