"""Spot prices, placement scores and on-demand prices."""

from __future__ import annotations

import datetime
import json
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.harness import parts
from tests.harness.emulator import Emulator

LINUX = {"ProductDescriptions": ["Linux/UNIX"], "InstanceTypes": ["m5.large"]}


def at(day: int, hour: int = 0) -> datetime.datetime:
    return datetime.datetime(2021, 1, day, hour, tzinfo=datetime.UTC)


def row(stamp: datetime.datetime, price: str, **other: str) -> dict[str, str]:
    fields = {
        "AvailabilityZone": "us-east-1a",
        "InstanceType": "m5.large",
        "ProductDescription": "Linux/UNIX",
    }
    return {**fields, "SpotPrice": price, "Timestamp": stamp.isoformat(), **other}


@pytest.fixture
def market(emulator: Emulator, tmp_path: Path) -> Emulator:
    """Three prices in one zone, one in another, one of another product."""
    rows = [
        row(at(1), "0.03"),
        row(at(10), "0.04"),
        row(at(20), "0.05"),
        row(at(12), "0.06", AvailabilityZone="us-east-1b"),
        row(at(11), "0.10", ProductDescription="Windows"),
    ]
    (tmp_path / "rows.json").write_text(json.dumps({"SpotPriceHistory": rows}))
    emulator.control("DELETE", "/spot-prices")
    emulator.control("POST", "/spot-prices", {"files": [str(tmp_path / "rows.json")]})
    return emulator


def prices(reply: dict[str, Any]) -> list[str]:
    return [found["SpotPrice"] for found in reply["SpotPriceHistory"]]


def test_history_is_newest_first_and_begins_with_the_row_in_force(market: Emulator) -> None:
    reply = market.client("ec2").describe_spot_price_history(
        **LINUX, AvailabilityZone="us-east-1a", StartTime=at(15), EndTime=at(31)
    )

    assert prices(reply) == ["0.05", "0.04"]
    assert reply["SpotPriceHistory"][-1]["Timestamp"] == at(10), (
        "with its own time, which lies before StartTime"
    )
    assert reply["NextToken"] == ""


def test_start_in_the_present_answers_one_current_row_a_pool(market: Emulator) -> None:
    now = datetime.datetime.now(datetime.UTC)

    assert sorted(prices(market.client("ec2").describe_spot_price_history(**LINUX, StartTime=now))) == [
        "0.05",
        "0.06",
    ]


def test_rows_after_the_end_are_left_out(market: Emulator) -> None:
    reply = market.client("ec2").describe_spot_price_history(**LINUX, StartTime=at(2), EndTime=at(11))

    assert prices(reply) == ["0.04", "0.03"]


def test_filters_take_wildcards(market: Emulator) -> None:
    filters = [{"Name": "product-description", "Values": ["Win*"]}]

    assert prices(market.client("ec2").describe_spot_price_history(Filters=filters)) == ["0.10"]


def test_other_regions_are_empty(market: Emulator) -> None:
    assert prices(market.client("ec2", region="eu-west-1").describe_spot_price_history(**LINUX)) == []


def test_pages_give_every_row_once_also_after_an_empty_one(market: Emulator) -> None:
    market.settings(spot_page_size_max=2, spot_empty_first_page=True)
    ec2, token, pages = market.client("ec2"), None, []
    while token != "":
        reply = ec2.describe_spot_price_history(**LINUX, **({"NextToken": token} if token else {}))
        pages.append(prices(reply))
        token = reply["NextToken"]

    assert pages == [[], ["0.05", "0.06"], ["0.04", "0.03"]]


def test_token_under_other_filters_is_refused(market: Emulator) -> None:
    ec2 = market.client("ec2")
    token = ec2.describe_spot_price_history(**LINUX, MaxResults=1)["NextToken"]

    with pytest.raises(ClientError, match="InvalidParameterValue"):
        ec2.describe_spot_price_history(InstanceTypes=["m5.large"], NextToken=token)


