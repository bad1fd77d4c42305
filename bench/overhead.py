"""A signed DynamoDB GetItem: our client beside bare libcurl and botocore, CPU a call; 2,000 in flight. [--calls N] [--rounds N]"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator

from measuring import BIN, ROOT, Machine, free_port

PROGRAM = BIN / "bench_aws_overhead"
PYTHON = os.environ.get("TIDEGATE_BENCH_PYTHON", str(ROOT / "build" / "parts" / "venv" / "bin" / "python"))
IN_FLIGHT = 2_000
LATENCY_MS = 200
TARGET = 1.3
"""Our CPU a call over bare libcurl's, at most."""

BOTOCORE = """
import json, resource, sys, time
import botocore.session
from botocore.config import Config
port, calls = int(sys.argv[1]), int(sys.argv[2])
session = botocore.session.get_session()
client = session.create_client("dynamodb", region_name="us-east-1", endpoint_url=f"http://127.0.0.1:{port}",
    aws_access_key_id="AKIDEXAMPLE", aws_secret_access_key="wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
    config=Config(retries={"total_max_attempts": 1}))
def call():
    client.get_item(TableName="tidegate", ConsistentRead=True,
                    Key={"pk": {"S": "operation"}, "sk": {"S": "01J00000000000000000000000"}})
def cpu():
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime
for _ in range(100): call()
before, began = cpu(), time.perf_counter()
for _ in range(calls): call()
print(json.dumps({"cpu_us": (cpu() - before) / calls * 1e6, "wall_us": (time.perf_counter() - began) / calls * 1e6}))
"""


@contextlib.contextmanager
def echo(latency_ms: int) -> Iterator[int]:
    port = free_port()
    process = subprocess.Popen([PROGRAM, "echo", str(port), str(latency_ms)])
    try:
        deadline = time.monotonic() + 10
        while True:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            if process.poll() is not None or time.monotonic() > deadline:
                sys.exit("the echo does not listen")
            time.sleep(0.02)
        yield port
    finally:
        process.terminate()
        process.wait(10)


def run(*words: object) -> dict[str, float]:
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=20_000, help="of one run")
    parser.add_argument("--rounds", type=int, default=5, help="of all clients in turn")
    options = parser.parse_args()
    machine = Machine()
    with echo(0) as port:
        for at_a_time in (1, 32):
            runs: dict[str, list[dict[str, float]]] = {"curl": [], "client": [], "values": []}
            for _ in range(options.rounds):
                for name, figures in runs.items():
                    figures.append(run(PROGRAM, name, port, options.calls, at_a_time))
            cpu = {name: statistics.median(f["cpu_us"] for f in figures) for name, figures in runs.items()}
            for name, what in (("client", "as the state store calls"), ("values", "values of JSON")):
                each = [c["cpu_us"] / b["cpu_us"] for c, b in zip(runs[name], runs["curl"], strict=True)]
                print(
                    f"{at_a_time} at a time, {what}: ours {cpu[name]:.1f} us CPU a call, bare libcurl {cpu['curl']:.1f}: "
                    f"{cpu[name] / cpu['curl']:.2f}x (rounds {min(each):.2f} to {max(each):.2f}; target {TARGET}x)"
                )
        with contextlib.suppress(FileNotFoundError, subprocess.CalledProcessError):
            botocore = run(PYTHON, "-c", BOTOCORE, port, 1_000)
            print(f"botocore, 1 at a time: {botocore['cpu_us']:.0f} us CPU a call")
    with echo(LATENCY_MS) as port:
        for name, threads in (("curl", []), ("client", [1])):
            figures = run(PROGRAM, name, port, IN_FLIGHT * 10, IN_FLIGHT, *threads)
            print(
                f"{name}, one thread: {IN_FLIGHT} in flight, answered after {LATENCY_MS} ms: p50 {figures['p50_us'] / 1000:.0f}, "
                f"p99 {figures['p99_us'] / 1000:.0f} ms; {figures['cpu_us']:.1f} us CPU a call; "
                f"{figures['busy_mib']:.0f} MiB resident ({figures['idle_mib']:.0f} before)"
            )
    print(machine.line())


if __name__ == "__main__":
    main()
