"""Faults on demand: what goes wrong, for which calls, how often.

A fault either answers instead of the service (throttle, error), spoils the reply (the DELIVERIES), or delays it
(latency). `applied` says whether the call has had its effect by then: a reset after the effect is the lost reply
that idempotency tokens are for.
"""

from __future__ import annotations

import dataclasses
import random
from typing import Any

from .http_server import Delivery
from .wire import AwsError

DELIVERIES = ("reset", "reset_mid_body", "truncate", "wrong_content_length", "slow_first_byte", "slow_body")
ANSWERS = ("throttle", "error")
KINDS = ("latency", *ANSWERS, *DELIVERIES)

# The code and status by which a service says "too fast"; by service first, else by protocol.
THROTTLES_BY_SERVICE = {
    "dynamodb": ("ProvisionedThroughputExceededException", 400),
    "lambda": ("TooManyRequestsException", 429),
    "sesv2": ("TooManyRequestsException", 429),
    "sns": ("Throttled", 429),
    "s3": ("SlowDown", 503),
}
THROTTLES_BY_PROTOCOL = {
    "ec2": ("RequestLimitExceeded", 503),
    "query": ("Throttling", 400),
    "json": ("ThrottlingException", 400),
    "rest-json": ("ThrottlingException", 429),
    "rest-xml": ("Throttling", 400),
}


@dataclasses.dataclass(slots=True)
class Fault:
    id: int
    kind: str
    service: str = "*"
    operation: str = "*"
    match: dict[str, Any] = dataclasses.field(default_factory=dict)
    """Parameters that a call must have, by top-level name and value."""
    skip: int = 0
    """Matching calls that pass unharmed first."""
    count: int | None = None
    """Calls that it hits before it is spent; None: no end."""
    probability: float = 1.0
    applied: bool | None = None
    """Whether the call has its effect. None: as the kind suggests (answers and `reset`: no, the others: yes)."""
    ms: float = 0.0
    jitter_ms: float = 0.0
    status: int | None = None
    code: str | None = None
    message: str | None = None
    headers: dict[str, str] = dataclasses.field(default_factory=dict)
    body: str | None = None
    delta_bytes: int = 10
    seen: int = 0
    hits: int = 0

    def takes_effect(self) -> bool:
        if self.applied is not None:
            return self.applied
        return self.kind not in (*ANSWERS, "reset")

    def delivery(self) -> Delivery | None:
        return Delivery(self.kind, self.ms / 1000, self.delta_bytes) if self.kind in DELIVERIES else None

    def error(self, service: str, protocol: str) -> AwsError:
        if self.kind == "throttle":
            code, status = THROTTLES_BY_SERVICE.get(service) or THROTTLES_BY_PROTOCOL[protocol]
            return AwsError(self.code or code, self.message or "Rate exceeded", self.status or status)
        status = self.status or 500
        default = (
            "ServiceUnavailable"
            if status == 503
            else "InternalFailure"
            if status >= 500
            else "ValidationException"
        )
        return AwsError(self.code or default, self.message or "An error occurred on purpose", status)


class FaultPlan:
    """The faults in force. Draws come from one seeded generator, so that a failing run replays."""

    def __init__(self, seed: int = 0):
        self._next_id = 1
        self.faults: list[Fault] = []
        self.random = random.Random(seed)

    def add(self, fields: dict[str, Any]) -> Fault:
        """Raises ValueError for a field or a kind that doesn't exist."""
        known = {field.name for field in dataclasses.fields(Fault)} - {"id", "seen", "hits"}
        unknown = sorted(set(fields) - known)
        if unknown:
            raise ValueError(f"unknown fields {', '.join(unknown)}; known: {', '.join(sorted(known))}")
        if fields.get("kind") not in KINDS:
            raise ValueError(f"kind is one of {', '.join(KINDS)}")
        fault = Fault(id=self._next_id, **fields)
        self._next_id += 1
        self.faults.append(fault)
        return fault

    def clear(self, fault_id: int | None = None) -> None:
        self.faults = [] if fault_id is None else [fault for fault in self.faults if fault.id != fault_id]

    def strike(self, service: str, operation: str, params: dict[str, Any]) -> list[Fault]:
        """The faults that hit this call: every latency, and the first of the others."""
        struck: list[Fault] = []
        for fault in self.faults:
            if fault.service not in ("*", service) or fault.operation not in ("*", operation):
                continue
            if any(params.get(name) != value for name, value in fault.match.items()):
                continue
            if fault.kind != "latency" and any(other.kind != "latency" for other in struck):
                continue
            fault.seen += 1
            if fault.seen <= fault.skip or (fault.count is not None and fault.hits >= fault.count):
                continue
            if fault.probability < 1 and self.random.random() >= fault.probability:
                continue
            fault.hits += 1
            struck.append(fault)
        return struck

    def delay_s(self, struck: list[Fault]) -> float:
        total_ms = sum(
            f.ms + (self.random.uniform(0, f.jitter_ms) if f.jitter_ms else 0)
            for f in struck
            if f.kind == "latency"
        )
        return total_ms / 1000
