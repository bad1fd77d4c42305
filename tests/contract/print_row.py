"""Prints the row of an AWS operation for aws/operations/, with its shapes taken from botocore's service model.

    python -m tests.contract.print_row ec2 DescribeSpotPriceHistory \
        --input 'InstanceTypes StartTime NextToken' --output 'SpotPriceHistory NextToken'

A member path may go deeper ("Reservations.Instances.InstanceId") and end in a group ("State.{Name Code}"). A path that ends
in a structure takes its scalar members, one that ends in ".*" everything below it. Required members are always taken.
The row is a start: who adds it decides its effect, its IAM resource and which members are really used.
"""

from __future__ import annotations

import argparse
import re
import textwrap

import botocore.loaders
import botocore.model

LOADER = botocore.loaders.Loader()
SCALARS = {
    "string": "",
    "character": "",
    "integer": ":i",
    "long": ":i",
    "float": ":f",
    "double": ":f",
    "boolean": ":b",
    "blob": ":x",
    "timestamp": ":t",
}
LOCATIONS = {"uri": "@path", "querystring": "@query", "header": "@header", "statusCode": "@status"}
READS = (
    "Describe",
    "List",
    "Get",
    "Query",
    "Scan",
    "Lookup",
    "Filter",
    "BatchGet",
    "Head",
    "TransactGet",
    "Simulate",
    "Decode",
)
IDEMPOTENT = (
    "Put",
    "Delete",
    "Set",
    "Tag",
    "Untag",
    "Add",
    "Remove",
    "Modify",
    "Update",
    "Enable",
    "Disable",
    "Attach",
    "Detach",
    "Stop",
    "Terminate",
    "Suspend",
    "Resume",
    "Deregister",
    "Revoke",
    "Release",
    "Change",
    "Batch",
)


def service_model(name: str) -> botocore.model.ServiceModel:
    return botocore.model.ServiceModel(LOADER.load_service_model(name, "service-2"), name)


def protocol_of(model: botocore.model.ServiceModel) -> str:
    supported = model.metadata.get("protocols") or [model.metadata["protocol"]]
    for protocol in ("json", "rest-json", "rest-xml", "query", "ec2"):
        if protocol in supported:
            return protocol
    raise SystemExit(f"{model.service_name} speaks none of our protocols")


def paginator_of(service: str, operation: str) -> dict | None:
    try:
        return LOADER.load_service_model(service, "paginators-1")["pagination"].get(operation)
    except botocore.exceptions.UnknownServiceError:
        return None


def split_group(text: str) -> list[str]:
    """Splits on blanks that are not inside braces."""
    parts, depth, word = [], 0, ""
    for c in text + " ":
        if c in " \n" and depth == 0:
            if word:
                parts.append(word)
            word = ""
            continue
        depth += {"{": 1, "}": -1}.get(c, 0)
        word += c
    return parts


Wanted = dict  # member -> Wanted; {} = the scalar members, {"*": {}} = everything


def parse_wanted(text: str) -> Wanted:
    wanted: Wanted = {}
    for path in split_group(text):
        add_path(wanted, path)
    return wanted


def add_path(wanted: Wanted, path: str) -> None:
    if path.startswith("{"):
        for part in split_group(path[1:-1]):
            add_path(wanted, part)
        return
    head, _, rest = path.partition(".")
    below = wanted.setdefault(head, {})
    if rest:
        add_path(below, rest)


def reaches(shape, name: str, seen: frozenset = frozenset()) -> bool:
    """Whether a structure called `name` lies somewhere below `shape`."""
    below = []
    if shape.type_name == "structure":
        below = list(shape.members.values())
    elif shape.type_name == "list":
        below = [shape.member]
    elif shape.type_name == "map":
        below = [shape.value]
    return any(
        child.name == name or (child.name not in seen and reaches(child, name, seen | {child.name}))
        for child in below
    )


