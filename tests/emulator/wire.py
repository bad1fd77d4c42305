"""Requests and replies on the wire, held against botocore's service models from both sides.

A request is read with moto's parsers and then written again by botocore's serializer: what botocore would have sent
for the same parameters must be what was received. A member that the model doesn't know, a number sent as a string, a
list numbered wrongly or a value in the wrong place shows as a difference. Likewise a reply is written by moto's
serializers and read back by botocore's parser, and must give what the handler meant.
"""

from __future__ import annotations

import datetime
import functools
import json
import math
from typing import Any
from urllib.parse import parse_qsl, unquote
from xml.sax.saxutils import escape

import regex
from botocore.awsrequest import HeadersDict
from botocore.model import ListShape, MapShape, Shape, StringShape, StructureShape
from botocore.utils import parse_timestamp
from moto.core.parse import PROTOCOL_PARSERS
from moto.core.serialize import SerializationContext, get_serializer_class
from moto.core.utils import get_service_model as moto_service_model
from werkzeug.datastructures import Headers, MultiDict

from .http_server import Reply, Request
from .models import FORM, Call, Operation, validator

# EC2 answers for itself which instance types exist; the model's list is only as new as botocore.
OPEN_ENUMS = {("ec2", "InstanceType")}


class AwsError(Exception):
    """An error that AWS would answer: a code of the model or a common one."""

    def __init__(self, code: str, message: str, status: int | None = None, **members: Any):
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status
        self.members = members


class ReplyMismatch(Exception):
    """Our own reply doesn't fit the service model: a bug of the emulator, never of the caller."""


# --- requests


def decode(call: Call, request: Request, *, deep: bool = True) -> tuple[dict[str, Any], list[str]]:
    """The parameters of a request, and everything about it that AWS's model doesn't allow. Not `deep`: only what can't be read."""
    operation = call.operation
    if operation.service == "s3":
        return {}, []  # addressing styles, streamed and chunked bodies: moto's to judge
    problems = _check_envelope(operation, request)
    form = _form(operation, request)
    if form is None and operation.protocol in ("json", "rest-json"):
        problems += _check_json(operation, request)
    if problems:
        return {}, problems
    model = moto_service_model(operation.service).operation_model(operation.name)
    parser = PROTOCOL_PARSERS[operation.protocol](model, timestamp_parser=_aware_timestamp)
    pairs = form if form is not None else parse_qsl(request.query, keep_blank_values=True)
    try:
        params = parser.parse(
            {
                "body": request.body,
                "headers": Headers(request.headers),
                "method": request.method,
                "url_params": call.labels,
                "url_path": request.path,
                "values": MultiDict(pairs),
            }
        )
    except Exception as error:  # the parsers raise whatever int(), b64decode() or a missing key raises
        return {}, [f"SerializationException: {type(error).__name__}: {error}"]
    params = _without_none(params)
    if deep and operation.model.input_shape is not None:
        report = validator().validate(params, operation.model.input_shape)
        if report.has_errors():
            return params, report.generate_report().splitlines()
        problems += _check_constraints(operation.service, operation.model.input_shape, params, "")
        problems += _check_round_trip(operation, request, params, form)
    return params, problems


def _check_envelope(operation: Operation, request: Request) -> list[str]:
    content_type = request.header.get("content-type", "")
    problems = []
    if operation.protocol == "json":
        version = operation.model.service_model.metadata.get("jsonVersion", "1.0")
        if content_type.split(";")[0].strip() != f"application/x-amz-json-{version}":
            problems.append(
                f"Content-Type is {content_type!r}, the protocol asks for application/x-amz-json-{version}"
            )
    if (
        operation.protocol in ("query", "ec2")
        and request.method == "POST"
        and not content_type.startswith(FORM)
    ):
        problems.append(f"Content-Type is {content_type!r}, the protocol asks for {FORM}")
    if operation.protocol in ("json", "query", "ec2") and request.path not in ("", "/"):
        problems.append(f"path is {request.path!r}, the protocol asks for /")
    if operation.protocol == "json" and request.method != "POST":
        problems.append(f"method is {request.method}, the protocol asks for POST")
    return problems


def _form(operation: Operation, request: Request) -> list[tuple[str, str]] | None:
    if operation.protocol not in ("query", "ec2"):
        return None
    text = request.body.decode("utf-8", "replace") if request.method == "POST" else request.query
    return parse_qsl(text, keep_blank_values=True)


def _check_json(operation: Operation, request: Request) -> list[str]:
    shape = operation.model.input_shape
    if shape is not None and shape.serialization.get("payload"):
        return []
    if not request.body:
        return ["SerializationException: no body"] if operation.protocol == "json" else []
    try:
        body = json.loads(request.body)
    except ValueError as error:
        return [f"SerializationException: {error}"]
    return [] if isinstance(body, dict) else ["SerializationException: the body is no JSON object"]


