"""Every row of the table of AWS operations against AWS's own description of it, botocore's service models."""

from __future__ import annotations

import base64
import copy
import datetime
import json
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qsl
from xml.etree import ElementTree

import pytest
from botocore.handlers import parse_get_bucket_location
from botocore.parsers import create_parser
from botocore.serialize import create_serializer
from moto.core.serialize import SerializationContext, get_serializer_class
from moto.core.utils import get_service_model as moto_service_model

from tests.contract import model, operations_doc, table
from tests.contract.examples import example
from tests.harness import parts

TABLE = table.load() if table.dumper().exists() else []
ROWS = [pytest.param(s, o, id=f"{s['model']}-{o['name']}") for s, o in table.rows(TABLE)]


@pytest.fixture(scope="module", autouse=True)
def dumper_is_built() -> None:
    if not TABLE:
        parts.absent(str(table.dumper()), "build the C++ tests (scripts/build)")


@pytest.fixture(scope="module")
def workshop() -> Iterator[table.Workshop]:
    shop = table.Workshop()
    yield shop
    shop.close()


@pytest.mark.parametrize("service", [pytest.param(s, id=s["model"]) for s in TABLE])
def test_a_service_is_as_aws_describes_it(service: dict[str, Any]) -> None:
    assert list(model.service_differences(service)) == []
    names = [operation["name"] for operation in service["operations"]]
    assert len(names) == len(set(names))


@pytest.mark.parametrize(("service", "operation"), ROWS)
def test_a_row_is_as_aws_describes_it(service: dict[str, Any], operation: dict[str, Any]) -> None:
    assert list(model.operation_differences(service, operation)) == []


def query_pairs(query: Any) -> list[tuple[str, str]]:
    pairs = []
    for key, value in (query or {}).items():
        for one in value if isinstance(value, list) else [value]:
            pairs.append((key, str(one)))
    return sorted(pairs)


def body_of(protocol: str, body: Any) -> Any:
    """A body in a form that can be compared."""
    if protocol in ("query", "ec2"):
        if isinstance(body, dict):
            return {key: str(value) for key, value in body.items()}
        return dict(parse_qsl(body, keep_blank_values=True, strict_parsing=True))
    text = body if isinstance(body, str) else body.decode()
    if protocol == "rest-xml":
        return ElementTree.canonicalize(text) if text.startswith("<") else text
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        return text


@pytest.mark.parametrize(("service", "operation"), ROWS)
@pytest.mark.parametrize("members", ["all", "required"])
def test_a_request_is_what_botocore_would_send(
    workshop: table.Workshop, service: dict[str, Any], operation: dict[str, Any], members: str
) -> None:
    described = model.operation_model(service, operation)
    ours, theirs = example(only(operation["input"], members), described.input_shape)

    built = workshop.ask("build", service=service["model"], operation=operation["name"], parameters=ours)
    sent = create_serializer(service["protocol"], include_validation=False).serialize_to_request(theirs, described)

    path, _, query = built["url"].partition("?")
    their_path, _, their_query = sent["url_path"].partition("?")
    fixed = parse_qsl(their_query, keep_blank_values=True)
    headers = {name.lower(): value for name, value in built["headers"]}
    assert built["method"] == sent["method"]
    assert path == their_path
    assert sorted(parse_qsl(query, keep_blank_values=True)) == sorted(query_pairs(sent["query_string"]) + fixed)
    assert headers == {name.lower(): str(value) for name, value in sent["headers"].items()}
    assert body_of(service["protocol"], built["body"]) == body_of(service["protocol"], sent["body"])


def only(shape: dict[str, Any], members: str) -> dict[str, Any]:
    """The shape with all of its members, or with those that are required all the way down."""
    if members == "all":
        return shape
    shape = copy.deepcopy(shape)
    if shape["kind"] == "struct":
        shape["members"] = {n: only(m, members) for n, m in shape["members"].items() if m["required"]}
    elif "element" in shape:
        shape["element"] = only(shape["element"], members)
    return shape


