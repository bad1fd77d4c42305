"""The seed's own scaling events over the AWS wire: signed calls to the emulator, state in DynamoDB Local."""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.harness import parts
from tests.harness.emulator import Emulator
from tests.harness.tidegate import Tidegate
from tests.integration.service import Client, wait_until

HOURS_PER_MONTH = 730
MORNING = {
    "action": "scale_up",
    "ist_time": "2026-11-23T08:00:00+05:30",
    "nodegroups": [
        {"name": "web", "desired_size": 5, "min_size": 2, "max_size": 12},
        {"name": "api", "desired_size": 4, "min_size": 2, "max_size": 10},
    ],
}
"""As EventBridge sends it at 8:00 IST (seed 000, "EKS Scaling Lambda Handler")."""


def seed_production(emulator: Emulator) -> None:
    emulator.seed_eks(
        {
            "name": "production",
            "nodegroups": [
                {"name": "web", "min": 1, "max": 12, "desired": 2, "instance_types": ["m5.large"]},
                {"name": "api", "min": 2, "max": 10, "desired": 4, "instance_types": ["m5.xlarge"]},
                {
                    "name": "batch",
                    "min": 0,
                    "max": 10,
                    "desired": 3,
                    "instance_types": ["c5.xlarge"],
                    "capacity_type": "SPOT",
                },
            ],
        }
    )


def seed_workload(emulator: Emulator, cluster: str, cpu: float, memory: float, nodes: int) -> None:
    """What Container Insights would have written a minute ago."""
    at = datetime.datetime.now(datetime.UTC) - datetime.timedelta(seconds=60)
    figures = {
        "node_cpu_reserved_capacity": cpu,
        "node_memory_reserved_capacity": memory,
        "cluster_node_count": nodes,
    }
    emulator.client("cloudwatch").put_metric_data(
        Namespace="ContainerInsights",
        MetricData=[
            {
                "MetricName": name,
                "Dimensions": [{"Name": "ClusterName", "Value": cluster}],
                "Timestamp": at,
                "Value": value,
            }
            for name, value in figures.items()
        ],
    )


