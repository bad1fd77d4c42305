"""Where the real parts lie, and what happens to a test whose part is absent."""

from __future__ import annotations

import os
from pathlib import Path
from typing import NoReturn

import pytest

ROOT = Path(__file__).resolve().parents[2]
PARTS = Path(os.environ.get("TIDEGATE_PARTS", ROOT / "build" / "parts"))
DATA = Path(os.environ.get("TIDEGATE_TEST_DATA", ROOT.parent / "shared" / "data"))
TIDEGATE = Path(os.environ.get("TIDEGATE_BIN", ROOT / "build" / "release" / "bin" / "tidegate"))


def absent(what: str, how: str) -> NoReturn:
    """Skips the test and says how to get the part; in CI it fails, for there nothing may be left out."""
    message = f"{what} is absent: {how}"
    if os.environ.get("CI") == "true":
        pytest.fail(message, pytrace=False)
    pytest.skip(message)


def part(name: str) -> Path:
    """The folder of an installed part (scripts/part NAME)."""
    folder = PARTS / name
    if not (folder / ".recipe").exists():
        absent(name, f"run scripts/part {name}")
    return folder


def data(*names: str) -> Path:
    """A recorded data set. Tests that need one that isn't there skip, in CI too: it is no part of this repository."""
    path = DATA.joinpath(*names)
    if not path.exists():
        pytest.skip(f"data set {'/'.join(names)} is absent: set TIDEGATE_TEST_DATA to where it lies")
    return path


def tidegate_binary() -> Path:
    if not TIDEGATE.exists():
        absent("tidegate", "build it (cmake --build --preset release) or set TIDEGATE_BIN")
    return TIDEGATE
