"""From exec to the first 200, and resident memory when idle: of the sandbox, which is the default, and with `platform: aws`. [--rounds N]"""

from __future__ import annotations

import argparse
import os
import socket
import statistics
import subprocess
import tempfile
import time

from measuring import BIN, Machine, aws_env, free_port, resident_mb, tidegate


def first_answer_ms(folder: str) -> tuple[float, subprocess.Popen[bytes]]:
    port = free_port()
    request = b"GET /livez HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
    argv = [str(BIN / "tidegate"), "serve", "--listen", f"127.0.0.1:{port}", "--data", folder]
    begun = time.monotonic()
    process = subprocess.Popen(argv, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while process.poll() is None:
        try:
            with socket.create_connection(("127.0.0.1", port), 5) as peer:
                peer.sendall(request)
                if peer.recv(4096).startswith(b"HTTP/1.1 200"):
                    return (time.monotonic() - begun) * 1000, process
        except ConnectionError:
            os.sched_yield()
    raise SystemExit("tidegate ended before it answered")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--idle-seconds", type=float, default=5.0, help="before memory is read, in the last round")
    options = parser.parse_args()
    machine = Machine()
    empty, known, idle_mb = [], [], 0.0
    with tempfile.TemporaryDirectory() as parent:
        for number in range(options.rounds):
            for figures in (empty, known):  # a data directory that is made, then one that is there
                took_ms, process = first_answer_ms(f"{parent}/{number}")
                figures.append(took_ms)
                if number == options.rounds - 1:
                    time.sleep(options.idle_seconds)
                    idle_mb = resident_mb(process.pid)
                process.terminate()
                process.wait(60)
    for name, figures in (("new data directory", empty), ("known data directory", known)):
        print(f"first 200, {name}: median {statistics.median(figures):.1f}, max {max(figures):.1f} ms")
    with tidegate({"platform": "aws"}, aws_env(free_port())) as (process, _):
        time.sleep(options.idle_seconds)
        print(f"resident when idle: sandbox {idle_mb:.1f}, platform aws {resident_mb(process.pid):.1f} MB")
    print(machine.line())


if __name__ == "__main__":
    main()