def by_name(answer: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {item["nodegroup"]: item for item in answer["results"]}


def sizes(least: int, most: int, desired: int) -> dict[str, int]:
    return {"minSize": least, "maxSize": most, "desiredSize": desired}


def applied(emulator: Emulator) -> list[tuple[str, int]]:
    """(node group, desired size) of every update that took effect, in order of the names."""
    return sorted((entry["nodegroup"], entry["scaling_config"]["desiredSize"]) for entry in emulator.journal())


# --- scale_up


def test_the_morning_event_answers_every_field_of_the_lambda_function(ops: Client, emulator: Emulator) -> None:
    seed_production(emulator)

    status, body = ops.invoke("eks-scaler", MORNING)

    assert status == 200
    assert body["action"] == "scale_up"
    assert body["timestamp"] == MORNING["ist_time"]
    assert body["cluster"] == "production"
    results = by_name(body)
    assert results["web"]["status"] == "scaling_initiated"
    assert results["web"]["previous_config"] == sizes(1, 12, 2)
    assert results["web"]["new_config"] == sizes(2, 12, 5)
    assert results["web"]["ai_optimizations"] == {}
    assert "cost_impact" in results["web"]
    assert results["api"]["status"] == "no_change_needed"
    assert results["api"]["current_config"] == sizes(2, 10, 4)
    assert results["api"]["reason"] == "Already at optimal configuration"
    assert body["summary"]["total"] == 2
    assert applied(emulator) == [("web", 5)]


def test_scale_answers_the_same_decision_as_the_lambda_shape(ops: Client, emulator: Emulator) -> None:
    seed_production(emulator)

    reply = ops.post("/scale", MORNING)

    assert reply.status_code == 200, reply.text
    results = by_name(reply.json())
    assert (results["web"]["status"], results["api"]["status"]) == ("scaling_initiated", "no_change_needed")
    assert applied(emulator) == [("web", 5)]
    operation = ops.finished(reply.json()["operation_id"])
    assert (operation["kind"], operation["state"], operation["principal"]) == ("scale", "succeeded", "ops")
    assert operation["request_id"] == reply.headers["x-request-id"]


def test_cost_impact_is_computed_from_real_on_demand_prices(ops: Client, emulator: Emulator) -> None:
    prices = json.loads(parts.data("aws", "instance-types-us-east-1.json").read_text())
    m5_large_usd = prices["m5.large"]["on_demand_usd_per_hour"]
    assert m5_large_usd == 0.096
    seed_production(emulator)

    answer = ops.post("/scale", MORNING).json()

    # Three more m5.large: 3 x 0.096 = 0.288 USD an hour, 0.288 x 730 = 210.24 USD a month.
    cost = by_name(answer)["web"]["cost_impact"]
    assert cost["hourly_usd"] == pytest.approx(0.288)
    assert cost["monthly_usd"] == pytest.approx(210.24)
    assert cost["node_price"]["usd_per_hour"] == m5_large_usd
    assert cost["node_price"]["source"] == "aws:pricing"
    assert answer["summary"]["hourly_usd"] == pytest.approx(0.288)
    assert answer["summary"]["monthly_usd"] == pytest.approx(0.288 * HOURS_PER_MONTH)


def test_the_demand_forecaster_adds_nodes_by_the_seeds_rules(ops: Client, emulator: Emulator) -> None:
    seed_production(emulator)
    recommendation = {"predicted_load_increase": 0.4, "spot_optimization": {"recommended": True}}
    emulator.set_function(
        "demand-forecaster",
        payload={"recommendations": {"web": recommendation, "api": {"predicted_load_increase": 0.3}}},
    )

    answer = ops.post("/scale", MORNING).json()

    # web: 5 + max(1, floor(0.2 x 5)) + 1 for spot = 7. api: 0.3 is not above 0.3.
    results = by_name(answer)
    assert results["web"]["new_config"] == sizes(2, 12, 7)
    assert results["web"]["ai_optimizations"] == recommendation
    assert results["api"]["status"] == "no_change_needed"
    assert applied(emulator) == [("web", 7)]
    (invocation,) = emulator.invocations()
    assert invocation["function"] == "demand-forecaster"
    assert invocation["event"]["cluster_name"] == "production"
    assert invocation["event"]["action"] == "scale_up"
    datetime.datetime.fromisoformat(invocation["event"]["current_time"])


def test_adjusted_sizes_stay_within_the_groups_limits(ops: Client, emulator: Emulator) -> None:
    seed_production(emulator)
    emulator.set_function(
        "demand-forecaster", payload={"recommendations": {"web": {"predicted_load_increase": 0.9}}}
    )

    answer = ops.post(
        "/scale", {"action": "scale_up", "nodegroups": [{"name": "web", "desired_size": 12, "max_size": 12}]}
    ).json()

    assert by_name(answer)["web"]["new_config"]["desiredSize"] == 12
    assert applied(emulator) == [("web", 12)]


def test_a_forecaster_that_fails_is_told_and_changes_nothing_of_the_decision(
    ops: Client, emulator: Emulator
) -> None:
    seed_production(emulator)
    emulator.set_function(
        "demand-forecaster", payload={"errorMessage": "model not loaded"}, function_error="Unhandled"
    )

    answer = ops.post("/scale", MORNING).json()

    assert by_name(answer)["web"]["new_config"] == sizes(2, 12, 5)
    assert answer["forecast"]["source"] == "lambda:demand-forecaster"
    assert answer["forecast"]["unavailable"]


def test_a_failing_group_does_not_stop_the_others(ops: Client, emulator: Emulator) -> None:
    seed_production(emulator)
    event = {**MORNING, "nodegroups": [{"name": "ghost", "desired_size": 3}, *MORNING["nodegroups"]]}

    answer = ops.post("/scale", event).json()

    results = by_name(answer)
    assert [item["nodegroup"] for item in answer["results"]] == ["ghost", "web", "api"]
    assert results["ghost"]["status"] == "error"
    assert "ghost" in results["ghost"]["error"]
    assert results["web"]["status"] == "scaling_initiated"
    assert applied(emulator) == [("web", 5)]
    assert ops.finished(answer["operation_id"])["state"] == "partially_succeeded"


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param({"kind": "throttle", "count": 2}, id="throttled twice"),
        pytest.param({"kind": "error", "status": 500, "count": 1}, id="5xx once"),
        pytest.param({"kind": "reset", "count": 1}, id="reset before it took effect"),
        pytest.param({"kind": "reset", "count": 1, "applied": True}, id="reply lost after it took effect"),
        pytest.param({"kind": "truncate", "count": 1}, id="reply cut short after it took effect"),
    ],
)
def test_an_update_is_applied_once_whatever_happens_to_its_reply(
    ops: Client, emulator: Emulator, fault: dict[str, Any]
) -> None:
    seed_production(emulator)
    emulator.fault(service="eks", operation="UpdateNodegroupConfig", **fault)

    answer = ops.post("/scale", MORNING).json()

    assert by_name(answer)["web"]["status"] == "scaling_initiated"
    assert applied(emulator) == [("web", 5)]
    assert len(emulator.calls(operation="UpdateNodegroupConfig")) > 1, "the fault struck nothing"


