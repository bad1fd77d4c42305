"""Which service and operation a request means, by botocore's own service models."""

from __future__ import annotations

import dataclasses
import functools
import re
from urllib.parse import parse_qsl, unquote

import botocore.loaders
import botocore.model
from botocore.parsers import create_parser
from botocore.serialize import create_serializer
from botocore.validate import ParamValidator

from .http_server import Request

# Signing name -> botocore's names of the services that sign so. A signing name that is not here is its own service.
SERVICES_BY_SIGNING_NAME: dict[str, tuple[str, ...]] = {
    "ses": ("sesv2", "ses"),
    "monitoring": ("cloudwatch",),
    "tagging": ("resourcegroupstaggingapi",),
}

FORM = "application/x-www-form-urlencoded"


@functools.cache
def loader() -> botocore.loaders.Loader:
    return botocore.loaders.Loader()


@functools.cache
def service_model(name: str) -> botocore.model.ServiceModel | None:
    if name not in loader().list_available_services("service-2"):
        return None
    return botocore.model.ServiceModel(loader().load_service_model(name, "service-2"), name)


@dataclasses.dataclass(frozen=True, slots=True)
class Operation:
    """An operation of a service over one of the protocols that the service speaks."""

    service: str
    name: str
    protocol: str
    model: botocore.model.OperationModel

    @property
    def serializer(self):
        return _serializer(self.protocol)

    @property
    def parser(self):
        return _parser(self.protocol)


@functools.cache
def _serializer(protocol: str):
    return create_serializer(protocol, include_validation=False)


@functools.cache
def _parser(protocol: str):
    return create_parser(protocol)


@functools.cache
def validator() -> ParamValidator:
    return ParamValidator()


@functools.cache
def _operation(service: str, name: str, protocol: str) -> Operation | None:
    model = service_model(service)
    if model is None or name not in model.operation_names:
        return None
    return Operation(service, name, protocol, model.operation_model(name))


@dataclasses.dataclass(frozen=True, slots=True)
class Route:
    operation: str
    method: str
    path: re.Pattern[str]
    labels: tuple[str, ...]
    query: tuple[tuple[str, str], ...]
    literals: int


@functools.cache
def routes(service: str) -> tuple[Route, ...]:
    """The REST routes of a service, the most literal ones first."""
    model = service_model(service)
    assert model is not None
    found = []
    for name in model.operation_names:
        http = model.operation_model(name).http
        path, _, query = http["requestUri"].partition("?")
        labels: list[str] = []
        pattern = ""
        for part in re.split(r"(\{[^}]+\})", path):
            if part.startswith("{"):
                greedy = part.endswith("+}")
                labels.append(part.strip("{}+"))
                pattern += "(.+)" if greedy else "([^/]+)"
            else:
                pattern += re.escape(part)
        found.append(
            Route(
                name,
                http["method"],
                re.compile(pattern.rstrip("/") + "/?$"),
                tuple(labels),
                tuple(parse_qsl(query, keep_blank_values=True)),
                sum(1 for part in path.split("/") if part and not part.startswith("{"))
                + 10 * len(query.split("&")),
            )
        )
    found.sort(key=lambda route: -route.literals)
    return tuple(found)


@dataclasses.dataclass(frozen=True, slots=True)
class Call:
    """A request whose operation is known."""

    operation: Operation
    labels: dict[str, str]


class UnknownCall(Exception):
    """No operation of any model fits; `service` is the best guess, for the error's form."""

    def __init__(self, service: str, message: str):
        super().__init__(message)
        self.service = service


def resolve(signing_name: str, request: Request) -> Call | None:
    """Finds the operation. None: botocore has no such service. Raises UnknownCall where the service has no such operation."""
    names = SERVICES_BY_SIGNING_NAME.get(signing_name, (signing_name,))
    known = [name for name in names if service_model(name) is not None]
    if not known:
        return None
    content_type = request.header.get("content-type", "")
    if "x-amz-target" in request.header:
        return _by_target(known, request.header["x-amz-target"])
    if content_type.startswith(FORM) or (request.path in ("", "/") and "Action=" in request.query):
        return _by_action(known, request, content_type)
    return _by_route(tuple(known), request.method, request.path, request.query)


def _protocols(name: str) -> list[str]:
    model = service_model(name)
    assert model is not None
    return list(model.metadata.get("protocols", [model.metadata["protocol"]]))


def _by_target(known: list[str], target: str) -> Call:
    prefix, _, operation_name = target.rpartition(".")
    for name in known:
        model = service_model(name)
        assert model is not None
        if "json" in _protocols(name) and model.metadata.get("targetPrefix") == prefix:
            operation = _operation(name, operation_name, "json")
            if operation is not None:
                return Call(operation, {})
    raise UnknownCall(known[0], f"X-Amz-Target {target} names no operation of {' or '.join(known)}")


def _by_action(known: list[str], request: Request, content_type: str) -> Call:
    form = request.body.decode("utf-8", "replace") if content_type.startswith(FORM) else request.query
    action = dict(parse_qsl(form)).get("Action", "")
    for name in known:
        for protocol in ("query", "ec2"):
            if protocol in _protocols(name):
                operation = _operation(name, action, protocol)
                if operation is not None:
                    return Call(operation, {})
    raise UnknownCall(known[0], f"Action {action!r} names no operation of {' or '.join(known)}")


@functools.lru_cache(4096)
def _by_route(known: tuple[str, ...], method: str, path: str, raw_query: str) -> Call:
    query = dict(parse_qsl(raw_query, keep_blank_values=True))
    for name in known:
        protocol = next((p for p in _protocols(name) if p.startswith("rest-")), None)
        if protocol is None:
            continue
        for route in routes(name):
            if route.method != method:
                continue
            match = route.path.match(path or "/")
            if match is None or any(query.get(k) != v for k, v in route.query):
                continue
            operation = _operation(name, route.operation, protocol)
            assert operation is not None
            return Call(operation, dict(zip(route.labels, map(unquote, match.groups()), strict=True)))
    raise UnknownCall(known[0], f"{method} {path} is no operation of {' or '.join(known)}")