@pytest.mark.parametrize(("service", "operation"), ROWS)
def test_an_answer_is_read_as_botocore_reads_it(
    workshop: table.Workshop, service: dict[str, Any], operation: dict[str, Any]
) -> None:
    described = model.operation_model(service, operation)
    if described.output_shape is None:
        assert operation["output"]["members"] == {}
        return
    ours, theirs = example(operation["output"], described.output_shape)
    writer = get_serializer_class(service["model"], service["protocol"])
    writers_model = moto_service_model(service["model"]).operation_model(operation["name"])
    written = writer(operation_model=writers_model, context=SerializationContext("request-1")).serialize(theirs)
    body = written["body"].encode() if isinstance(written["body"], str) else written["body"]
    if "ContentType" in theirs:  # which the writer keeps for itself
        written["headers"]["Content-Type"] = theirs["ContentType"]
    status = next((7 for m in operation["output"]["members"].values() if m["location"] == "status"), 200)

    read = workshop.ask(
        "parse",
        service=service["model"],
        operation=operation["name"],
        status=written["status_code"] if status == 200 else 200,
        headers={name: str(value) for name, value in written["headers"].items()},
        body_base64=base64.b64encode(body).decode(),
    )

    for name, member in operation["output"]["members"].items():
        if member["location"] == "status":
            assert read.pop(name) == 200
            ours.pop(name)
    assert read == ours
    parsed = create_parser(service["protocol"]).parse(
        {"body": body, "headers": written["headers"], "status_code": 200}, described.output_shape
    )
    if operation["name"] == "GetBucketLocation":  # which botocore reads in a step of its own
        parse_get_bucket_location(parsed, SimpleNamespace(content=body, raw=body))
    assert plain({k: v for k, v in parsed.items() if k in ours}) == ours


def plain(value: Any) -> Any:
    """botocore's parsed values in our form."""
    if isinstance(value, dict):
        return {key: plain(one) for key, one in value.items()}
    if isinstance(value, list):
        return [plain(one) for one in value]
    if isinstance(value, datetime.datetime):
        return value.timestamp()
    if isinstance(value, bytes):
        return value.decode()
    if hasattr(value, "read"):
        return value.read().decode()
    return value


# --- the check checks


def mutations(service: dict[str, Any], operation: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any], dict[str, Any]]]:
    """(what was done, a service row, an operation row): each wrong in one place."""

    def changed(what: str, change: Any) -> tuple[str, dict[str, Any], dict[str, Any]]:
        wrong_service, wrong = copy.deepcopy(service), copy.deepcopy(operation)
        change(wrong_service, wrong)
        return what, wrong_service, wrong

    yield changed("another name", lambda s, o: o.update(name=o["name"] + "s"))
    yield changed("another method", lambda s, o: o.update(method="PATCH"))
    yield changed("another token", lambda s, o: o.update(idempotency_token="clientToken2"))
    yield changed("another retried code", lambda s, o: o["retried"].append("MadeUp"))
    yield changed("another version", lambda s, o: s.update(api_version="2000-01-01"))
    yield changed("another signing name", lambda s, o: s.update(signing_name="aws"))
    yield changed("a made-up input", lambda s, o: o["input"]["members"].update(Made={"kind": "string", "required": False, "location": "body"}))
    if service["protocol"] == "json":
        yield changed("another target", lambda s, o: s.update(target_prefix="X" + s["target_prefix"]))
    if service["protocol"].startswith("rest"):
        yield changed("a misspelt path", lambda s, o: o.update(path=o["path"] + "s"))
    for name, member in operation["input"]["members"].items():
        if member["required"]:
            yield changed(f"input without {name}", lambda s, o, n=name: o["input"]["members"].pop(n))
    for name in operation["output"]["members"]:
        yield changed(
            f"output with {name} misspelt",
            lambda s, o, n=name: o["output"]["members"].update({n + "x": o["output"]["members"].pop(n)}),
        )
    if operation["pages"]["input_token"]:
        yield changed("another page token", lambda s, o: o["pages"].update(input_token="Token2"))
        yield changed("other page items", lambda s, o: o["pages"].update(items="Items2"))


@pytest.mark.parametrize(("service", "operation"), ROWS)
def test_a_wrong_row_is_noticed(service: dict[str, Any], operation: dict[str, Any]) -> None:
    missed = [
        what
        for what, wrong_service, wrong in mutations(service, operation)
        if not [*model.service_differences(wrong_service), *model.operation_differences(wrong_service, wrong)]
    ]
    assert missed == []


def test_the_documented_operations_are_those_of_the_table() -> None:
    written = (Path(__file__).resolve().parents[2] / "docs" / "aws-operations.md").read_text()
    assert written == operations_doc.document(TABLE), "python -m tests.contract.operations_doc > docs/aws-operations.md"
