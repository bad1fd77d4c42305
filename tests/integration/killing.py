"""Kills tidegate at random moments of a request and lets another process finish: what the kill tests share.

TIDEGATE_KILLS is how many kills each test makes, TIDEGATE_KILL_SEED replays a run.
"""

from __future__ import annotations

import dataclasses
import os
import random
import secrets
import threading
import time
from collections.abc import Callable
from typing import Any

import httpx

from tests.harness.tidegate import Tidegate
from tests.integration.service import Client, wait_until

KILLS = int(os.environ.get("TIDEGATE_KILLS", "6"))
SEED = int(os.environ.get("TIDEGATE_KILL_SEED", secrets.randbelow(10**9)))
ROUND_S = 30.0
"""The longest that one kill and what follows it may take; a test's time limit is made from it."""


@dataclasses.dataclass
class Attempt:
    """What the caller saw of its request."""

    status: int | None = None
    """None: the connection broke before an answer."""
    body: dict[str, Any] | None = None

    @property
    def operation_id(self) -> str | None:
        return self.body.get("operation_id") if self.body is not None else None


@dataclasses.dataclass
class Tally:
    """When the kills came, for the test's last line."""

    before: int = 0
    """Nothing was recorded yet."""
    during: int = 0
    after: int = 0
    """The operation was finished already."""

    def count(self, operation: dict[str, Any] | None, finished_at_kill: bool) -> None:
        if operation is None:
            self.before += 1
        elif finished_at_kill:
            self.after += 1
        else:
            self.during += 1


class Replicas:
    """One process, or two that share a table. The victim takes the request; `heal` brings it back."""

    def __init__(self, start: Callable[..., Tidegate], settings: dict[str, Any], count: int) -> None:
        self.all = [start(settings, folder=f"replica-{number}") for number in range(count)]
        self._turn = 0

    def next_victim(self) -> Tidegate:
        self._turn += 1
        return self.all[self._turn % len(self.all)]

    def survivor(self, victim: Tidegate) -> Client:
        """Who answers after the kill: the other replica, or the victim once it runs again."""
        if len(self.all) == 1:
            victim.restart()
            return Client(victim)
        return Client(next(replica for replica in self.all if replica is not victim))

    def heal(self, victim: Tidegate) -> None:
        if victim.process.exit_code() is not None:
            victim.restart()


def post_and_kill(victim: Tidegate, path: str, body: Any, headers: dict[str, str], after_s: float) -> Attempt:
    """Posts and kills -9 the process `after_s` later."""
    attempt = Attempt()
    started = threading.Event()

    def post() -> None:
        client = Client(victim)
        started.set()
        try:
            reply = client.post(path, body, headers=headers)
        except httpx.TransportError:
            return
        attempt.body, attempt.status = reply.json(), reply.status_code

    caller = threading.Thread(target=post)
    caller.start()
    started.wait()
    time.sleep(after_s)  # the moment that the lottery drew, nothing is waited for
    victim.kill()
    caller.join()
    return attempt


def repeat_until_answered(client: Client, path: str, body: Any, headers: dict[str, str]) -> httpx.Response:
    """The caller's repeat with its Idempotency-Key: 409 while the first request still runs."""
    last: list[httpx.Response] = []

    def is_answered() -> bool:
        last[:] = [client.post(path, body, headers=headers)]
        return last[0].status_code != 409

    wait_until(is_answered, ROUND_S, "an answer to the repeat")
    return last[0]


def usual_duration_s(act: Callable[[int], None], rounds: int = 5) -> float:
    """How long an undisturbed request takes here and now, for the lottery to draw moments from: the shortest of a few,
    for the first ones open connections and fill caches."""
    took = []
    for number in range(rounds):
        begun = time.monotonic()
        act(number)
        took.append(time.monotonic() - begun)
    return min(took)


def lottery(name: str) -> random.Random:
    """Draws that a printed seed replays."""
    print(f"{name}: TIDEGATE_KILLS={KILLS} TIDEGATE_KILL_SEED={SEED}")
    return random.Random(f"{name} {SEED}")
