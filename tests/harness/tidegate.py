"""A tidegate process under test."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx
import yaml

from .process import Process, free_port

READY_S = 15.0

SANITIZER_MARKS = ("Sanitizer: ", "runtime error: ")


class Tidegate:
    """`tidegate serve` with a configuration, on a free port of 127.0.0.1.

    `folder` takes its configuration, data and log. The process keeps its port over `restart`.
    """

    def __init__(
        self,
        binary: Path,
        folder: Path,
        config: Mapping[str, Any] | None = None,
        env: Mapping[str, str] | None = None,
        arguments: tuple[str, ...] = (),
        wait: bool = True,
    ):
        folder.mkdir(parents=True, exist_ok=True)
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        argv: list[str | Path] = [
            binary,
            "serve",
            "--listen",
            f"127.0.0.1:{self.port}",
            "--data",
            folder / "data",
        ]
        if config is not None:
            (folder / "tidegate.yaml").write_text(yaml.safe_dump(dict(config), sort_keys=False))
            argv += ["--config", folder / "tidegate.yaml"]
        self.http = httpx.Client(base_url=self.url, timeout=30)
        self.process = Process([*argv, *arguments], folder / "tidegate.log", env)
        if wait:
            self.wait_until_ready()

    def wait_until_ready(self, timeout_s: float = READY_S) -> None:
        self.process.wait_until(self.is_ready, timeout_s)

    def is_ready(self) -> bool:
        try:
            return self.http.get("/readyz", timeout=2).status_code == 200
        except httpx.TransportError:
            return False

    def get(self, path: str, **options: Any) -> httpx.Response:
        return self.http.get(path, **options)

    def post(self, path: str, body: Any = None, **options: Any) -> httpx.Response:
        return self.http.post(path, json=body, **options)

    def kill(self) -> None:
        """kill -9."""
        self.process.kill()

    def restart(self) -> None:
        """Starts it again after `kill` or `stop`, with the same data and port."""
        self.process.start()
        self.wait_until_ready()

    def stop(self) -> int:
        """SIGTERM; its exit code."""
        return self.process.stop()

    def close(self) -> None:
        """Stops it. A sanitizer's report, at any time, fails the test."""
        self.http.close()
        self.process.stop()
        log = self.process.log.read_text(errors="replace")
        found = [mark for mark in SANITIZER_MARKS if mark in log]
        assert not found, log[log.index(found[0]) :][:4000]
