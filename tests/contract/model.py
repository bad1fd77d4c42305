"""botocore's service models, and what a row of our table must say to agree with them."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from typing import Any

import botocore.exceptions
import botocore.loaders
import botocore.model

LOADER = botocore.loaders.Loader()
KINDS = {
    "string": {"string"},
    "character": {"string"},
    "integer": {"integer"},
    "long": {"integer"},
    "float": {"float"},
    "double": {"float"},
    "boolean": {"boolean"},
    "blob": {"blob"},
    "timestamp": {"instant", "iso instant", "epoch instant"},
    "list": {"list"},
    "map": {"map"},
    "structure": {"struct", "document"},
}
LOCATIONS = {"uri": "path", "querystring": "query", "header": "header", "statusCode": "status"}


@functools.cache
def service_model(name: str) -> botocore.model.ServiceModel:
    return botocore.model.ServiceModel(LOADER.load_service_model(name, "service-2"), name)


@functools.cache
def paginators(service: str) -> dict[str, Any]:
    try:
        return LOADER.load_service_model(service, "paginators-1")["pagination"]
    except botocore.exceptions.UnknownServiceError:
        return {}


def operation_model(service: dict[str, Any], operation: dict[str, Any]) -> botocore.model.OperationModel:
    return service_model(service["model"]).operation_model(operation["name"])


def service_differences(row: dict[str, Any]) -> Iterator[str]:
    model = service_model(row["model"])
    meta = model.metadata
    expected = {
        "id": meta["serviceId"],
        "endpoint_prefix": meta["endpointPrefix"],
        "signing_name": meta.get("signingName", meta["endpointPrefix"]),
        "api_version": meta["apiVersion"],
    }
    if row["protocol"] == "json":
        expected["target_prefix"] = meta["targetPrefix"]
        expected["json_version"] = meta["jsonVersion"]
        expected["query_compatible"] = model.is_query_compatible
    for key, value in expected.items():
        if row[key] != value:
            yield f"{key} is {row[key]!r}, AWS says {value!r}"
    if row["protocol"] not in meta.get("protocols", [meta["protocol"]]):
        yield f"protocol {row['protocol']} is not one of {meta.get('protocols')}"


def operation_differences(service: dict[str, Any], row: dict[str, Any]) -> Iterator[str]:
    model = service_model(service["model"])
    if row["name"] not in model.operation_names:
        yield f"AWS has no operation {row['name']}"
        return
    operation = model.operation_model(row["name"])
    if row["method"] != operation.http["method"]:
        yield f"method is {row['method']}, AWS says {operation.http['method']}"
    if service["protocol"].startswith("rest") and row["path"] != operation.http["requestUri"]:
        yield f"path is {row['path']}, AWS says {operation.http['requestUri']}"
    yield from shape_differences("input", row["input"], operation.input_shape, True, operation)
    yield from shape_differences("output", row["output"], operation.output_shape, False, operation)
    token = token_of(operation)
    if row["idempotency_token"] != token:
        yield f"idempotency token is {row['idempotency_token']!r}, AWS says {token!r}"
    if token and token not in row["input"]["members"]:
        yield f"the idempotency token {token} is no member of the input"
    if row["effect"] == "read" and token:
        yield "a read has no idempotency token"
    retried = {error.name for error in operation.error_shapes if error.metadata.get("retryable")}
    if set(row["retried"]) != retried:
        yield f"retried codes are {row['retried']}, AWS says {sorted(retried)}"
    yield from pagination_differences(service, row, operation)


def token_of(operation: botocore.model.OperationModel) -> str:
    members = operation.input_shape.members if operation.input_shape else {}
    return next((name for name, shape in members.items() if shape.metadata.get("idempotencyToken")), "")


def shape_differences(where: str, ours: dict[str, Any], theirs: Any, is_input: bool, operation: Any) -> Iterator[str]:
    if theirs is None:
        if ours.get("members"):
            yield f"{where}: AWS has none"
        return
    if ours["kind"] not in KINDS[theirs.type_name]:
        yield f"{where} is a {ours['kind']}, AWS says {theirs.type_name}"
        return
    if ours["kind"] in ("list", "map"):
        below = theirs.member if ours["kind"] == "list" else theirs.value
        yield from shape_differences(where + "[]", ours["element"], below, is_input, operation)
    if ours["kind"] != "struct":
        return
    required = set(theirs.required_members) if is_input else set()
    for name in required - set(ours["members"]):
        yield f"{where}: required member {name} is missing"
    for name, member in ours["members"].items():
        shape = theirs.members.get(name)
        if shape is None:
            yield f"{where}: AWS has no member {name}"
            continue
        if is_input and member["required"] != (name in required):
            yield f"{where}.{name}: required is {member['required']}"
        location = LOCATIONS.get(shape.serialization.get("location"), "body")
        if theirs.serialization.get("payload") == name:
            location = "payload"
        if member["location"] != location:
            yield f"{where}.{name} travels in {member['location']}, AWS says {location}"
        yield from shape_differences(f"{where}.{name}", member, shape, is_input, operation)


def first(value: Any) -> str:
    return (value[0] if isinstance(value, list) else value).split(" || ")[0]


def pagination_differences(service: dict[str, Any], row: dict[str, Any], operation: Any) -> Iterator[str]:
    ours = row["pages"]
    theirs = paginators(service["model"]).get(row["name"])
    if theirs and not ours["input_token"]:
        if first(theirs["input_token"]) in row["input"]["members"]:
            yield "takes a page token but is not paginated"
        return
    if not ours["input_token"]:
        return
    if theirs:
        for key, name in (("input_token", "input_token"), ("output_token", "output_token"), ("items", "result_key")):
            if ours[key] != first(theirs[name]):
                yield f"pages.{key} is {ours[key]!r}, AWS says {theirs[name]!r}"
        if ours["more"] != theirs.get("more_results", ""):
            yield f"pages.more is {ours['more']!r}, AWS says {theirs.get('more_results')!r}"
        if ours["page_size"] and ours["page_size"] != theirs.get("limit_key", ""):
            yield f"pages.page_size is {ours['page_size']!r}, AWS says {theirs.get('limit_key')!r}"
    if ours["input_token"] not in row["input"]["members"]:
        yield f"pages.input_token {ours['input_token']} is no member of the input"
    for key in ("output_token", "items", "more"):
        if ours[key] and not has_path(row["output"], ours[key]):
            yield f"pages.{key} {ours[key]} is no member of the output"


def has_path(shape: dict[str, Any], path: str) -> bool:
    for name in path.split("."):
        if name not in shape.get("members", {}):
            return False
        shape = shape["members"][name]
    return True