def _aware_timestamp(value: Any) -> datetime.datetime:
    parsed = parse_timestamp(value)
    return parsed if parsed.tzinfo is not None else parsed.replace(tzinfo=datetime.UTC)


def _without_none(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_none(item) for key, item in value.items() if item is not None}
    if isinstance(value, list):
        return [_without_none(item) for item in value]
    return value


@functools.cache
def _pattern(pattern: str):
    try:
        compiled = regex.compile(pattern)
    except regex.error:
        return lambda value: True
    anchored = pattern.startswith("^") or pattern.endswith("$")
    return compiled.search if anchored else compiled.fullmatch


def _check_constraints(service: str, shape: Shape, value: Any, at: str) -> list[str]:
    """Enum values, lengths, ranges and patterns, which botocore leaves to the service."""
    problems: list[str] = []
    if isinstance(shape, StructureShape):
        for name, item in value.items():
            if name in shape.members:
                problems += _check_constraints(service, shape.members[name], item, f"{at}.{name}")
        return problems
    if isinstance(shape, ListShape):
        problems += _check_range(shape, len(value), at, "has length")
        for index, item in enumerate(value):
            problems += _check_constraints(service, shape.member, item, f"{at}[{index}]")
        return problems
    if isinstance(shape, MapShape):
        problems += _check_range(shape, len(value), at, "has length")
        for key, item in value.items():
            problems += _check_constraints(service, shape.key, key, f"{at}.{key} (key)")
            problems += _check_constraints(service, shape.value, item, f"{at}.{key}")
        return problems
    if isinstance(shape, StringShape):
        if shape.enum and value not in shape.enum and (service, shape.name) not in OPEN_ENUMS:
            problems.append(f"{at} is {value!r}, not one of {', '.join(shape.enum[:12])}")
        problems += _check_range(shape, len(value), at, "has length")
        pattern = shape.metadata.get("pattern")
        if pattern and not shape.enum and not _pattern(pattern)(value):
            problems.append(f"{at} is {value!r}, which doesn't match {pattern}")
        return problems
    if shape.type_name in ("integer", "long", "float", "double"):
        problems += _check_range(shape, value, at, "is")
    return problems


def _check_range(shape: Shape, figure: float, at: str, verb: str) -> list[str]:
    least, most = shape.metadata.get("min"), shape.metadata.get("max")
    problems = []
    if least is not None and figure < least:
        problems.append(f"{at} {verb} {figure}, less than {least}")
    if most is not None and figure > most:
        problems.append(f"{at} {verb} {figure}, more than {most}")
    return problems


def _check_round_trip(
    operation: Operation, request: Request, params: dict[str, Any], form: list[tuple[str, str]] | None
) -> list[str]:
    if operation.protocol == "rest-xml":
        return []  # XML's freedoms have more than one right spelling
    wanted = operation.serializer.serialize_to_request(params, operation.model)
    if form is not None:
        names = [name for name, _ in form]
        repeated = sorted({name for name in names if names.count(name) > 1})
        if repeated:
            return [f"parameters given twice: {', '.join(repeated)}"]
        sent = {name: value for name, value in form if not name.startswith("X-Amz-")}
        body = wanted["body"] if isinstance(wanted["body"], dict) else dict(parse_qsl(wanted["body"] or ""))
        return _differences(sent, {name: _text(value) for name, value in body.items()}, "")
    problems: list[str] = []
    if unquote(request.path) != unquote(wanted["url_path"].partition("?")[0]):
        problems.append(f"path is {request.path!r}, the model gives {wanted['url_path']!r}")
    if operation.protocol == "rest-json":
        sent_query = sorted(parse_qsl(request.query, keep_blank_values=True))
        wanted_query = sorted(_query_pairs(wanted))
        if sent_query != wanted_query:
            problems.append(f"query is {sent_query}, the model gives {wanted_query}")
        for name, value in wanted["headers"].items():
            if name.lower() not in ("content-type", "accept") and request.header.get(name.lower()) != str(
                value
            ):
                problems.append(
                    f"header {name} is {request.header.get(name.lower())!r}, the model gives {value!r}"
                )
    shape = operation.model.input_shape
    payload = shape.serialization.get("payload") if shape is not None else None
    if payload and shape.members[payload].type_name in ("blob", "string"):
        return problems
    sent_body = json.loads(request.body) if request.body else {}
    wanted_body = json.loads(wanted["body"]) if wanted["body"] else {}
    return problems + _differences(sent_body, wanted_body, "")


