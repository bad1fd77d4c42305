"""Spot opportunities over the wire from recorded facts: AWS's own price history (moved in time so that it ends now),
the real Spot Advisor feed and real on-demand prices."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.harness import parts
from tests.harness.emulator import Emulator
from tests.harness.tidegate import Tidegate
from tests.integration.service import Client, problem

M5_HISTORY = ("spot-prices", "m5.large-us-east-1-2021.json")
GPU_HISTORY = ("spot-prices", "gpu-us-east-1-2020.json")
GPU_HISTORY_EU = ("spot-prices", "gpu-eu-central-1-2020.json")
GPU_TYPES = ["p2.xlarge", "p2.8xlarge", "p2.16xlarge", "p3.2xlarge", "p3.8xlarge", "p3.16xlarge"]
FEED_MODIFIED = "Sat, 28 Jun 2025 06:00:00 GMT"


@pytest.fixture(scope="module")
def advisor_feed() -> Iterator[str]:
    """The URL of a web server that has the recorded advisor feed."""
    body = parts.data("aws", "spot-advisor-data.json").read_bytes()

    class Feed(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Last-Modified", FEED_MODIFIED)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Feed)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}/spot-advisor-data.json"
    server.shutdown()
    server.server_close()


@pytest.fixture
def market(over_aws: Callable[..., Tidegate], emulator: Emulator, advisor_feed: str) -> Iterator[Client]:
    """tidegate where the market's histories end now."""
    for names in (M5_HISTORY, GPU_HISTORY, GPU_HISTORY_EU):
        emulator.control("POST", "/spot-prices", {"files": [str(parts.data(*names))], "newest_at": "now"})
    yield Client(over_aws({"aws": {"spot_advisor": {"url": advisor_feed}}}))
    emulator.control("DELETE", "/spot-prices")


def opportunities(client: Client, **query: Any) -> dict[str, Any]:
    reply = client.get("/spot/opportunities", params=query)
    assert reply.status_code == 200, reply.text
    return dict(reply.json())


def rows(report: dict[str, Any]) -> dict[tuple[str, str], dict[str, Any]]:
    return {(row["instance_type"], row["availability_zone"]): row for row in report["opportunities"]}


def latest_prices(path: Path) -> dict[tuple[str, str], float]:
    """The newest recorded price of each pool, read from the file by this test's own means."""
    newest: dict[tuple[str, str], tuple[str, float]] = {}
    for row in json.loads(path.read_text())["SpotPriceHistory"]:
        pool = (row["InstanceType"], row["AvailabilityZone"])
        newest[pool] = max(newest.get(pool, ("", 0.0)), (row["Timestamp"], float(row["SpotPrice"])))
    return {pool: price for pool, (_, price) in newest.items()}


def test_one_score_by_hand(market: Client) -> None:
    report = opportunities(market, instance_types="m5.large", zones="us-east-1c")

    # m5.large in us-east-1c was last at 0.0381 USD, on demand it is 0.096 USD:
    #   0.096 - 0.0381 = 0.0579;  0.0579 / 0.096 = 0.603125          savings 60.3125 %, below the cap of 90
    # No prediction, so volatility 0.5: (1 - 0.5) x 20                stability       +10
    # The feed says bucket 3, "15-20%", which is a high risk          risk            -25
    # No predicted trend counts as stable                             trend             0
    #                                                                 60.3125 + 10 - 25 = 45.3125
    (row,) = report["opportunities"]
    assert (row["instance_type"], row["availability_zone"]) == ("m5.large", "us-east-1c")
    assert row["current_price"] == 0.0381
    assert row["on_demand_price"] == 0.096
    assert row["savings_percent"] == 60.3125
    assert {factor["name"]: factor["points"] for factor in row["factors"]} == {
        "savings": 60.3125,
        "stability": 10,
        "interruption_risk": -25,
        "price_trend": 0,
    }
    assert row["opportunity_score"] == 45.3125
    assert row["interruption_risk"] == "high"
    assert row["recommended"] is False
    assert report["total_opportunities"] == 1
    assert report["summary"] == {"avg_savings": 60.3125, "best_savings": 60.3125, "recommended_count": 0}


def test_each_figure_names_its_source_and_age(market: Client) -> None:
    (row,) = opportunities(market, instance_types="m5.large", zones="us-east-1c")["opportunities"]

    figures = row["figures"]
    assert figures["spot_price"]["source"] == "aws:spot-price-history"
    # us-east-1c last changed 5 h 1 min 31 s before the file's newest row, which is moved to now.
    assert 18_091 <= figures["spot_price"]["age_seconds"] <= 18_091 + 300
    assert figures["on_demand_price"]["source"] == "aws:pricing"
    assert figures["interruption_bucket"]["value"] == "15-20%"
    assert figures["interruption_bucket"]["source"] == "aws:spot-advisor"
    assert figures["interruption_bucket"]["observed_at"].startswith("2025-06-28T06:00:00")
    assert figures["price_prediction"]["value"] is None
    assert figures["price_prediction"]["source"] is None


def test_a_prediction_moves_the_score_by_the_seeds_rules(market: Client, emulator: Emulator) -> None:
    emulator.set_function(
        "spot-price-predictor",
        payload={"predictions": {"m5.large": {"us-east-1c": {"volatility": 0.1, "trend": "decreasing"}}}},
    )

    (row,) = opportunities(market, instance_types="m5.large", zones="us-east-1c")["opportunities"]

    # 60.3125 + (1 - 0.1) x 20 - 25 + 15 = 68.3125
    assert row["opportunity_score"] == 68.3125
    assert row["price_trend"] == "decreasing"
    (invocation,) = emulator.invocations()
    assert invocation["event"] == {
        "region": "us-east-1",
        "prediction_horizon": 24,
        "include_confidence": True,
    }