class ShapeWriter:
    def __init__(self, protocol: str, direction: str):
        self.protocol = protocol
        self.input = direction == "input"

    def write(self, shape, wanted: Wanted, trail: tuple = ()) -> str:
        kind = shape.type_name
        if kind == "structure":
            if getattr(shape, "is_document_type", False) or reaches(shape, shape.name):
                return ":j"
            return self.structure(shape, wanted, trail)
        if kind == "list":
            return self.list(shape, wanted, trail)
        if kind == "map":
            return self.map(shape, wanted, trail)
        if kind == "timestamp":
            return {"iso8601": ":d", "unixTimestamp": ":u"}.get(
                shape.serialization.get("timestampFormat"), ":t"
            )
        return SCALARS[kind]

    def structure(self, shape, wanted: Wanted, trail: tuple) -> str:
        everything = "*" in wanted
        members = []
        for name, member in shape.members.items():
            required = self.input and name in shape.required_members
            scalar = member.type_name in SCALARS or (
                member.type_name == "list" and member.member.type_name in SCALARS
            )
            chosen = everything or name in wanted or required or (not wanted and scalar and trail)
            if not chosen:
                continue
            below = {"*": {}} if everything else wanted.get(name, {})
            members.append(self.member(shape, name, member, required, below, trail + (shape.name,)))
        unknown = set(wanted) - set(shape.members) - {"*"}
        if unknown:
            raise SystemExit(f"{shape.name} has no member {', '.join(sorted(unknown))}")
        return "{" + " ".join(members) + "}"

    def member(self, parent, name: str, member, required: bool, wanted: Wanted, trail: tuple) -> str:
        text = name
        wire = self.wire(name, member)
        if wire:
            text += "=" + wire
        if required:
            text += "!"
        location = member.serialization.get("location")
        if location in LOCATIONS:
            text += LOCATIONS[location]
        elif parent.serialization.get("payload") == name:
            text += "@payload"
        return text + self.write(member, wanted, trail)

    def wire(self, name: str, member) -> str | None:
        serialization = member.serialization
        if self.protocol == "ec2" and self.input:
            wire = serialization.get("queryName") or serialization.get("name")
            wire = wire[0].upper() + wire[1:] if wire and "queryName" not in serialization else wire
            return wire if wire and wire != name else None
        wire = serialization.get("name")
        if self.protocol == "ec2":
            default = name[0].lower() + name[1:]
            return wire if wire and wire != default else (name if not wire else None)
        if member.type_name == "list" and self.flattened(member) and not self.input:
            # A flattened list's children may be named by the element.
            wire = member.member.serialization.get("name") or wire
        return wire if wire and wire != name else None

    @staticmethod
    def flattened(shape) -> bool:
        return bool(shape.serialization.get("flattened"))

    def list(self, shape, wanted: Wanted, trail: tuple) -> str:
        element = shape.member.serialization.get("name")
        flattened = self.flattened(shape) and self.protocol != "ec2"
        default = "item" if self.protocol == "ec2" else "member"
        form = self.protocol in ("query", "rest-xml") or (self.protocol == "ec2" and not self.input)
        named = form and element and element != default and not (flattened and not self.input)
        return (
            ("*" if flattened else "")
            + "["
            + (f"{element}|" if named else "")
            + self.write(shape.member, wanted, trail)
            + "]"
        )

    def map(self, shape, wanted: Wanted, trail: tuple) -> str:
        key = shape.key.serialization.get("name", "key")
        value = shape.value.serialization.get("name", "value")
        named = (
            f"{key},{value}|"
            if (key, value) != ("key", "value") and self.protocol in ("query", "rest-xml")
            else ""
        )
        return (
            ("*" if self.flattened(shape) else "")
            + "<"
            + named
            + self.write(shape.value, wanted, trail)
            + ">"
        )


def effect_of(operation) -> str:
    if operation.name.startswith(READS):
        return "kRead"
    if token_of(operation) or operation.name.startswith(IDEMPOTENT):
        return "kIdempotentWrite"
    return "kWrite"


def token_of(operation) -> str | None:
    shape = operation.input_shape
    return (
        next((n for n, m in shape.members.items() if m.metadata.get("idempotencyToken")), None)
        if shape
        else None
    )


def raw(text: str) -> str:
    """A C++ raw string, wrapped where the line gets long."""
    if len(text) < 88:
        return f'R"({text})"'
    wrapped = textwrap.wrap(text, 100, break_long_words=False, break_on_hyphens=False)
    return 'R"(' + "\n        ".join(wrapped) + ')"'


def as_list(value) -> list:
    return value if isinstance(value, list) else [value]