def _query_pairs(wanted: dict[str, Any]) -> list[tuple[str, str]]:
    pairs = parse_qsl(wanted["url_path"].partition("?")[2], keep_blank_values=True)
    items = wanted["query_string"]
    for name, value in items.items() if isinstance(items, dict) else items:
        for item in value if isinstance(value, list) else [value]:
            pairs.append((name, _text(item)))
    return pairs


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _differences(sent: Any, wanted: Any, at: str) -> list[str]:
    if isinstance(sent, dict) and isinstance(wanted, dict):
        problems = []
        for name, value in sent.items():
            if name in wanted:
                problems += _differences(value, wanted[name], f"{at}.{name}")
            elif value is not None:
                problems.append(f"unknown or misplaced member {at}.{name}")
        problems += [f"{at}.{name} was not understood" for name in wanted if name not in sent]
        return problems
    if isinstance(sent, list) and isinstance(wanted, list):
        if len(sent) != len(wanted):
            return [f"{at} has {len(sent)} items, the model gives {len(wanted)}"]
        return [
            p
            for i, (s, w) in enumerate(zip(sent, wanted, strict=True))
            for p in _differences(s, w, f"{at}[{i}]")
        ]
    if isinstance(sent, bool) or isinstance(wanted, bool):
        same = sent is wanted
    elif isinstance(sent, (int, float)) and isinstance(wanted, (int, float)):
        same = sent == wanted or (isinstance(sent, float) and math.floor(sent) == wanted)
    else:
        same = sent == wanted or (
            isinstance(sent, str) and isinstance(wanted, str) and _same_instant(sent, wanted)
        )
    return [] if same else [f"{at} is {sent!r}, the model gives {wanted!r}"]


def _same_instant(sent: str, wanted: str) -> bool:
    if len(sent) < 10 or len(wanted) < 10 or not wanted[:4].isdigit():
        return False
    try:
        return abs((_aware_timestamp(sent) - _aware_timestamp(wanted)).total_seconds()) < 1
    except (ValueError, OverflowError):
        return False


# --- replies


def encode(operation: Operation, result: dict[str, Any], request_id: str, *, check: bool) -> Reply:
    """A successful reply. Raises ReplyMismatch where `result` doesn't fit the operation's output.

    Not `check`: the same bytes' worth, by a shorter way where the output is JSON under its own names.
    """
    if not check and operation.protocol == "rest-json" and _is_plain_json(operation.model.output_shape):
        headers = {"Content-Type": "application/json", **_request_id_headers(operation, request_id)}
        return Reply(200, headers, json.dumps(result, default=datetime.datetime.timestamp).encode())
    model = moto_service_model(operation.service).operation_model(operation.name)
    serializer = get_serializer_class(operation.service, operation.protocol)(
        operation_model=model, context=SerializationContext(request_id)
    )
    raw = serializer.serialize(result)
    body = raw["body"] if isinstance(raw["body"], bytes) else raw["body"].encode()
    headers = {str(name): str(value) for name, value in raw["headers"].items()}
    headers.update(_request_id_headers(operation, request_id))
    status = raw["status_code"]
    for name, shape in operation.model.output_shape.members.items() if operation.model.output_shape else ():
        if shape.serialization.get("location") == "statusCode":
            status = result.get(name, status)
    if check:
        _check_reply(operation, result, status, headers, body)
    return Reply(status, headers, body)


def _is_plain_json(shape: Shape | None) -> bool:
    """Whether an output is written as a JSON object of its members' own names, with times in epoch seconds."""
    if shape is None:
        return False
    if shape not in _plain_outputs:
        _plain_outputs[shape] = not shape.serialization.get("payload") and _only_own_names(shape, set())
    return _plain_outputs[shape]


_plain_outputs: dict[Shape, bool] = {}


def _only_own_names(shape: Shape, seen: set[str]) -> bool:
    if shape.name in seen:
        return True
    seen.add(shape.name)
    if isinstance(shape, StructureShape):
        return all(
            member.serialization.get("name", name) == name
            and "location" not in member.serialization
            and _only_own_names(member, seen)
            for name, member in shape.members.items()
        )
    if isinstance(shape, ListShape):
        return _only_own_names(shape.member, seen)
    if isinstance(shape, MapShape):
        return _only_own_names(shape.value, seen)
    return shape.type_name != "blob" and shape.serialization.get("timestampFormat") in (None, "unixTimestamp")