def test_shift_brings_old_prices_to_the_present_and_keeps_ninety_days(
    emulator: Emulator, tmp_path: Path
) -> None:
    old = at(1) - datetime.timedelta(days=200)
    rows = [row(old, "0.01"), row(at(1) - datetime.timedelta(days=100), "0.02"), row(at(1), "0.03")]
    (tmp_path / "rows.json").write_text(json.dumps({"SpotPriceHistory": rows}))
    emulator.control("DELETE", "/spot-prices")

    emulator.control("POST", "/spot-prices", {"files": [str(tmp_path / "rows.json")], "newest_at": "now"})

    reply = emulator.client("ec2").describe_spot_price_history(**LINUX)
    assert prices(reply) == ["0.03", "0.02"]
    age = datetime.datetime.now(datetime.UTC) - reply["SpotPriceHistory"][0]["Timestamp"]
    assert age < datetime.timedelta(minutes=1)


def test_recorded_market_is_served_whole(emulator: Emulator) -> None:
    path = parts.data("spot-prices", "m5.large-us-east-1-2021.json")
    emulator.control("DELETE", "/spot-prices")
    loaded = emulator.control("POST", "/spot-prices", {"files": [str(path)]})["rows"]

    pages = (
        emulator.client("ec2")
        .get_paginator("describe_spot_price_history")
        .paginate(PaginationConfig={"PageSize": 100})
    )

    assert loaded == 250
    assert sum(len(page["SpotPriceHistory"]) for page in pages) == 250


def test_placement_scores_are_by_zone_id_and_can_be_set(emulator: Emulator) -> None:
    emulator.control("POST", "/placement-scores", {"use1-az4": 10, "use1-az1": 9})
    question = {"InstanceTypes": ["m5.large"], "TargetCapacity": 10, "SingleAvailabilityZone": True}

    found = emulator.client("ec2").get_spot_placement_scores(**question)["SpotPlacementScores"]

    assert [(place["AvailabilityZoneId"], place["Score"]) for place in found[:2]] == [
        ("use1-az4", 10),
        ("use1-az1", 9),
    ]
    assert all(place["Score"] <= 3 for place in found[2:]), "one type is never likely to be found"


def test_new_placement_questions_are_limited_and_repeats_are_free(emulator: Emulator) -> None:
    emulator.settings(placement_configurations_per_day_max=2)
    ec2 = emulator.client("ec2")
    for capacity in (1, 2, 1, 2):
        ec2.get_spot_placement_scores(InstanceTypes=["m5.large"], TargetCapacity=capacity)

    with pytest.raises(ClientError, match="MaxConfigLimitExceeded"):
        ec2.get_spot_placement_scores(InstanceTypes=["m5.large"], TargetCapacity=3)


def term(field: str, value: str) -> dict[str, str]:
    return {"Type": "TERM_MATCH", "Field": field, "Value": value}


EXACT = [
    term("operatingSystem", "Linux"),
    term("tenancy", "Shared"),
    term("capacitystatus", "Used"),
    term("preInstalledSw", "NA"),
]


def test_exact_filters_find_the_recorded_price(emulator: Emulator) -> None:
    parts.data("aws", "instance-types-us-east-1.json")
    reply = emulator.client("pricing").get_products(
        ServiceCode="AmazonEC2",
        Filters=[term("instanceType", "m5.large"), term("regionCode", "us-east-1"), *EXACT],
    )

    (product,) = [json.loads(item) for item in reply["PriceList"]]
    ((_, offer),) = product["terms"]["OnDemand"].items()
    ((_, dimension),) = offer["priceDimensions"].items()
    assert dimension["pricePerUnit"] == {"USD": "0.0960000000"}
    assert (dimension["unit"], product["product"]["attributes"]["vcpu"]) == ("Hrs", "2")


def test_loose_filters_find_more_than_one_price(emulator: Emulator) -> None:
    parts.data("aws", "instance-types-us-east-1.json")
    reply = emulator.client("pricing").get_products(
        ServiceCode="AmazonEC2", Filters=[term("instanceType", "m5.large")]
    )

    assert len(reply["PriceList"]) == 5


def test_price_list_is_paged(emulator: Emulator) -> None:
    parts.data("aws", "instance-types-us-east-1.json")
    pages = (
        emulator.client("pricing")
        .get_paginator("get_products")
        .paginate(ServiceCode="AmazonEC2", Filters=EXACT)
    )

    sizes = [len(page["PriceList"]) for page in pages]
    assert max(sizes) == 100
    assert sum(sizes) == 1367


def test_pricing_has_no_endpoint_elsewhere(emulator: Emulator) -> None:
    with pytest.raises(ClientError, match="no endpoint in eu-west-1"):
        emulator.client("pricing", region="eu-west-1").get_products(ServiceCode="AmazonEC2")