def test_an_update_that_eks_works_at_is_followed_after_the_answer(
    over_aws: Callable[..., Tidegate], emulator: Emulator
) -> None:
    ops = Client(over_aws({"scaling": {"update_poll": "100ms"}}))
    seed_production(emulator)
    emulator.settings(eks_update_ms=500)

    answer = ops.post("/scale", MORNING).json()

    assert by_name(answer)["web"]["status"] == "scaling_initiated"
    assert ops.finished(answer["operation_id"])["state"] == "succeeded"
    assert emulator.calls(operation="DescribeUpdate")


def test_an_update_that_eks_gives_up_fails_its_operation(
    over_aws: Callable[..., Tidegate], emulator: Emulator
) -> None:
    ops = Client(over_aws({"scaling": {"update_poll": "100ms"}}))
    seed_production(emulator)
    emulator.settings(eks_update_ms=300)
    emulator.control(
        "POST",
        "/eks/outcomes",
        {
            "nodegroup": "web",
            "status": "Failed",
            "errors": [{"errorCode": "NodeCreationFailure", "errorMessage": "out of addresses"}],
        },
    )

    answer = ops.post("/scale", {**MORNING, "nodegroups": MORNING["nodegroups"][:1]}).json()

    operation = ops.finished(answer["operation_id"])
    assert operation["state"] == "failed"
    assert "out of addresses" in json.dumps(operation)


# --- what changes nothing


def test_dry_run_decides_and_changes_nothing(ops: Client, emulator: Emulator) -> None:
    seed_production(emulator)

    answer = ops.post("/scale", {**MORNING, "dry_run": True}).json()

    results = by_name(answer)
    assert answer["dry_run"] is True
    assert results["web"]["status"] == "would_scale"
    assert results["web"]["new_config"] == sizes(2, 12, 5)
    assert results["web"]["cost_impact"]["nodes"] == 3
    assert emulator.journal() == []
    assert emulator.calls(operation="UpdateNodegroupConfig") == []
    assert ops.finished(answer["operation_id"])["dry_run"] is True


def test_a_dry_run_that_is_neither_true_nor_false_is_refused(ops: Client, emulator: Emulator) -> None:
    seed_production(emulator)

    for dry_run in ("true", 1, {}):
        status, body = ops.invoke("eks-scaler", {**MORNING, "dry_run": dry_run})
        assert status == 400, dry_run
        assert "dry_run" in body["error"]

    assert emulator.calls(operation="UpdateNodegroupConfig") == []


def test_analyze_looks_at_every_group_and_changes_nothing(ops: Client, emulator: Emulator) -> None:
    seed_production(emulator)
    emulator.set_function(
        "demand-forecaster", payload={"recommendations": {"web": {"predicted_load_increase": 0.5}}}
    )

    status, body = ops.invoke("eks-scaler", {})

    assert status == 200
    assert body["action"] == "analyze"
    results = by_name(body)
    assert set(results) == {"web", "api", "batch"}
    assert results["web"]["status"] == "recommended"
    assert results["web"]["new_config"]["desiredSize"] == 3
    assert emulator.journal() == []


