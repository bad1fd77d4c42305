"""Our signatures against botocore's, over random requests."""

from __future__ import annotations

import datetime
import random
import string
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit

import botocore.auth
import pytest
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from tests.contract import table
from tests.harness import parts

COUNT = 10_000
SEED = 20261121


@pytest.fixture(scope="module")
def workshop() -> Iterator[table.Workshop]:
    if not table.dumper().exists():
        parts.absent(str(table.dumper()), "build the C++ tests (scripts/build)")
    shop = table.Workshop()
    yield shop
    shop.close()


def text(rng: random.Random, most: int) -> str:
    pool = string.ascii_letters + string.digits + "-_.~ /+&=%?#:@!$'()*,;[]\"<>\\^`{|}äß漢字🙂"
    return "".join(rng.choice(pool) for _ in range(rng.randint(0, most)))


def random_path(rng: random.Random) -> str:
    segments = []
    for _ in range(rng.randint(0, 5)):
        segments.append(rng.choice(["", ".", "..", quote(text(rng, 8), safe=""), quote(text(rng, 8), safe="/"), "a%2Fb"]))
    return "/" + "/".join(segments)


def random_query(rng: random.Random) -> str:
    pairs = []
    for _ in range(rng.randint(0, 5)):
        key = quote(rng.choice([text(rng, 6), "Action", "a", "A"]), safe="-_.~") or "k"
        pairs.append(f"{key}={quote(text(rng, 8), safe='-_.~')}")
    if pairs and rng.random() < 0.3:
        pairs.append(rng.choice(pairs))
    return "&".join(pairs)


def random_order(rng: random.Random) -> dict[str, Any]:
    s3 = rng.random() < 0.25
    host = rng.choice(["eks.us-east-1.amazonaws.com", "localhost:4566", "b.s3.amazonaws.com", "sts.amazonaws.com:443"])
    query = random_query(rng)
    headers = [["Content-Type", "application/json"]] if rng.random() < 0.5 else []
    for number in range(rng.randint(0, 3)):
        value = "".join(rng.choice("abc  XYZ,;=1") for _ in range(rng.randint(1, 10))).strip() or "v"
        headers.append([f"X-Amz-Meta-{number}", value])
    keys = {"id": "AKID" + text(rng, 0) + "EXAMPLE", "secret": "".join(rng.choice(string.printable[:62]) for _ in range(40))}
    if rng.random() < 0.5:
        keys["token"] = "".join(rng.choice(string.ascii_letters + string.digits + "+/=") for _ in range(60))
    order = {
        "method": rng.choice(["GET", "POST", "PUT", "DELETE", "HEAD"]),
        "url": f"https://{host}{random_path(rng)}" + (f"?{query}" if query else ""),
        "headers": headers,
        "body": text(rng, 30),
        "service": "s3" if s3 else rng.choice(["eks", "dynamodb", "ses", "sts"]),
        "region": rng.choice(["us-east-1", "ap-south-1", "cn-north-1"]),
        "at": f"2026-11-{rng.randint(10, 28)}T{rng.randint(10, 23)}:30:15Z",
        "s3": s3,
        "keys": keys,
    }
    if rng.random() < 0.3 and not s3:  # S3's presigned form has an unsigned payload: tests/unit/aws/sigv4_test.cpp
        order["presign_s"] = rng.randint(1, 604_800)
        # botocore moves a body into the query, drops Content-Type and keeps one value a key.
        order["body"] = ""
        order["headers"] = [header for header in headers if header[0] != "Content-Type"]
        unique = dict(pair.split("=", 1) for pair in query.split("&")) if query else {}
        order["url"] = order["url"].partition("?")[0] + "".join(
            ("&" if number else "?") + f"{key}={value}" for number, (key, value) in enumerate(unique.items())
        )
    return order


def signed_by_botocore(order: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> tuple[str, AWSRequest]:
    at = datetime.datetime.fromisoformat(order["at"].replace("Z", "+00:00"))
    monkeypatch.setattr(botocore.auth, "get_current_datetime", lambda: at.replace(tzinfo=None), raising=False)
    keys = Credentials(order["keys"]["id"], order["keys"]["secret"], order["keys"].get("token"))
    request = AWSRequest(order["method"], order["url"], headers=dict(order["headers"]), data=order["body"].encode())
    if "presign_s" in order:
        cls = botocore.auth.SigV4QueryAuth
        signer = cls(keys, order["service"], order["region"], expires=order["presign_s"])
    elif order["s3"]:
        request.context["payload_signing_enabled"] = True
        signer = botocore.auth.S3SigV4Auth(keys, order["service"], order["region"])
    else:
        signer = botocore.auth.SigV4Auth(keys, order["service"], order["region"])
    signer.add_auth(request)
    if "presign_s" in order:
        return dict(parse_qsl(urlsplit(request.url).query))["X-Amz-Signature"], request
    return request.headers["Authorization"], request


def test_ten_thousand_random_requests_are_signed_as_botocore_signs_them(
    workshop: table.Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    rng = random.Random(SEED)
    for number in range(COUNT):
        order = random_order(rng)
        theirs, request = signed_by_botocore(order, monkeypatch)
        ours = workshop.ask("sign", **order)
        headers = {name.lower(): value for name, value in ours["headers"]}
        mine = ours["signature"] if "presign_s" in order else headers["authorization"]
        assert mine == theirs, f"request {number} of seed {SEED}: {order}\n{ours['canonical_request']}"
        for name in ("x-amz-security-token", "x-amz-date"):
            assert headers.get(name) == (request.headers.get(name) if "presign_s" not in order else None)
