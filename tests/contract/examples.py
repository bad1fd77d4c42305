"""A value for every member of a shape of our table: as our code takes it, and as botocore does."""

from __future__ import annotations

import datetime
from typing import Any

import botocore.model

WHEN = datetime.datetime(2026, 11, 21, 2, 30, 15, tzinfo=datetime.UTC)
TEXT = 'a b/ü?&=+"<>%2F'


def example(ours: dict[str, Any], theirs: Any, *, location: str = "body") -> tuple[Any, Any]:
    """(our form, botocore's form) of a value with every member that our shape has."""
    kind = ours["kind"]
    if kind == "struct":
        pairs = {
            name: example(member, theirs.members[name], location=member["location"])
            for name, member in sorted(ours["members"].items())
        }
        return {n: p[0] for n, p in pairs.items()}, {n: p[1] for n, p in pairs.items()}
    if kind == "list":
        pairs = [example(ours["element"], theirs.member, location=location) for _ in range(2)]
        return [p[0] for p in pairs], [p[1] for p in pairs]
    if kind == "map":
        pairs = {key: example(ours["element"], theirs.value) for key in ("k 1", "k2")}
        return {k: p[0] for k, p in pairs.items()}, {k: p[1] for k, p in pairs.items()}
    return scalar(kind, theirs, location)


def scalar(kind: str, theirs: Any, location: str) -> tuple[Any, Any]:
    if kind == "integer":
        return 7, 7
    if kind == "float":
        return 1.5, 1.5
    if kind == "boolean":
        return True, True
    if kind == "blob":
        return "bytes", b"bytes"
    if kind in ("instant", "iso instant", "epoch instant"):
        return WHEN.timestamp(), WHEN
    if kind == "document":
        value = document(theirs)
        return value, value
    if location in ("header", "status"):
        return "plain", "plain"
    if isinstance(theirs, botocore.model.StringShape) and theirs.enum:
        return theirs.enum[0], theirs.enum[0]
    return TEXT, TEXT


def document(shape: Any) -> Any:
    """What goes through as it stands: one scalar member of the structure, as AWS writes it."""
    value = one_scalar(shape, levels=3)
    assert value is not None, f"no example for {shape.name}"
    return value


def one_scalar(shape: Any, levels: int) -> Any:
    if getattr(shape, "is_document_type", False):
        return {"any": [1, "two", None]}
    for name, member in shape.members.items():
        if member.type_name == "string":
            return {name: "text"}
        if member.type_name == "boolean":
            return {name: True}
    for name, member in shape.members.items():
        inner = one_scalar(member, levels - 1) if member.type_name == "structure" and levels > 1 else None
        if inner is not None:
            return {name: inner}
    return None
