"""The harness itself: that the parts start, answer and stop."""

from __future__ import annotations

import signal
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.harness import parts
from tests.harness.emulator import Emulator
from tests.harness.process import Process


def test_dynamodb_local_keeps_a_conditional_write(dynamodb: Any) -> None:
    dynamodb.create_table(
        TableName="harness",
        KeySchema=[{"AttributeName": "key", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "key", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    put = {
        "TableName": "harness",
        "Item": {"key": {"S": "a"}},
        "ConditionExpression": "attribute_not_exists(#k)",
    }
    dynamodb.put_item(**put, ExpressionAttributeNames={"#k": "key"})

    with pytest.raises(dynamodb.exceptions.ConditionalCheckFailedException):
        dynamodb.put_item(**put, ExpressionAttributeNames={"#k": "key"})


def test_emulator_comes_up_empty(emulator: Emulator) -> None:
    assert emulator.client("eks").list_clusters()["clusters"] == []


def test_a_process_that_ends_early_shows_its_last_words(tmp_path: Path) -> None:
    process = Process(
        [sys.executable, "-c", "print('no configuration'); raise SystemExit(3)"], tmp_path / "log"
    )

    with pytest.raises(RuntimeError, match="ended with 3(?s:.*)no configuration"):
        process.wait_until(lambda: False)


def test_a_process_that_ignores_sigterm_is_killed(tmp_path: Path) -> None:
    script = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(60)"
    process = Process([sys.executable, "-c", script], tmp_path / "log")
    process.wait_until(lambda: "deaf" in process.output())

    assert process.stop(timeout_s=0.2) == -signal.SIGKILL


def test_an_absent_part_skips_by_name_and_fails_in_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "false")
    with pytest.raises(pytest.skip.Exception, match="run scripts/part no-such-part"):
        parts.part("no-such-part")

    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="run scripts/part no-such-part"):
        parts.part("no-such-part")
