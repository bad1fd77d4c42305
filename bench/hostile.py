"""Hostile clients (slow, half-closed, endless bodies and heads): memory, and what a well-behaved client feels. Arguments go to bench/hostile/hostile.py."""

from __future__ import annotations

import subprocess
import sys

from measuring import ROOT, Machine, tidegate


def main() -> None:
    machine = Machine()
    with tidegate({"log": {"level": "warning"}}) as (process, port):
        argv = [sys.executable, ROOT / "bench" / "hostile" / "hostile.py", f"127.0.0.1:{port}", str(process.pid)]
        code = subprocess.run([*argv, "--path", "/livez", *sys.argv[1:]], check=False).returncode
    print(machine.line())
    sys.exit(code)


if __name__ == "__main__":
    main()
