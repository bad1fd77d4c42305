"""python -m tests.emulator: starts the emulator and says on which port."""

from __future__ import annotations

import argparse
import asyncio
import datetime
import gc
import json
import os
import signal
from pathlib import Path

# moto's own names for what it may reach: nothing outside.
os.environ.setdefault("AWS_ACCESS_KEY_ID", "unused")
os.environ.setdefault("AWS_SECRET_ACCESS_KEY", "unused")

from .app import Emulator
from .control import PREFIX, Control
from .http_server import Reply, Request, listen


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tests.emulator", description="AWS to test against; see README.md"
    )
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one; the ready line says which")
    parser.add_argument("--state", type=Path, help="JSON: EKS clusters and node groups to begin with")
    parser.add_argument(
        "--spot-prices", type=Path, nargs="*", default=[], help="recorded DescribeSpotPriceHistory answers"
    )
    parser.add_argument(
        "--spot-prices-now", action="store_true", help="move each file in time: its newest row is now"
    )
    parser.add_argument("--prices", type=Path, help="on-demand prices by instance type, for GetProducts")
    parser.add_argument(
        "--latency-ms", type=float, default=0.0, help="each AWS call takes at least this long"
    )
    parser.add_argument(
        "--eks-update-ms", type=float, default=0.0, help="how long an update stays InProgress"
    )
    parser.add_argument("--no-signatures", action="store_true", help="take any signature")
    parser.add_argument(
        "--check-every", type=int, default=1, help="check one call in N against the models (load runs)"
    )
    parser.add_argument("--seed", type=int, default=0, help="for faults with a probability")
    return parser.parse_args()


async def serve(args: argparse.Namespace) -> None:
    emulator = Emulator(args.seed)
    emulator.settings.verify_signatures = not args.no_signatures
    emulator.settings.check_every = args.check_every
    emulator.settings.latency_ms = args.latency_ms
    emulator.eks.update_ms = args.eks_update_ms
    if args.state is not None:
        spec = json.loads(args.state.read_text())
        for part in spec if isinstance(spec, list) else [spec]:
            emulator.eks.seed(part)
    newest = datetime.datetime.now(datetime.UTC) if args.spot_prices_now else None
    for path in args.spot_prices:
        emulator.spot_prices.load(path, newest)
    if args.prices is not None:
        emulator.pricing.load(args.prices)
    control = Control(emulator)

    async def handle(request: Request) -> Reply:
        try:
            if request.path.startswith(PREFIX):
                return await control.answer(request)
            return await emulator.answer_receiver(request) or await emulator.answer_aws(request)
        except Exception as error:  # a bug of the emulator's must answer and be seen, not hang its client
            emulator.violations.append(
                {
                    "kind": "emulator",
                    "detail": f"{type(error).__name__}: {error}",
                    "service": "",
                    "operation": request.path,
                }
            )
            return Reply(
                500, {"Content-Type": "text/plain"}, f"emulator: {type(error).__name__}: {error}".encode()
            )

    # What is loaded stays: the collector need not walk it again in the middle of a load run.
    gc.collect()
    gc.freeze()
    server, port = await listen(handle, args.host, args.port)
    print(f"emulator ready on http://{args.host}:{port}", flush=True)
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await stop.wait()
    server.close()


def main() -> None:
    try:
        import uvloop
    except ImportError:
        asyncio.run(serve(arguments()))
    else:
        uvloop.run(serve(arguments()))


if __name__ == "__main__":
    main()
