"""1,000 POST /scale at the same moment over an AWS that takes 200 ms a call: p99 against the latency-bound time. [--requests N] [--latency-ms N] [--rounds N]"""

from __future__ import annotations

import argparse
import json
import subprocess

from measuring import BIN, KEY, Machine, aws_env, cpu_ms, free_port, server, tidegate

SEQUENTIAL_CALLS = 2  # DescribeNodegroup, then UpdateNodegroupConfig; the forecast and the price run beside them
BODY = {
    "action": "scale_up",
    "cluster": "cluster-{n}",
    "nodegroups": [{"name": "web", "desired_size": 5, "min_size": 1, "max_size": 10}],
}


def burst(port: int, count: int) -> dict[str, object]:
    argv = [str(BIN / "bench_burst"), str(port), str(count), "/scale", json.dumps(BODY), f"Authorization: Bearer {KEY}"]
    done = subprocess.run(argv, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=1000)
    parser.add_argument("--latency-ms", type=int, default=200, help="of each upstream call")
    parser.add_argument("--rounds", type=int, default=5, help="the first one is cold: no connection is open, no price known, no forecaster known to be absent")
    parser.add_argument("--log-level", default="info", help="of tidegate")
    options = parser.parse_args()
    machine = Machine()
    bound_ms = SEQUENTIAL_CALLS * options.latency_ms
    upstream_port = free_port()
    config = {"platform": "aws", "log": {"level": options.log_level}}
    env = aws_env(upstream_port)
    upstream = (BIN / "bench_eks_upstream", str(upstream_port), str(options.latency_ms))
    failed = False
    with server(*upstream, port=upstream_port, path="/clusters/c/node-groups/g"), tidegate(config, env) as (process, port):
        print(f"{options.requests} requests at once, {SEQUENTIAL_CALLS} upstream calls of {options.latency_ms} ms after one another")
        for number in range(options.rounds):
            cpu_before = cpu_ms(process)
            figures = burst(port, options.requests)
            cpu = cpu_ms(process) - cpu_before
            refused = {k: v for k, v in figures["statuses"].items() if k != "200"}
            name = "cold" if number == 0 else f"round {number}"
            print(
                f"{name}: p50 {figures['p50_ms']:.0f}, p99 {figures['p99_ms']:.0f}, max {figures['max_ms']:.0f} ms; "
                f"p99 is {figures['p99_ms'] / bound_ms:.2f}x the latency-bound {bound_ms} ms; errors {refused or 0}; "
                f"{cpu:.0f} ms of processor time"
            )
            failed = failed or bool(refused)
    print(machine.line())
    raise SystemExit(1 if failed else 0)


if __name__ == "__main__":
    main()
