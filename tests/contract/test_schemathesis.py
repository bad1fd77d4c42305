"""Schemathesis against the running service: whatever is asked, no server error and no answer outside the contract."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.harness.tidegate import Tidegate
from tests.integration.service import KEYS, auth_keys

EXAMPLES = os.environ.get("TIDEGATE_SCHEMATHESIS_EXAMPLES", "25")
SEED = os.environ.get("TIDEGATE_SCHEMATHESIS_SEED", "2026")
TIME_S = 300
CONFIG = Path(__file__).with_name("schemathesis.toml")


@pytest.mark.slow
@pytest.mark.timeout(TIME_S + 60)
def test_no_request_gets_an_answer_outside_the_contract(tidegate: Callable[..., Tidegate], tmp_path: Path) -> None:
    service = tidegate({"auth": {"keys": auth_keys()}, "rate_limit": {"per_key": {"rate": 0}, "global": {"rate": 0}}})
    argv = [
        Path(sys.executable).with_name("schemathesis"),
        "--config-file",
        CONFIG,
        "run",
        f"{service.url}/openapi.json",
        "--header",
        f"Authorization: Bearer {KEYS['ops']}",
        # The same key in both headers: two different ones are refused, and it would make one up.
        "--header",
        f"X-API-Key: {KEYS['ops']}",
        "--checks=all",
        "--phases=examples,coverage,fuzzing,stateful",
        f"--max-examples={EXAMPLES}",
        f"--seed={SEED}",
        "--continue-on-failure",
        "--request-timeout=20",
        "--warnings=off",
        "--no-color",
        "--suppress-health-check=all",
    ]

    done = subprocess.run(argv, cwd=tmp_path, capture_output=True, text=True, timeout=TIME_S)

    assert done.returncode == 0, (done.stdout + done.stderr)[-20_000:]
    assert service.process.exit_code() is None
    assert service.is_ready()
