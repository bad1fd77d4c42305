"""The ends of Slack's incoming webhooks and of PagerDuty's Events API v2, as strict as theirs."""

from __future__ import annotations

import dataclasses
import datetime
import json
import uuid
from typing import Any

from .http_server import Reply, Request

SEVERITIES = ("critical", "error", "warning", "info")
ACTIONS = ("trigger", "acknowledge", "resolve")


@dataclasses.dataclass(slots=True)
class Receivers:
    received: list[dict[str, Any]] = dataclasses.field(default_factory=list)

    def receive(self, service: str, request: Request) -> Reply:
        """Answers a post and keeps it if it was accepted."""
        try:
            message = json.loads(request.body)
        except ValueError:
            message = None
        if not isinstance(message, dict):
            message = None
        reply = _slack(message) if service == "slack" else _pagerduty(message)
        self.received.append(
            {
                "to": service,
                "path": request.path,
                "status": reply.status,
                "message": message,
                "at": datetime.datetime.now(datetime.UTC).isoformat(),
            }
        )
        return reply


def service_of(request: Request) -> str | None:
    """Which receiver a request is for: by Slack's and PagerDuty's own paths, unsigned."""
    if "authorization" in request.header:
        return None
    if request.path.startswith("/services/"):
        return "slack"
    return "pagerduty" if request.path == "/v2/enqueue" else None


def _text(status: int, text: str) -> Reply:
    return Reply(status, {"Content-Type": "text/html; charset=utf-8"}, text.encode())


def _slack(message: dict[str, Any] | None) -> Reply:
    if message is None:
        return _text(400, "invalid_payload")
    if not any(message.get(member) for member in ("text", "blocks", "attachments")):
        return _text(400, "no_text")
    if len(message.get("blocks", [])) > 50:
        return _text(400, "invalid_blocks")
    if len(message.get("attachments", [])) > 100:
        return _text(400, "too_many_attachments")
    return _text(200, "ok")


def _json(status: int, body: dict[str, Any]) -> Reply:
    return Reply(status, {"Content-Type": "application/json"}, json.dumps(body).encode())


def _pagerduty(message: dict[str, Any] | None) -> Reply:
    if message is None:
        return _json(
            400, {"status": "invalid event", "message": "Event object is invalid", "errors": ["invalid JSON"]}
        )
    errors = []
    key = message.get("routing_key")
    if not isinstance(key, str) or len(key) != 32:
        errors.append("'routing_key' is not a 32 character key")
    action = message.get("event_action")
    if action not in ACTIONS:
        errors.append(f"'event_action' is not one of {', '.join(ACTIONS)}")
    if action in ("acknowledge", "resolve") and not message.get("dedup_key"):
        errors.append("'dedup_key' is missing or blank")
    if len(message.get("dedup_key") or "") > 255:
        errors.append("'dedup_key' is longer than 255 characters")
    if action == "trigger":
        payload = message.get("payload")
        payload = payload if isinstance(payload, dict) else {}
        errors += [
            f"'payload.{m}' is missing or blank"
            for m in ("summary", "source", "severity")
            if not payload.get(m)
        ]
        if payload.get("severity") and payload["severity"] not in SEVERITIES:
            errors.append(f"'payload.severity' is not one of {', '.join(SEVERITIES)}")
        if len(payload.get("summary") or "") > 1024:
            errors.append("'payload.summary' is longer than 1024 characters")
    if errors:
        return _json(400, {"status": "invalid event", "message": "Event object is invalid", "errors": errors})
    return _json(
        202,
        {
            "status": "success",
            "message": "Event processed",
            "dedup_key": message.get("dedup_key") or uuid.uuid4().hex,
        },
    )
