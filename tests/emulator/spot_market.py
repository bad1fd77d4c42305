"""The spot market: DescribeSpotPriceHistory from recorded answers, and GetSpotPlacementScores."""

from __future__ import annotations

import base64
import bisect
import datetime
import fnmatch
import functools
import hashlib
import json
import time
from pathlib import Path
from typing import Any

from botocore.utils import parse_timestamp

from .signature import Signed
from .wire import AwsError

PAGE_MAX = 1000
RETENTION = datetime.timedelta(days=90)


@functools.cache
def zone_ids(region: str) -> dict[str, str]:
    """Zone name -> zone id, as moto's EC2 knows them."""
    from moto.ec2.models.availability_zones_and_regions import RegionsAndZonesBackend

    return {zone.name: zone.zone_id for zone in RegionsAndZonesBackend.zones.get(region, [])}


class SpotPrices:
    """Rows of DescribeSpotPriceHistory, by region and pool, oldest first."""

    def __init__(self) -> None:
        self.reset_pages()
        self._pools: dict[str, dict[tuple[str, str, str], list[tuple[datetime.datetime, str]]]] = {}
        self._shifted = False

    def reset_pages(self) -> None:
        self.page_size_max = PAGE_MAX
        self.empty_first_page = False
        """Answers an empty page with a token first, which AWS may do at any time."""

    def load(self, path: Path, newest_at: datetime.datetime | None = None) -> int:
        """Adds a file's rows; answers how many. `newest_at` moves the whole file in time so that its newest row is then."""
        rows = json.loads(path.read_text())["SpotPriceHistory"]
        stamped = [(parse_timestamp(row["Timestamp"]).astimezone(datetime.UTC), row) for row in rows]
        shift = datetime.timedelta(0)
        if newest_at is not None and stamped:
            # Whole seconds, like AWS's own stamps.
            shift = newest_at.replace(microsecond=0) - max(stamp for stamp, _ in stamped)
            self._shifted = True
        touched = set()
        for stamp, row in stamped:
            zone = row["AvailabilityZone"]
            region = zone[:-1]
            pool = (row["InstanceType"], zone, row["ProductDescription"])
            self._pools.setdefault(region, {}).setdefault(pool, []).append((stamp + shift, row["SpotPrice"]))
            touched.add((region, pool))
        for region, pool in touched:
            self._pools[region][pool].sort()
        return len(rows)

    def clear(self) -> None:
        self._pools.clear()
        self._shifted = False

    def describe(self, params: dict[str, Any], signed: Signed) -> dict[str, Any]:
        if params.get("DryRun"):
            raise AwsError("DryRunOperation", "Request would have succeeded, but DryRun flag is set.", 412)
        limit = params.get("MaxResults", PAGE_MAX)
        if limit < 1:
            raise AwsError("InvalidParameterValue", f"Value ( {limit} ) for parameter maxResults is invalid.")
        if "AvailabilityZone" in params and "AvailabilityZoneId" in params:
            raise AwsError(
                "InvalidParameterCombination", "Specify AvailabilityZone or AvailabilityZoneId, not both"
            )
        filters_hash = hashlib.sha256(
            repr(sorted((k, v) for k, v in params.items() if k not in ("NextToken", "MaxResults"))).encode()
        ).hexdigest()[:16]
        start = _read_token(params.get("NextToken"), filters_hash)
        if start is None:
            if self.empty_first_page:
                return {"SpotPriceHistory": [], "NextToken": _token(0, filters_hash)}
            start = 0
        rows = self._select(params, signed.region)
        size = min(limit, self.page_size_max, PAGE_MAX)
        page = rows[start : start + size]
        more = start + size < len(rows)
        return {"SpotPriceHistory": page, "NextToken": _token(start + size, filters_hash) if more else ""}

    def _select(self, params: dict[str, Any], region: str) -> list[dict[str, Any]]:
        now = datetime.datetime.now(datetime.UTC)
        end = min(params.get("EndTime", now), now)
        since = params.get("StartTime", datetime.datetime.min.replace(tzinfo=datetime.UTC))
        if self._shifted:
            since = max(since, now - RETENTION)
        if "StartTime" in params and "EndTime" in params and params["StartTime"] > params["EndTime"]:
            raise AwsError("InvalidParameterValue", "StartTime is after EndTime")
        ids = zone_ids(region)
        rows = []
        for pool, history in self._pools.get(region, {}).items():
            instance_type, zone, product = pool
            if not _wanted(params, instance_type, zone, ids.get(zone, ""), product):
                continue
            # The price in force at `since` was set before it: AWS answers that row too, with its own time.
            first = max(0, bisect.bisect_right(history, since, key=lambda row: row[0]) - 1)
            last = bisect.bisect_right(history, end, key=lambda row: row[0])
            for stamp, price in history[first:last]:
                row = {
                    "AvailabilityZone": zone,
                    "InstanceType": instance_type,
                    "ProductDescription": product,
                    "SpotPrice": price,
                    "Timestamp": stamp,
                }
                if zone in ids:
                    row["AvailabilityZoneId"] = ids[zone]
                rows.append(row)
        rows = [row for row in rows if _passes_filters(params.get("Filters", []), row)]
        rows.sort(
            key=lambda row: (-row["Timestamp"].timestamp(), row["InstanceType"], row["AvailabilityZone"])
        )
        return rows


