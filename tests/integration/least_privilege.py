"""tidegate under the IAM policy that it writes for itself: nothing that a test makes it do may need more."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from tests.emulator.signature import DEFAULT_ACCOUNT, SERVICE_ACCESS_KEY
from tests.harness import parts
from tests.harness.emulator import Emulator


def printed_policy(config: Mapping[str, Any], folder: Path, *arguments: str) -> dict[str, Any]:
    """What `tidegate iam-policy` prints for a configuration."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "policy.yaml"
    file.write_text(yaml.safe_dump(dict(config), sort_keys=False))
    argv = [parts.tidegate_binary(), "iam-policy", "--config", file, *arguments]
    done = subprocess.run(argv, env={"PATH": "/usr/bin:/bin"}, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr
    return dict(json.loads(done.stdout))


def held_to_its_policy(
    emulator: Emulator, config: Mapping[str, Any], env: Mapping[str, str], folder: Path
) -> dict[str, str]:
    """Gives the service's key, and the role of each account that is configured, what tidegate says it needs. Returns
    the environment to start it in."""
    emulator.allow(SERVICE_ACCESS_KEY, printed_policy(config, folder, "--account", DEFAULT_ACCOUNT))
    for account in config.get("accounts", []):
        emulator.allow(account["id"], printed_policy(config, folder, "--account", account["id"]))
    return {**env, "AWS_ACCESS_KEY_ID": SERVICE_ACCESS_KEY}
