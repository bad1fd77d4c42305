"""Fixtures of all Python tests: the real parts, the emulator, and tidegate itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest

from tests.emulator.signature import TEST_ACCESS_KEY, TEST_SECRET_KEY
from tests.harness import parts
from tests.harness.emulator import Emulator
from tests.harness.process import Process, answers, free_port
from tests.harness.tidegate import Tidegate


@pytest.fixture(name="free_port")
def free_port_fixture() -> int:
    return free_port()


@pytest.fixture(scope="session")
def dynamodb_local(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a DynamoDB Local in memory. Keys must be letters and digits; any secret does."""
    lib = parts.part("dynamodb-local") / "lib"
    port = free_port()
    argv = [
        "java",
        f"-Djava.library.path={lib}",
        "-cp",
        f"{lib}/*",
        "com.amazonaws.services.dynamodbv2.local.main.ServerRunner",
        "-inMemory",
        "-sharedDb",
        "-disableTelemetry",
        "-port",
        str(port),
    ]
    with Process(argv, tmp_path_factory.mktemp("dynamodb") / "dynamodb.log") as process:
        process.wait_until(lambda: answers(port), 60)
        yield f"http://127.0.0.1:{port}"


@pytest.fixture
def dynamodb(dynamodb_local: str) -> Any:
    """A boto3 client of DynamoDB Local."""
    return boto3.client(
        "dynamodb",
        region_name="us-east-1",
        endpoint_url=dynamodb_local,
        aws_access_key_id=TEST_ACCESS_KEY,
        aws_secret_access_key=TEST_SECRET_KEY,
    )


@pytest.fixture(scope="session")
def emulator_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    arguments: list[str | Path] = []
    prices = parts.DATA / "aws" / "instance-types-us-east-1.json"
    if prices.exists():
        arguments += ["--prices", prices]
    emulator = Emulator(tmp_path_factory.mktemp("emulator") / "emulator.log", *arguments)
    yield emulator
    emulator.stop()


@pytest.fixture
def emulator(emulator_process: Emulator) -> Iterator[Emulator]:
    """The AWS emulator, empty. A violation that the test doesn't take (take_violations) fails it."""
    emulator_process.reset()
    yield emulator_process
    violations = emulator_process.violations()
    assert not violations, f"AWS would have refused or the emulator erred: {violations}"


@pytest.fixture
def tidegate(tmp_path: Path) -> Iterator[Callable[..., Tidegate]]:
    """Starts tidegate processes: `tidegate(config, env=..., folder=...)`. All are ended after the test, by their ids."""
    binary = parts.tidegate_binary()
    running: list[Tidegate] = []

    def start(config: dict[str, Any] | None = None, *, folder: str | None = None, **options: Any) -> Tidegate:
        name = folder or f"tidegate-{len(running)}"
        running.append(Tidegate(binary, tmp_path / name, config, **options))
        return running[-1]

    yield start
    for process in running:
        process.close()
