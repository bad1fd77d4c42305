"""Hello on tidegate's transport against hello on cpprestsdk's own: requests a second and p99. [--seconds N] [--rounds N]"""

from __future__ import annotations

import argparse

from measuring import BIN, Machine, errors, free_port, median, server, wrk


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=8, help="of one wrk run")
    parser.add_argument("--rounds", type=int, default=3, help="of both servers in turn")
    options = parser.parse_args()
    machine = Machine()
    names = ("bench_hello", "bench_hello_cpprest")
    for connections in (64, 1000):
        runs: dict[str, list[dict[str, float]]] = {name: [] for name in names}
        for _ in range(options.rounds):
            for name in names:
                port = free_port()
                with server(BIN / name, str(port), port=port):
                    runs[name].append(wrk(f"http://127.0.0.1:{port}/", connections, options.seconds))
        ours, theirs = (runs[name] for name in names)
        rate = [median(side, "requests_per_second") for side in (ours, theirs)]
        p99 = [median(side, "p99_ms") for side in (ours, theirs)]
        print(
            f"{connections} connections: {rate[0]:.0f} against {rate[1]:.0f} requests/s, {rate[0] / rate[1]:.2f}x; "
            f"p99 {p99[0]:.1f} against {p99[1]:.1f} ms, {p99[0] / p99[1]:.2f}x; "
            f"errors {errors(ours)} and {errors(theirs)}"
        )
    print(machine.line())


if __name__ == "__main__":
    main()