def pages_of(service: str, operation: str, override: str | None) -> str | None:
    if override:
        return override
    found = paginator_of(service, operation)
    if not found:
        return None
    fields = [
        f'.input_token = "{as_list(found["input_token"])[0]}"',
        f'.output_token = "{as_list(found["output_token"])[0].split(" || ")[0]}"',
    ]
    fields.append(f'.items = "{as_list(found.get("result_key", ""))[0]}"')
    if found.get("limit_key"):
        fields.append(f'.page_size = "{found["limit_key"]}"')
    if found.get("more_results"):
        fields.append(f'.more = "{found["more_results"]}"')
    return "{" + ", ".join(fields) + "}"


def row(
    service: str,
    name: str,
    wanted_input: str,
    wanted_output: str,
    effect: str = "",
    action: str = "",
    resource: str = "",
    also: str = "",
    pages: str = "",
) -> str:
    model = service_model(service)
    protocol = protocol_of(model)
    operation = model.operation_model(name)
    fields = [f'.name = "{name}"']
    if protocol.startswith("rest"):
        fields.append(f'.method = "{operation.http["method"]}"')
        fields.append(f'.path = "{operation.http["requestUri"]}"')
    fields.append(f".effect = Effect::{effect or effect_of(operation)}")
    token = token_of(operation)
    if operation.input_shape:
        text = wanted_input + (f" {token}" if token else "")
        fields.append(
            ".input = "
            + raw(
                ShapeWriter(protocol, "input").write(
                    operation.input_shape, parse_wanted(text) or {"": {}} if text else {}, ()
                )
            )
        )
    if operation.output_shape and wanted_output:
        fields.append(
            ".output = "
            + raw(ShapeWriter(protocol, "output").write(operation.output_shape, parse_wanted(wanted_output)))
        )
    if protocol == "rest-xml" and operation.input_shape:
        shape = operation.input_shape
        payload = shape.serialization.get("payload")
        root = (
            shape.members[payload].serialization.get("name") if payload else shape.serialization.get("name")
        )
        if root:
            fields.append(f'.xml_root = "{root}"')
    if token:
        fields.append(f'.idempotency_token = "{token}"')
    paging = pages_of(service, name, pages)
    if paging:
        fields.append(f".pages = {paging}")
    retried = [e.name for e in operation.error_shapes if e.metadata.get("retryable")]
    if retried:
        fields.append(".retried = {" + ", ".join(f'"{code}"' for code in retried) + "}")
    grant = f'.action = "{action or default_action(model, name)}"'
    if resource:
        grant += f', .resource = "{resource}"'
    if also:
        grant += ", .also = {" + ", ".join(f'"{a}"' for a in also.split()) + "}"
    fields.append(".iam = {" + grant + "}")
    return "{" + ",\n ".join(fields) + "}"


ACTION_PREFIXES = {"monitoring": "cloudwatch", "email": "ses", "api.pricing": "pricing", "tagging": "tag"}


def default_action(model, name: str) -> str:
    prefix = model.metadata["endpointPrefix"]
    return f"{ACTION_PREFIXES.get(prefix, prefix)}:{name}"


def service_row(service: str) -> str:
    model = service_model(service)
    meta = model.metadata
    protocol = protocol_of(model)
    kinds = {
        "json": "kJson",
        "rest-json": "kRestJson",
        "rest-xml": "kRestXml",
        "query": "kQuery",
        "ec2": "kEc2",
    }
    signing = meta.get("signingName", meta["endpointPrefix"])
    fields = [
        f'.id = "{meta["serviceId"]}"',
        f'.model = "{service}"',
        f'.endpoint_prefix = "{meta["endpointPrefix"]}"',
        f'.signing_name = "{signing}"',
        f".protocol = Protocol::{kinds[protocol]}",
        f'.api_version = "{meta["apiVersion"]}"',
    ]
    if protocol == "json":
        fields.append(f'.target_prefix = "{meta["targetPrefix"]}"')
        fields.append(f'.json_version = "{meta["jsonVersion"]}"')
        if model.is_query_compatible:
            fields.append(".query_compatible = true")
    return "{" + ",\n ".join(fields) + "}"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("service")
    parser.add_argument("operation")
    parser.add_argument("--input", default="")
    parser.add_argument("--output", default="")
    parser.add_argument("--resource", default="")
    arguments = parser.parse_args()
    print(
        row(
            arguments.service,
            arguments.operation,
            arguments.input,
            arguments.output,
            resource=arguments.resource,
        )
    )


if __name__ == "__main__":
    main()
