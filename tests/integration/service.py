"""tidegate over the AWS wire, as the tests of this folder configure, call and read it."""

from __future__ import annotations

import copy
import hashlib
import json
import os
import subprocess
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import yaml

from tests.harness.emulator import Emulator
from tests.harness.tidegate import Tidegate

KEYS = {"ops": "tg_ops_test", "rival": "tg_rival_test", "reader": "tg_reader_test"}
"""API keys by principal: `ops` and `rival` operate, `reader` only reads."""
SCOPES = {"ops": ["read", "operate"], "rival": ["read", "operate"], "reader": ["read"]}
ROUTING_KEY = "0123456789abcdef0123456789abcdef"
SENDER = "tidegate@example.com"

FAST_TAKEOVER = {"lease": "1500ms", "heartbeat": "300ms", "scan_interval": "200ms"}
"""operations.*: a dead replica's work is taken over within some two seconds instead of ten."""


def bearer(principal: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {KEYS[principal]}"}


def auth_keys() -> list[dict[str, Any]]:
    return [
        {
            "id": f"key-of-{name}",
            "principal": name,
            "sha256": [hashlib.sha256(key.encode()).hexdigest()],
            "scopes": SCOPES[name],
        }
        for name, key in KEYS.items()
    ]


def merged(base: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """`base` with `changes` laid over it, maps member by member."""
    result = copy.deepcopy(dict(base))
    for key, value in changes.items():
        both_maps = isinstance(value, Mapping) and isinstance(result.get(key), Mapping)
        result[key] = merged(result[key], value) if both_maps else copy.deepcopy(value)
    return result


def aws_config(emulator: Emulator, dynamodb_url: str, table: str) -> dict[str, Any]:
    """Everything over the wire: AWS and the receivers are the emulator, state is DynamoDB Local."""
    return {
        "platform": "aws",
        "state": {"backend": "dynamodb", "table": table, "region": "us-east-1", "endpoint": dynamodb_url},
        "aws": {"region": "us-east-1", "spot_advisor": {"url": ""}},  # nothing is asked outside this machine
        "auth": {"keys": auth_keys()},
        "scaling": {"default_cluster": "production"},
        "alerts": {
            "slack": {"webhook_url": f"{emulator.url}/services/T000/B000/hook"},
            "pagerduty": {"routing_key": ROUTING_KEY, "endpoint": f"{emulator.url}/v2/enqueue"},
            "email": {"from": SENDER, "to": ["ops@example.com"]},
            "sms": {"phone_numbers": ["+919812345678"]},
        },
    }


def create_table(binary: Path, config: Mapping[str, Any], env: Mapping[str, str], folder: Path) -> None:
    """`tidegate table create`, as an operator runs it."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "table.yaml"
    file.write_text(yaml.safe_dump(dict(config), sort_keys=False))
    argv = [binary, "table", "create", "--config", file]
    sanitizer = {name: value for name, value in os.environ.items() if name.endswith("SAN_OPTIONS")}
    own = {"PATH": "/usr/bin:/bin", **sanitizer, **env}
    done = subprocess.run(argv, env=own, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr


class Client:
    """One principal's way to a tidegate."""

    def __init__(self, service: Tidegate, principal: str = "ops") -> None:
        self.service = service
        self._headers = bearer(principal)

    def get(self, path: str, **options: Any) -> Any:
        return self.service.get(path, headers={**self._headers, **options.pop("headers", {})}, **options)

    def post(self, path: str, body: Any = None, **options: Any) -> Any:
        return self.service.post(
            path, body, headers={**self._headers, **options.pop("headers", {})}, **options
        )

    def invoke(self, handler: str, event: dict[str, Any], **options: Any) -> tuple[int, dict[str, Any]]:
        """What the Lambda function would have answered: its statusCode and its body."""
        reply = self.post(f"/invoke/{handler}", event, **options)
        assert reply.status_code == 200, reply.text
        answer = reply.json()
        return answer["statusCode"], json.loads(answer["body"])

    def operation(self, operation_id: str) -> dict[str, Any]:
        reply = self.get(f"/operations/{operation_id}")
        assert reply.status_code == 200, reply.text
        return dict(reply.json())

    def finished(self, operation_id: str, timeout_s: float = 30.0) -> dict[str, Any]:
        """The operation, once it is not running any more."""
        seen: dict[str, Any] = {}

        def is_finished() -> bool:
            seen.update(self.operation(operation_id))
            return seen["state"] != "running"

        wait_until(is_finished, timeout_s, f"operation {operation_id} to end")
        return seen

    def operations(self, **filters: Any) -> list[dict[str, Any]]:
        """Every operation, page after page."""
        items: list[dict[str, Any]] = []
        address: str | None = "/operations?" + "&".join(f"{k}={v}" for k, v in {"limit": 50, **filters}.items())
        while address is not None:
            reply = self.get(address)
            assert reply.status_code == 200, reply.text
            page = reply.json()
            items += page["items"]
            address = page["next"]
        return items


def wait_until(condition: Callable[[], bool], timeout_s: float, what: str) -> None:
    """Polls for something that another process does in its own time."""
    deadline = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < deadline, f"waited {timeout_s} s for {what}"
        time.sleep(0.02)


def problem(reply: Any, status: int, kind: str) -> dict[str, Any]:
    """The reply as an RFC 9457 problem of that status and kind, its form checked."""
    assert reply.status_code == status, reply.text
    assert reply.headers["content-type"].split(";")[0] == "application/problem+json"
    body = reply.json()
    assert body["type"] == f"/problems/{kind}"
    assert body["status"] == status
    assert body["title"] and body["detail"]
    assert body["request_id"] == reply.headers["x-request-id"]
    return dict(body)
