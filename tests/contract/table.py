"""The table of AWS operations as the C++ code has it, and the program that builds, reads and signs with it."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.harness import parts


def dumper() -> Path:
    """The program dump_operations, which lies beside the other binaries."""
    return parts.TIDEGATE.parent / "dump_operations"


def load() -> list[dict[str, Any]]:
    return json.loads(subprocess.run([dumper()], check=True, capture_output=True, text=True).stdout)


def rows(table: list[dict[str, Any]]) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    for service in table:
        for operation in service["operations"]:
            yield service, operation


class Workshop:
    """dump_operations --serve: one JSON line in, one out."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [dumper(), "--serve"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
        )

    def ask(self, do: str, **order: Any) -> Any:
        assert self._process.stdin and self._process.stdout
        self._process.stdin.write(json.dumps({"do": do, **order}) + "\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline())
        if "failure" in answer:
            raise ValueError(answer["failure"])
        return answer["ok"]

    def close(self) -> None:
        assert self._process.stdin
        self._process.stdin.close()
        self._process.wait(10)
