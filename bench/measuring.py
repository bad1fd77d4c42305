"""What the benchmarks share: servers that start and stop, wrk, and the machine's load beside each figure."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(os.environ.get("TIDEGATE_BENCH_BIN", ROOT / "build" / "release" / "bin"))
KEY = "tg_bench"
REPORT = ROOT / "bench" / "report.lua"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def get(port: int, path: str, headers: str = "", timeout_s: float = 30.0) -> tuple[int, bytes]:
    """Status and body of a GET; status 0 where nobody answers."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout_s) as peer:
            peer.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{headers}Connection: close\r\n\r\n".encode())
            answer = b""
            while piece := peer.recv(65536):
                answer += piece
    except OSError:
        return 0, b""
    head, _, body = answer.partition(b"\r\n\r\n")
    return (int(head[9:12]) if head.startswith(b"HTTP/1.") else 0), body


@contextlib.contextmanager
def server(*argv: str | Path, port: int, path: str = "/", env: dict[str, str] | None = None):
    """A server that answers 200 to `path`; its output goes to a file. Yields its process."""
    with tempfile.TemporaryDirectory() as folder, (Path(folder) / "log").open("wb+") as log:
        process = subprocess.Popen([str(word) for word in argv], stdout=log, stderr=log, env={**os.environ, **(env or {})})
        try:
            deadline = time.monotonic() + 20
            while get(port, path)[0] != 200:
                if process.poll() is not None or time.monotonic() > deadline:
                    log.seek(0)
                    sys.exit(f"{argv[0]} does not answer {path}:\n{log.read().decode(errors='replace')[-2000:]}")
                time.sleep(0.02)
            yield process
        finally:
            process.terminate()
            process.wait(60)


@contextlib.contextmanager
def tidegate(config: dict[str, object], env: dict[str, str] | None = None, path: str = "/livez"):
    """tidegate with a configuration (JSON is YAML) and one API key, KEY. Yields its process and its port."""
    port = free_port()
    key = {
        "id": "bench",
        "principal": "bench",
        "sha256": [hashlib.sha256(KEY.encode()).hexdigest()],
        "scopes": ["read", "operate"],
    }
    no_limit = {"per_key": {"rate": 0}, "global": {"rate": 0}}
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "tidegate.yaml"
        file.write_text(json.dumps({"auth": {"keys": [key]}, "rate_limit": no_limit, **config}))
        argv = [BIN / "tidegate", "serve", "--config", file, "--listen", f"127.0.0.1:{port}", "--data", f"{folder}/data"]
        with server(*argv, port=port, path=path, env=env) as process:
            yield process, port


def aws_env(upstream_port: int) -> dict[str, str]:
    """What lets tidegate with `platform: aws` call an upstream on this machine, and nothing else."""
    return {
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{upstream_port}",
        "AWS_ACCESS_KEY_ID": "bench",
        "AWS_SECRET_ACCESS_KEY": "bench",
        "AWS_REGION": "us-east-1",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": "/dev/null",
        "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
    }


def cpu_ms(process: subprocess.Popen[bytes]) -> float:
    """Processor time that a process has used."""
    fields = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) * 1000 / os.sysconf("SC_CLK_TCK")


def wrk(url: str, connections: int, seconds: int, headers: tuple[str, ...] = ()) -> dict[str, float]:
    """requests_per_second, p50_ms, p99_ms, errors of one run with two threads."""
    argv = ["wrk", "-t2", f"-c{connections}", f"-d{seconds}s", "--timeout", "30s", "-s", str(REPORT)]
    for header in headers:
        argv += ["-H", header]
    done = subprocess.run([*argv, url], capture_output=True, text=True, check=True)
    line = next(line for line in done.stdout.splitlines() if line.startswith("report "))
    return json.loads(line.removeprefix("report "))


def median(runs: list[dict[str, float]], figure: str) -> float:
    return statistics.median(run[figure] for run in runs)


def errors(runs: list[dict[str, float]]) -> int:
    return int(sum(run["errors"] for run in runs))


def resident_mb(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text()
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS")) / 1024


class Machine:
    """How busy the machine was with other things: before the first run, and what its host kept from it since."""

    def __init__(self) -> None:
        self.cores = os.cpu_count() or 1
        self.load_before = os.getloadavg()[0]
        self.ticks_before = self._ticks()

    @staticmethod
    def _ticks() -> tuple[int, int]:
        """What ran, and what was ready to run while the host ran somebody else, since the machine started."""
        user, nice, system, _, _, irq, softirq, steal = map(int, Path("/proc/stat").read_text().split()[1:9])
        return user + nice + system + irq + softirq, steal

    def line(self) -> str:
        ran, stolen = (now - before for now, before in zip(self._ticks(), self.ticks_before, strict=True))
        busy = "  (busy before the run: figures in milliseconds are not to be trusted, ratios little)"
        return (
            f"machine: {self.cores} cores, load {self.load_before:.1f} before and {os.getloadavg()[0]:.1f} after, "
            f"{100 * stolen / max(1, ran + stolen):.0f} % of its time given to others by the host"
            + (busy if self.load_before > 0.5 * self.cores else "")
        )