# --- scale_down


def test_a_busy_cluster_is_not_scaled_down(ops: Client, emulator: Emulator) -> None:
    seed_production(emulator)
    seed_workload(emulator, "production", cpu=70, memory=40, nodes=9)
    evening = {"action": "scale_down", "nodegroups": [{"name": "api", "desired_size": 0, "max_size": 10}]}

    status, body = ops.invoke("eks-scaler", evening)

    # 70 % of 9 nodes reserved: 6.3 nodes' worth on the 5 that would stay is 126 %, above 80 %. 6.3 / 0.8 needs
    # 8 nodes, so one may go and 3 must stay.
    assert status == 200
    (result,) = body["results"]
    assert result["status"] == "scale_down_blocked"
    assert "126.0 %" in result["reason"]
    assert result["recommendation"] == "scale this node group to 3 or more"
    assert body["workload_analysis"]["cpu_reserved_percent"] == pytest.approx(70)
    assert emulator.journal() == []


def test_an_idle_cluster_is_scaled_down(ops: Client, emulator: Emulator) -> None:
    seed_production(emulator)
    seed_workload(emulator, "production", cpu=20, memory=25, nodes=9)
    evening = {
        "action": "scale_down",
        "ist_time": "2026-11-23T18:00:00+05:30",
        "nodegroups": [{"name": "api", "desired_size": 1, "min_size": 0, "max_size": 10}],
    }

    status, body = ops.invoke("eks-scaler", evening)

    assert status == 200
    assert body["timestamp"] == evening["ist_time"]
    (result,) = body["results"]
    assert result["status"] == "scale_down_initiated"
    assert result["new_size"] == 1
    assert result["safety_checks"]["safe"] is True
    assert applied(emulator) == [("api", 1)]


def test_unknown_workload_can_be_made_to_block(over_aws: Callable[..., Tidegate], emulator: Emulator) -> None:
    ops = Client(over_aws({"scaling": {"safety": {"block_when_workload_unknown": True}}}))
    seed_production(emulator)
    evening = {"action": "scale_down", "nodegroups": [{"name": "api", "desired_size": 1, "max_size": 10}]}

    answer = ops.post("/scale", evening).json()

    (result,) = answer["results"]
    assert result["status"] == "scale_down_blocked"
    assert answer["workload_analysis"]["cpu_reserved_percent"] is None
    assert answer["workload_analysis"]["unavailable"]
    assert emulator.journal() == []


# --- the rest of the handlers


def test_spot_replacement_adds_one_node_to_a_spot_group(ops: Client, emulator: Emulator) -> None:
    seed_production(emulator)

    answer = ops.post("/scale", {"action": "spot_replacement", "nodegroups": [{"name": "batch"}]}).json()

    assert by_name(answer)["batch"]["new_config"] == sizes(0, 10, 4)
    assert applied(emulator) == [("batch", 4)]


def test_an_unknown_action_is_the_handlers_own_failure(ops: Client, emulator: Emulator) -> None:
    status, body = ops.invoke("eks-scaler", {"action": "explode"})

    assert status >= 400
    assert "Unknown action: explode" in body["error"]
    assert emulator.journal() == []


def test_the_cluster_of_the_old_environment_variable_is_the_default(
    over_aws: Callable[..., Tidegate], emulator: Emulator
) -> None:
    seed_production(emulator)
    ops = Client(over_aws({"scaling": {"default_cluster": "${env:CLUSTER_NAME}"}}, env={"CLUSTER_NAME": "production"}))

    status, body = ops.invoke("eks-scaler", {**MORNING, "dry_run": True})

    assert (status, body["cluster"]) == (200, "production")


def test_one_table_serves_two_replicas(over_aws: Callable[..., Tidegate], emulator: Emulator) -> None:
    seed_production(emulator)
    first, second = Client(over_aws(folder="first")), Client(over_aws(folder="second"))

    operation_id = first.post("/scale", MORNING).json()["operation_id"]

    wait_until(lambda: second.operation(operation_id)["state"] == "succeeded", 10, "the other replica's view")
    assert [item["operation_id"] for item in second.operations(kind="scale")] == [operation_id]
