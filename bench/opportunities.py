"""GET /spot/opportunities (key, contract, 20 rows, warm) against a bare hello on cpprestsdk's own transport. [--seconds N] [--rounds N] [--log-level L]"""

from __future__ import annotations

import argparse
import json

from measuring import BIN, KEY, Machine, errors, free_port, get, median, server, tidegate, wrk

PATH = "/spot/opportunities?region=us-east-1&limit=20"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=8, help="of one wrk run")
    parser.add_argument("--rounds", type=int, default=3, help="of both servers in turn")
    parser.add_argument("--log-level", default="info", help="of tidegate; info writes a line a request")
    options = parser.parse_args()
    machine = Machine()
    key = f"Authorization: Bearer {KEY}"
    for connections in (64, 1000):
        ours, theirs = [], []
        for _ in range(options.rounds):
            with tidegate({"log": {"level": options.log_level}}) as (_, port):
                status, body = get(port, PATH, f"{key}\r\n")
                rows = len(json.loads(body)["opportunities"]) if status == 200 else 0
                if rows != 20:
                    raise SystemExit(f"{PATH} answered {status} with {rows} rows")
                ours.append(wrk(f"http://127.0.0.1:{port}{PATH}", connections, options.seconds, (key,)))
            port = free_port()
            with server(BIN / "bench_hello_cpprest", str(port), port=port):
                theirs.append(wrk(f"http://127.0.0.1:{port}/", connections, options.seconds))
        rate = [median(side, "requests_per_second") for side in (ours, theirs)]
        p99 = [median(side, "p99_ms") for side in (ours, theirs)]
        print(
            f"{connections} connections, {len(body)} bytes against hello: {rate[0]:.0f} against {rate[1]:.0f} "
            f"requests/s, {rate[0] / rate[1]:.2f}x; p99 {p99[0]:.1f} against {p99[1]:.1f} ms, "
            f"{p99[0] / p99[1]:.2f}x; errors {errors(ours)} and {errors(theirs)}"
        )
    print(machine.line())


if __name__ == "__main__":
    main()
