"""The control endpoint, /_emulator/...: what a test sets, and what it reads. README.md is its description."""

from __future__ import annotations

import dataclasses
import datetime
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from botocore.utils import parse_timestamp

from .app import Emulator, plain
from .http_server import Reply, Request
from .signature import DEFAULT_ACCOUNT, Identity

PREFIX = "/_emulator"


class Control:
    def __init__(self, emulator: Emulator) -> None:
        self._emulator = emulator
        self._routes: dict[tuple[str, str], Callable[[Any, dict[str, str]], Any]] = {
            ("GET", "/health"): lambda body, query: {"ok": True},
            ("POST", "/reset"): self._reset,
            ("GET", "/settings"): self._settings,
            ("POST", "/settings"): self._change_settings,
            ("GET", "/violations"): lambda body, query: list(emulator.violations),
            ("DELETE", "/violations"): lambda body, query: emulator.violations.clear(),
            ("GET", "/unimplemented"): lambda body, query: sorted(emulator.unimplemented),
            ("GET", "/calls"): self._calls,
            ("DELETE", "/calls"): lambda body, query: emulator.calls.clear(),
            ("GET", "/faults"): lambda body, query: [
                dataclasses.asdict(fault) for fault in emulator.faults.faults
            ],
            ("POST", "/faults"): self._add_faults,
            ("DELETE", "/faults"): lambda body, query: emulator.faults.clear(
                int(query["id"]) if "id" in query else None
            ),
            ("POST", "/faults/seed"): lambda body, query: emulator.faults.random.seed(body["seed"]),
            ("POST", "/eks"): self._seed_eks,
            ("GET", "/eks/journal"): lambda body, query: emulator.eks.journal,
            ("GET", "/eks/replays"): lambda body, query: emulator.eks.replays,
            ("POST", "/eks/outcomes"): lambda body, query: emulator.eks.outcomes.append(body),
            ("POST", "/autoscaling/failures"): lambda body, query: emulator.autoscaling.failures.append(body),
            ("POST", "/spot-prices"): self._load_spot_prices,
            ("DELETE", "/spot-prices"): lambda body, query: emulator.spot_prices.clear(),
            ("POST", "/placement-scores"): lambda body, query: emulator.placement_scores.scores.update(body),
            ("PUT", "/functions"): lambda body, query: emulator.functions.answers.update(
                {query["name"]: body}
            ),
            ("DELETE", "/functions"): lambda body, query: emulator.functions.answers.pop(query["name"], None),
            ("GET", "/invocations"): lambda body, query: emulator.functions.invocations,
            ("GET", "/received"): self._received,
            ("DELETE", "/received"): lambda body, query: emulator.receivers.received.clear(),
            ("GET", "/sent"): self._sent,
            ("POST", "/credentials"): self._add_credentials,
            ("PUT", "/policies"): lambda body, query: emulator.guard.policies.update(
                {query["principal"]: body}
            ),
            ("DELETE", "/policies"): lambda body, query: emulator.guard.policies.clear(),
        }

    async def answer(self, request: Request) -> Reply:
        """Routes a control request. Bad input answers 400 with the reason."""
        handler = self._routes.get((request.method, request.path.removeprefix(PREFIX)))
        if handler is None:
            known = sorted(f"{method} {PREFIX}{path}" for method, path in self._routes)
            return _json(404, {"error": "no such control", "known": known})
        try:
            body = json.loads(request.body) if request.body else None
            result = handler(body, dict(parse_qsl(request.query)))
            if isinstance(result, Awaitable):
                result = await result
        except (KeyError, TypeError, ValueError, AttributeError, OSError) as error:
            return _json(400, {"error": f"{type(error).__name__}: {error}"})
        return _json(200, result)

    async def _reset(self, body: Any, query: dict[str, str]) -> None:
        await self._emulator.reset()

    def _settings(self, body: Any, query: dict[str, str]) -> dict[str, Any]:
        emulator = self._emulator
        return {
            **dataclasses.asdict(emulator.settings),
            "eks_update_ms": emulator.eks.update_ms,
            "eks_node_seconds": emulator.eks.node_seconds,
            "spot_page_size_max": emulator.spot_prices.page_size_max,
            "spot_empty_first_page": emulator.spot_prices.empty_first_page,
            "placement_configurations_per_day_max": emulator.placement_scores.configurations_per_day_max,
        }

    def _change_settings(self, body: dict[str, Any], query: dict[str, str]) -> dict[str, Any]:
        emulator = self._emulator
        elsewhere = {
            "eks_update_ms": (emulator.eks, "update_ms"),
            "eks_node_seconds": (emulator.eks, "node_seconds"),
            "spot_page_size_max": (emulator.spot_prices, "page_size_max"),
            "spot_empty_first_page": (emulator.spot_prices, "empty_first_page"),
            "placement_configurations_per_day_max": (emulator.placement_scores, "configurations_per_day_max"),
        }
        current = self._settings(None, {})
        for name, value in body.items():
            if name not in current:
                raise ValueError(f"no setting {name}; known: {', '.join(current)}")
            if isinstance(current[name], bool) != isinstance(value, bool):
                raise ValueError(f"{name} is like {current[name]!r}")
        for name, value in body.items():
            owner, attribute = elsewhere.get(name, (emulator.settings, name))
            setattr(owner, attribute, value)
        return self._settings(None, {})

    def _calls(self, body: Any, query: dict[str, str]) -> list[dict[str, Any]]:
        return [
            call
            for call in self._emulator.calls
            if all(str(call.get(name)) == value for name, value in query.items())
        ]

    def _add_faults(self, body: Any, query: dict[str, str]) -> Any:
        if isinstance(body, list):
            return [dataclasses.asdict(self._emulator.faults.add(fields)) for fields in body]
        return dataclasses.asdict(self._emulator.faults.add(body))

    def _seed_eks(self, body: Any, query: dict[str, str]) -> None:
        for spec in body if isinstance(body, list) else [body]:
            self._emulator.eks.seed(spec)

    def _load_spot_prices(self, body: dict[str, Any], query: dict[str, str]) -> dict[str, int]:
        newest = body.get("newest_at")
        stamp = None
        if newest is not None:
            stamp = datetime.datetime.now(datetime.UTC) if newest == "now" else parse_timestamp(newest)
        return {"rows": sum(self._emulator.spot_prices.load(Path(path), stamp) for path in body["files"])}

    def _received(self, body: Any, query: dict[str, str]) -> list[dict[str, Any]]:
        return [
            message
            for message in self._emulator.receivers.received
            if query.get("to", message["to"]) == message["to"]
        ]

    def _sent(self, body: Any, query: dict[str, str]) -> list[dict[str, Any]]:
        """What left for people and was accepted: SNS, SES, Slack, PagerDuty."""
        ways = {("sns", "Publish"), ("sns", "PublishBatch"), ("sesv2", "SendEmail"), ("ses", "SendEmail")}
        sent = [
            {
                "to": call["service"],
                "status": call["status"],
                "message": call["params"],
                "region": call["region"],
            }
            for call in self._emulator.calls
            if (call["service"], call["operation"]) in ways and call["status"] < 300
        ]
        return sent + [message for message in self._emulator.receivers.received if message["status"] < 300]

    def _add_credentials(self, body: dict[str, Any], query: dict[str, str]) -> None:
        self._emulator.keyring.static[body["access_key"]] = Identity(
            body["secret_key"], body.get("token"), body.get("account", DEFAULT_ACCOUNT)
        )


def _json(status: int, value: Any) -> Reply:
    return Reply(status, {"Content-Type": "application/json"}, json.dumps(value, default=plain).encode())