def test_every_row_of_a_region_agrees_with_the_recorded_files(market: Client) -> None:
    prices = {**latest_prices(parts.data(*M5_HISTORY)), **latest_prices(parts.data(*GPU_HISTORY))}
    on_demand = json.loads(parts.data("aws", "instance-types-us-east-1.json").read_text())
    feed = json.loads(parts.data("aws", "spot-advisor-data.json").read_text())
    penalty = {0: 0, 1: -10, 2: -10, 3: -25, 4: -40}

    def score(pool: tuple[str, str]) -> float:
        full = on_demand[pool[0]]["on_demand_usd_per_hour"]
        bucket = feed["spot_advisor"]["us-east-1"]["Linux"][pool[0]]["r"]
        saved = (full - prices[pool]) / full * 100
        return max(0.0, min(100.0, min(saved, 90) + 10 + penalty[bucket]))

    report = opportunities(market, instance_types=",".join(["m5.large", *GPU_TYPES]), limit=100)

    assert len(prices) == 34
    assert report["total_opportunities"] == 34
    seen = rows(report)
    assert set(seen) == set(prices)
    for pool, row in seen.items():
        assert row["current_price"] == prices[pool]
        assert row["opportunity_score"] == pytest.approx(score(pool), abs=1e-4), pool
    scores = [row["opportunity_score"] for row in report["opportunities"]]
    assert scores == sorted(scores, reverse=True)
    assert report["summary"]["best_savings"] == pytest.approx(70)
    assert report["high_value_opportunities"] == sum(1 for value in scores if value > 80)


def test_twenty_rows_are_shown_and_all_are_counted(market: Client) -> None:
    report = opportunities(market, instance_types=",".join(["m5.large", *GPU_TYPES]))

    assert len(report["opportunities"]) == 20
    assert report["total_opportunities"] == 34


def test_a_least_score_narrows_what_is_counted(market: Client) -> None:
    report = opportunities(market, instance_types="m5.large", min_score=45)

    assert {row["availability_zone"] for row in report["opportunities"]} == {"us-east-1c"}
    assert report["total_opportunities"] == 1


def test_an_unknown_price_is_null_and_not_zero(market: Client) -> None:
    # The recorded price list is of us-east-1 alone.
    report = opportunities(market, region="eu-central-1", instance_types="p3.2xlarge")

    assert [row["availability_zone"] for row in report["opportunities"]] == ["eu-central-1a", "eu-central-1b"]
    for row in report["opportunities"]:
        assert row["current_price"] == 1.1469
        assert row["on_demand_price"] is None
        assert row["savings_percent"] is None
        assert row["opportunity_score"] is None
        assert row["recommended"] is False
    assert report["summary"] == {"avg_savings": None, "best_savings": None, "recommended_count": 0}


def test_an_empty_market_divides_by_nothing(market: Client) -> None:
    report = opportunities(market, instance_types="x1e.32xlarge")

    assert report["total_opportunities"] == 0
    assert report["high_value_opportunities"] == 0
    assert report["opportunities"] == []
    assert report["summary"] == {"avg_savings": None, "best_savings": None, "recommended_count": 0}


def test_many_pages_and_an_empty_first_one_give_the_same_ranking(market: Client, emulator: Emulator) -> None:
    emulator.settings(spot_page_size_max=3, spot_empty_first_page=True)

    report = opportunities(market, instance_types=",".join(GPU_TYPES), limit=100)

    assert report["total_opportunities"] == 29


def test_a_source_that_fails_costs_its_figures_only(market: Client, emulator: Emulator) -> None:
    emulator.fault("error", "pricing", "GetProducts", status=400, code="AccessDeniedException")

    report = opportunities(market, instance_types="m5.large")

    assert report["total_opportunities"] == 5
    assert all(row["on_demand_price"] is None for row in report["opportunities"])
    assert any("on-demand" in sentence for sentence in report["degraded"])


def test_the_spot_optimizers_event_answers_every_field_of_the_lambda_function(market: Client) -> None:
    status, body = market.invoke("spot-optimizer", {"action": "analyze_opportunities", "region": "us-east-1"})

    assert status == 200
    assert body["region"] == "us-east-1"
    assert {"timestamp", "total_opportunities", "high_value_opportunities", "opportunities", "summary"} <= set(body)
    assert set(body["summary"]) >= {"avg_savings", "best_savings", "recommended_count"}
    assert body["total_opportunities"] > 0
    for row in body["opportunities"]:
        assert {
            "instance_type",
            "availability_zone",
            "current_price",
            "on_demand_price",
            "savings_percent",
            "opportunity_score",
            "interruption_risk",
            "price_trend",
            "recommended",
        } <= set(row)


def test_the_spot_optimizers_default_action_is_one_that_it_takes(market: Client) -> None:
    status, body = market.invoke("spot-optimizer", {})

    assert status == 200
    assert body["region"] == "us-east-1"


@pytest.mark.parametrize("action", ["optimize_placement", "handle_interruption"])
def test_what_is_not_built_says_so(market: Client, action: str) -> None:
    reply = market.post("/invoke/spot-optimizer", {"action": action})

    assert action in problem(reply, 501, "not-built-yet")["detail"]