def _wanted(params: dict[str, Any], instance_type: str, zone: str, zone_id: str, product: str) -> bool:
    if "InstanceTypes" in params and instance_type not in params["InstanceTypes"]:
        return False
    if "AvailabilityZone" in params and zone != params["AvailabilityZone"]:
        return False
    if "AvailabilityZoneId" in params and zone_id != params["AvailabilityZoneId"]:
        return False
    return "ProductDescriptions" not in params or product in params["ProductDescriptions"]


FILTERS = {
    "availability-zone": lambda row: row["AvailabilityZone"],
    "availability-zone-id": lambda row: row.get("AvailabilityZoneId", ""),
    "instance-type": lambda row: row["InstanceType"],
    "product-description": lambda row: row["ProductDescription"],
    "spot-price": lambda row: row["SpotPrice"],
    "timestamp": lambda row: row["Timestamp"].strftime("%Y-%m-%dT%H:%M:%SZ"),
}


def _passes_filters(filters: list[dict[str, Any]], row: dict[str, Any]) -> bool:
    for item in filters:
        if item.get("Name") not in FILTERS:
            raise AwsError("InvalidParameterValue", f"The filter '{item.get('Name')}' is invalid")
        value = FILTERS[item["Name"]](row)
        if not any(fnmatch.fnmatchcase(value, wanted) for wanted in item.get("Values", [])):
            return False
    return True


def _token(start: int, filters_hash: str) -> str:
    return base64.b64encode(f"{start}:{filters_hash}".encode()).decode()


def _read_token(token: str | None, filters_hash: str) -> int | None:
    """Where to go on. AWS answers nonsense for a token under other filters; here it is an error, so that a test sees it."""
    if not token:
        return None
    try:
        start, _, kept_hash = base64.b64decode(token, validate=True).decode().partition(":")
        position = int(start)
    except ValueError:
        raise AwsError("InvalidParameterValue", f"Unable to parse pagination token: {token}") from None
    if kept_hash != filters_hash:
        raise AwsError(
            "InvalidParameterValue", "The pagination token belongs to a request with other parameters"
        )
    return position


class PlacementScores:
    """GetSpotPlacementScores: set scores where a test sets them, else the same made-up score for the same question."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        self.configurations_per_day_max = 10
        self.scores: dict[str, int] = {}
        """Place (region or zone id) -> score."""
        self._asked: dict[str, dict[str, float]] = {}

    def answer(self, params: dict[str, Any], signed: Signed) -> dict[str, Any]:
        types = sorted(set(params.get("InstanceTypes", [])))
        if not types and "InstanceRequirementsWithMetadata" not in params:
            raise AwsError(
                "MissingParameter", "InstanceTypes or InstanceRequirementsWithMetadata is required"
            )
        if types and "InstanceRequirementsWithMetadata" in params:
            raise AwsError(
                "InvalidParameterCombination", "InstanceTypes excludes InstanceRequirementsWithMetadata"
            )
        question = {k: v for k, v in params.items() if k not in ("NextToken", "MaxResults", "DryRun")}
        self._count(signed.account, repr(sorted(question.items())))
        regions = params.get("RegionNames") or [signed.region]
        rows = []
        for region in regions:
            places = sorted(zone_ids(region).values()) if params.get("SingleAvailabilityZone") else [None]
            for place in places:
                row: dict[str, Any] = {
                    "Region": region,
                    "Score": self._score(place or region, types, params["TargetCapacity"]),
                }
                if place is not None:
                    row["AvailabilityZoneId"] = place
                rows.append(row)
        rows.sort(key=lambda row: (-row["Score"], row.get("AvailabilityZoneId", row["Region"])))
        return {"SpotPlacementScores": rows[:10], "NextToken": ""}

    def _score(self, place: str, types: list[str], capacity: int) -> int:
        if place in self.scores:
            return self.scores[place]
        drawn = 1 + hashlib.sha256(f"{place}|{','.join(types)}|{capacity}".encode()).digest()[0] % 10
        return min(drawn, 3) if 0 < len(types) < 3 else drawn

    def _count(self, account: str, question: str) -> None:
        now_s = time.monotonic()
        asked = {q: s for q, s in self._asked.get(account, {}).items() if now_s - s < 24 * 3600}
        if question not in asked and len(asked) >= self.configurations_per_day_max:
            raise AwsError(
                "MaxConfigLimitExceeded",
                "You have exceeded your maximum allowed Spot placement configurations.",
            )
        asked[question] = now_s
        self._asked[account] = asked