def _check_reply(
    operation: Operation, result: dict[str, Any], status: int, headers: dict[str, str], body: bytes
) -> None:
    shape = operation.model.output_shape
    if shape is None:
        return
    report = validator().validate(result, shape)
    problems = report.generate_report().splitlines() if report.has_errors() else []
    if not problems:
        # An empty list or map is a fair answer even where the model asks of a request that it holds something.
        found = _check_constraints(operation.service, shape, result, "")
        problems += [problem for problem in found if "has length 0," not in problem]
    parsed = operation.parser.parse(
        {"status_code": status, "headers": HeadersDict(headers), "body": body}, shape
    )
    parsed.pop("ResponseMetadata", None)
    problems += _changed(result, parsed, "")
    if problems:
        raise ReplyMismatch(f"{operation.service} {operation.name}: {'; '.join(problems)}")


def _changed(meant: Any, read: Any, at: str) -> list[str]:
    if isinstance(meant, dict) and isinstance(read, dict):
        return [p for name in meant for p in _changed(meant[name], read.get(name), f"{at}.{name}")]
    if isinstance(meant, list) and isinstance(read, list) and len(meant) == len(read):
        return [
            p for i, (m, r) in enumerate(zip(meant, read, strict=True)) for p in _changed(m, r, f"{at}[{i}]")
        ]
    if isinstance(meant, datetime.datetime) and isinstance(read, datetime.datetime):
        return (
            [] if abs((meant - read).total_seconds()) < 0.002 else [f"{at}: {meant} was read back as {read}"]
        )
    if isinstance(meant, bytes) and isinstance(read, str):
        read = read.encode()
    if meant == read or (meant in ([], {}, b"") and not read):
        return []
    return [f"{at}: {meant!r} was read back as {read!r}"]


def _request_id_headers(operation: Operation, request_id: str) -> dict[str, str]:
    return {"x-amz-request-id" if operation.service == "s3" else "x-amzn-RequestId": request_id}


def error_reply(
    service: str, protocol: str, operation: Operation | None, error: AwsError, request_id: str
) -> Reply:
    """An error in the protocol's own form (aws-client.md calls them: json, rest-json, query, ec2, rest-xml)."""
    status = error.status or _modelled_status(operation, error.code) or 400
    code, message = error.code, error.message
    headers = {"x-amzn-RequestId": request_id}
    if protocol == "json":
        metadata = operation.model.service_model.metadata if operation is not None else {}
        version = metadata.get("jsonVersion", "1.1")
        prefix = metadata.get("targetPrefix", "")
        full = f"com.amazonaws.{prefix.lower()}#{code}" if version == "1.0" else code
        body = json.dumps({"__type": full, "message": message, **error.members}).encode()
        headers["Content-Type"] = f"application/x-amz-json-{version}"
        if "awsQueryCompatible" in metadata:
            headers["x-amzn-query-error"] = f"{code};{'Sender' if status < 500 else 'Receiver'}"
    elif protocol == "rest-json":
        body = json.dumps({"message": message, **error.members}).encode()
        headers["Content-Type"] = "application/json"
        headers["x-amzn-ErrorType"] = code
    elif protocol == "ec2":
        body = (
            '<?xml version="1.0" encoding="UTF-8"?>\n<Response><Errors><Error>'
            f"<Code>{escape(code)}</Code><Message>{escape(message)}</Message>"
            f"</Error></Errors><RequestID>{request_id}</RequestID></Response>"
        ).encode()
        headers["Content-Type"] = "text/xml;charset=UTF-8"
    elif service == "s3":
        body = (
            '<?xml version="1.0" encoding="UTF-8"?>\n<Error>'
            f"<Code>{escape(code)}</Code><Message>{escape(message)}</Message>"
            f"<RequestId>{request_id}</RequestId><HostId>emulator</HostId></Error>"
        ).encode()
        headers = {
            "x-amz-request-id": request_id,
            "x-amz-id-2": "emulator",
            "Content-Type": "application/xml",
        }
    else:
        kind = "Sender" if status < 500 else "Receiver"
        namespace = (
            operation.model.service_model.metadata.get("xmlNamespace", "") if operation is not None else ""
        )
        attribute = f' xmlns="{namespace}"' if namespace else ""
        body = (
            f"<ErrorResponse{attribute}><Error><Type>{kind}</Type><Code>{escape(code)}</Code>"
            f"<Message>{escape(message)}</Message></Error><RequestId>{request_id}</RequestId></ErrorResponse>"
        ).encode()
        headers["Content-Type"] = "text/xml"
    return Reply(status, headers, body)


def _modelled_status(operation: Operation | None, code: str) -> int | None:
    if operation is None:
        return None
    for shape in operation.model.service_model.error_shapes:
        if code in (shape.name, shape.metadata.get("error", {}).get("code")):
            return shape.metadata.get("error", {}).get("httpStatusCode")
    return None
