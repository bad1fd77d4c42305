"""A running AWS emulator as a test speaks with it. tests/emulator/README.md describes the control endpoint."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

import boto3
import httpx
from botocore.config import Config

from tests.emulator.signature import TEST_ACCESS_KEY, TEST_SECRET_KEY

from .parts import ROOT
from .process import Process


class Emulator:
    def __init__(self, log: Path, *arguments: str | Path) -> None:
        self.process = Process([sys.executable, "-m", "tests.emulator", *arguments], log, cwd=ROOT)
        ready = re.compile(r"emulator ready on (http://\S+)")
        self.process.wait_until(lambda: ready.search(self.process.output()) is not None)
        found = ready.search(self.process.output())
        assert found is not None
        self.url = found.group(1)
        self._control = httpx.Client(base_url=f"{self.url}/_emulator", timeout=30)

    def stop(self) -> None:
        self._control.close()
        self.process.stop()

    def environment(self) -> dict[str, str]:
        """What a client of the emulator needs in its environment, and nothing of the machine's own AWS set-up."""
        return {
            "AWS_ENDPOINT_URL": self.url,
            "AWS_ACCESS_KEY_ID": TEST_ACCESS_KEY,
            "AWS_SECRET_ACCESS_KEY": TEST_SECRET_KEY,
            "AWS_REGION": "us-east-1",
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_CONFIG_FILE": "/dev/null",
            "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
        }

    def client(self, service: str, region: str = "us-east-1", **config: Any) -> Any:
        """A boto3 client that tries once; `config` goes to botocore's Config."""
        credentials = {
            "aws_access_key_id": config.pop("access_key", TEST_ACCESS_KEY),
            "aws_secret_access_key": config.pop("secret_key", TEST_SECRET_KEY),
            "aws_session_token": config.pop("token", None),
        }
        options = {"retries": {"total_max_attempts": 1}, "connect_timeout": 5, "read_timeout": 5, **config}
        return boto3.client(
            service, region_name=region, endpoint_url=self.url, config=Config(**options), **credentials
        )

    # --- the control endpoint

    def control(self, method: str, path: str, body: Any = None, **query: Any) -> Any:
        reply = self._control.request(method, path, json=body, params=query)
        if reply.status_code != 200:
            raise ValueError(f"{method} {path}: {reply.text}")
        return reply.json()

    def reset(self) -> None:
        self.control("POST", "/reset")

    def settings(self, **changes: Any) -> dict[str, Any]:
        return self.control("POST", "/settings", changes)

    def seed_eks(
        self, *clusters: dict[str, Any], region: str = "us-east-1", account: str = "123456789012"
    ) -> None:
        self.control("POST", "/eks", {"region": region, "account": account, "clusters": list(clusters)})

    def fault(self, kind: str, service: str = "*", operation: str = "*", **fields: Any) -> dict[str, Any]:
        return self.control(
            "POST", "/faults", {"kind": kind, "service": service, "operation": operation, **fields}
        )

    def faults(self) -> list[dict[str, Any]]:
        return self.control("GET", "/faults")

    def journal(self) -> list[dict[str, Any]]:
        return self.control("GET", "/eks/journal")

    def replays(self) -> list[dict[str, Any]]:
        return self.control("GET", "/eks/replays")

    def calls(self, **query: Any) -> list[dict[str, Any]]:
        return self.control("GET", "/calls", **query)

    def sent(self) -> list[dict[str, Any]]:
        return self.control("GET", "/sent")

    def received(self, **query: Any) -> list[dict[str, Any]]:
        return self.control("GET", "/received", **query)

    def set_function(self, name: str, **answer: Any) -> None:
        self.control("PUT", "/functions", answer, name=name)

    def invocations(self) -> list[dict[str, Any]]:
        return self.control("GET", "/invocations")

    def allow(self, principal: str, policy: dict[str, Any]) -> None:
        """From now on the calls of an access key, or of the roles of an account, are held against a policy."""
        self.control("PUT", "/policies", policy, principal=principal)

    def violations(self) -> list[dict[str, Any]]:
        return self.control("GET", "/violations")

    def take_violations(self) -> list[dict[str, Any]]:
        """The violations so far, which then no longer count against the test."""
        found = self.violations()
        self.control("DELETE", "/violations")
        return found
