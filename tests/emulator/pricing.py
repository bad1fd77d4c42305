"""Pricing GetProducts from a table of on-demand prices, in the shape of the real price list.

Each type also gets the neighbours that the real list has (reserved capacity, dedicated tenancy, Windows), so that a
client that filters too little finds more than one price, as it would at AWS. Only the Linux, shared, used price is
recorded; the neighbours' figures are made up from it.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from .signature import Signed
from .wire import AwsError

REGIONS = ("us-east-1", "eu-central-1", "ap-south-1")
PAGE_MAX = 100
ON_DEMAND_TERM = "JRTCKXETXF"
HOURLY_RATE = "6YS6EN2CT7"
PUBLISHED = "2026-07-20T00:00:00Z"

# (operating system, tenancy, capacity status, operation, price from (price, vCPUs))
VARIANTS = (
    ("Linux", "Shared", "Used", "RunInstances", lambda price, vcpus: price),
    ("Linux", "Shared", "UnusedCapacityReservation", "RunInstances", lambda price, vcpus: price),
    ("Linux", "Shared", "AllocatedCapacityReservation", "RunInstances", lambda price, vcpus: 0.0),
    ("Linux", "Dedicated", "Used", "RunInstances", lambda price, vcpus: price * 1.06),
    ("Windows", "Shared", "Used", "RunInstances:0002", lambda price, vcpus: price + 0.046 * vcpus),
)


class Pricing:
    def __init__(self) -> None:
        self._products: list[dict[str, Any]] = []

    def load(self, path: Path, region: str = "us-east-1", location: str = "US East (N. Virginia)") -> int:
        """Reads a table {type: {on_demand_usd_per_hour, vcpus?, memory_mib?}}; answers how many types."""
        table = json.loads(path.read_text())
        for instance_type, facts in table.items():
            for variant in VARIANTS:
                self._products.append(_product(instance_type, facts, region, location, variant))
        return len(table)

    def clear(self) -> None:
        self._products.clear()

    def get_products(self, params: dict[str, Any], signed: Signed) -> dict[str, Any]:
        if signed.region not in REGIONS:
            raise AwsError("UnrecognizedClientException", f"Pricing has no endpoint in {signed.region}")
        if params["ServiceCode"] != "AmazonEC2":
            return {"FormatVersion": "aws_v1", "PriceList": []}
        if params.get("FormatVersion", "aws_v1") != "aws_v1":
            raise AwsError("InvalidParameterException", "FormatVersion must be aws_v1")
        kept = [p for p in self._products if all(_fits(p, item) for item in params.get("Filters", []))]
        try:
            start = int(params.get("NextToken", "0"), 16)
        except ValueError:
            raise AwsError("InvalidNextTokenException", "Invalid NextToken") from None
        size = params.get("MaxResults", PAGE_MAX)
        answer: dict[str, Any] = {
            "FormatVersion": "aws_v1",
            "PriceList": [json.dumps(p) for p in kept[start : start + size]],
        }
        if start + size < len(kept):
            answer["NextToken"] = f"{start + size:x}"
        return answer


def _fits(product: dict[str, Any], item: dict[str, str]) -> bool:
    field, kind, wanted = item["Field"], item["Type"], item["Value"]
    attributes = product["product"]["attributes"]
    lowered = {name.lower(): value for name, value in attributes.items()}
    values = {
        **lowered,
        "servicecode": "AmazonEC2",
        "productfamily": product["product"]["productFamily"],
        "sku": product["product"]["sku"],
    }
    value = values.get(field.lower())
    if kind in ("TERM_MATCH", "EQUALS"):
        return value == wanted
    if kind == "CONTAINS":
        return value is not None and wanted in value
    among = [part.strip() for part in wanted.split(",")]
    return (value in among) if kind == "ANY_OF" else (value is not None and value not in among)


def _code(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest().upper()[:16]


def _product(
    instance_type: str, facts: dict[str, Any], region: str, location: str, variant: tuple
) -> dict[str, Any]:
    system, tenancy, capacity, operation, price_of = variant
    price = price_of(facts["on_demand_usd_per_hour"], facts.get("vcpus", 0))
    sku = _code("|".join((region, instance_type, system, tenancy, capacity)))
    offer = f"{sku}.{ON_DEMAND_TERM}"
    box = {
        "Used": "BoxUsage",
        "UnusedCapacityReservation": "UnusedBox",
        "AllocatedCapacityReservation": "Reservation",
    }[capacity]
    usage = f"{'DedicatedUsage' if tenancy == 'Dedicated' else box}:{instance_type}"
    attributes = {
        "servicecode": "AmazonEC2",
        "servicename": "Amazon Elastic Compute Cloud",
        "location": location,
        "locationType": "AWS Region",
        "regionCode": region,
        "instanceType": instance_type,
        "instanceFamily": "General purpose",
        "currentGeneration": "Yes",
        "tenancy": tenancy,
        "operatingSystem": system,
        "licenseModel": "No License required",
        "preInstalledSw": "NA",
        "capacitystatus": capacity,
        "operation": operation,
        "usagetype": usage,
        "marketoption": "OnDemand",
    }
    if "vcpus" in facts:
        attributes["vcpu"] = str(facts["vcpus"])
    if "memory_mib" in facts:
        attributes["memory"] = f"{facts['memory_mib'] / 1024:g} GiB"
    return {
        "product": {"productFamily": "Compute Instance", "attributes": attributes, "sku": sku},
        "serviceCode": "AmazonEC2",
        "terms": {
            "OnDemand": {
                offer: {
                    "priceDimensions": {
                        f"{offer}.{HOURLY_RATE}": {
                            "unit": "Hrs",
                            "endRange": "Inf",
                            "description": f"${price:g} per {'Dedicated' if tenancy == 'Dedicated' else 'On Demand'} {system} {instance_type} Instance Hour",
                            "appliesTo": [],
                            "rateCode": f"{offer}.{HOURLY_RATE}",
                            "beginRange": "0",
                            "pricePerUnit": {"USD": f"{price:.10f}"},
                        }
                    },
                    "sku": sku,
                    "effectiveDate": PUBLISHED,
                    "offerTermCode": ON_DEMAND_TERM,
                    "termAttributes": {},
                }
            }
        },
        "version": "20260720000000",
        "publicationDate": PUBLISHED,
    }
