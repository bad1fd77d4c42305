"""Fixtures of the integration tests: a tidegate whose outside is the emulator and DynamoDB Local."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.harness import parts
from tests.harness.emulator import Emulator
from tests.harness.tidegate import Tidegate
from tests.integration.least_privilege import held_to_its_policy
from tests.integration.service import SENDER, Client, aws_config, create_table, merged

Start = Callable[..., Tidegate]


@pytest.fixture
def over_aws(
    tidegate: Start, emulator: Emulator, dynamodb_local: str, tmp_path: Path
) -> Callable[..., Tidegate]:
    """Starts tidegate processes that share one table: `over_aws({"operations": {...}}, folder=...)`.

    The mapping is laid over the usual configuration. SES knows the sender. The emulator holds every call to the IAM
    policy that `tidegate iam-policy` prints for that configuration (state is outside it, in DynamoDB Local).
    """
    base = aws_config(emulator, dynamodb_local, f"tidegate-{uuid.uuid4().hex}")
    env = emulator.environment()
    create_table(parts.tidegate_binary(), base, env, tmp_path / "table")
    emulator.client("sesv2").create_email_identity(EmailIdentity=SENDER)

    def start(changes: dict[str, Any] | None = None, **options: Any) -> Tidegate:
        config = merged(base, changes or {})
        own_env = held_to_its_policy(emulator, config, {**env, **options.pop("env", {})}, tmp_path / "policy")
        return tidegate(config, env=own_env, **options)

    return start


@pytest.fixture
def ops(over_aws: Callable[..., Tidegate]) -> Client:
    """The principal `ops` of a tidegate in its usual configuration."""
    return Client(over_aws())
