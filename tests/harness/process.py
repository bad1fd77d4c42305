"""Child processes of a test: started with a log file, waited for by a condition, ended by their id."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

POLL_S = 0.01
STOP_S = 35.0
"""Longer than tidegate's grace for requests in flight."""


def free_port() -> int:
    """A TCP port that was free a moment ago on 127.0.0.1."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Process:
    """A child with its output in a file. Use as a context manager, or call `stop`."""

    def __init__(
        self,
        argv: Sequence[str | Path],
        log: Path,
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
    ):
        self.argv = [str(word) for word in argv]
        self.log = log
        self._env = {**os.environ, **(env or {})}
        self._cwd = cwd
        self._child: subprocess.Popen[bytes] | None = None
        self._log_from = 0
        self.start()

    def start(self) -> None:
        """Starts it, again if it has ended."""
        assert self._child is None or self._child.poll() is not None, "still running"
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as output:
            self._log_from = output.tell()
            self._child = subprocess.Popen(
                self.argv, stdout=output, stderr=output, env=self._env, cwd=self._cwd
            )

    @property
    def pid(self) -> int:
        assert self._child is not None
        return self._child.pid

    def exit_code(self) -> int | None:
        """None while it runs; negative: the signal that ended it."""
        assert self._child is not None
        return self._child.poll()

    def output(self) -> str:
        """What it has written since it was last started."""
        with self.log.open("rb") as written:
            written.seek(self._log_from)
            return written.read().decode("utf-8", "replace")

    def wait_until(self, condition: Callable[[], bool], timeout_s: float = 30.0, what: str = "ready") -> None:
        """Polls; raises with the tail of the log if the process ends first or time runs out."""
        deadline = time.monotonic() + timeout_s
        while not condition():
            if self.exit_code() is not None:
                raise RuntimeError(
                    f"{self.argv[0]} ended with {self.exit_code()} before it was {what}:\n{self._tail()}"
                )
            if time.monotonic() > deadline:
                raise TimeoutError(f"{self.argv[0]} was not {what} after {timeout_s} s:\n{self._tail()}")
            time.sleep(POLL_S)

    def _tail(self) -> str:
        return "\n".join(self.output().splitlines()[-40:])

    def signal(self, number: signal.Signals) -> None:
        if self.exit_code() is None:
            os.kill(self.pid, number)

    def wait(self, timeout_s: float = STOP_S) -> int:
        """Its exit code. Raises subprocess.TimeoutExpired."""
        assert self._child is not None
        return self._child.wait(timeout_s)

    def kill(self) -> None:
        """kill -9: no goodbye."""
        self.signal(signal.SIGKILL)
        self.wait()

    def stop(self, timeout_s: float = STOP_S) -> int:
        """SIGTERM, then SIGKILL where that is ignored. The exit code."""
        self.signal(signal.SIGTERM)
        try:
            return self.wait(timeout_s)
        except subprocess.TimeoutExpired:
            self.kill()
            return self.wait()

    def __enter__(self) -> Process:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


def answers(port: int) -> bool:
    """Whether something accepts connections on 127.0.0.1:port."""
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex(("127.0.0.1", port)) == 0
