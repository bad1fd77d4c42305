"""scripts/check-includes catches an arrow that points the wrong way, and lets the right ones pass."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.harness.parts import ROOT


def check(root: Path) -> tuple[int, list[str]]:
    done = subprocess.run(
        [sys.executable, ROOT / "scripts" / "check-includes", "--root", root],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == ""
    return done.returncode, done.stdout.splitlines()


def write(root: Path, name: str, *includes: str) -> None:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("// a file\n" + "".join(f"#include {include}\n" for include in includes))


@pytest.mark.parametrize(
    ("name", "include"),
    [
        ("services/scaling/plan.h", '"server/app.h"'),
        ("services/scaling/plan.cpp", '"routes/router.h"'),
        ("services/state/store.h", '"aws/dynamodb_store.h"'),
        ("services/state/store.h", '"sandbox/sqlite_store.h"'),
        ("services/state/store.h", "<aws/dynamodb_store.h>"),
        ("services/async/task.h", "<cpprest/json.h>"),
        ("services/async/task.h", "<pplx/pplx.h>"),
        ("services/http/transport.cpp", "<curl/curl.h>"),
        ("services/state/store.cpp", "<sqlite3.h>"),
        ("services/state/store.cpp", "<SQLiteCpp/Database.h>"),
        ("services/scaling/plan.cpp", '"../../aws/signing/signer.h"'),
        ("routes/scale.cpp", '"aws/client/eks.h"'),
        ("routes/scale.cpp", '"sandbox/account.h"'),
        ("routes/scale.cpp", '"server/config.h"'),
        ("aws/client/eks.cpp", '"sandbox/account.h"'),
        ("aws/client/eks.cpp", '"routes/router.h"'),
        ("aws/client/eks.cpp", '"server/config.h"'),
        ("sandbox/account.cpp", '"aws/client/eks.h"'),
        ("sandbox/account.cpp", '"routes/router.h"'),
    ],
)
def test_wrong_arrow_is_caught_with_its_line(tmp_path: Path, name: str, include: str) -> None:
    write(tmp_path, name, "<vector>", include)

    code, lines = check(tmp_path)

    assert code == 1
    assert [line.split(": ")[0] for line in lines] == [f"{name}:3"]


def test_right_arrows_pass(tmp_path: Path) -> None:
    write(
        tmp_path,
        "services/async/task.h",
        "<pplx/pplxtasks.h>",
        '"services/error.h"',
        "<nlohmann/json_fwd.hpp>",
    )
    write(
        tmp_path, "routes/scale.cpp", '"services/scaling/plan.h"', '"routes/router.h"', "<cpprest/http_msg.h>"
    )
    write(tmp_path, "aws/http/curl.cpp", '"services/http/transport.h"', '"aws/http/pool.h"', "<curl/curl.h>")
    write(tmp_path, "sandbox/store.cpp", '"services/state/store.h"', "<SQLiteCpp/Database.h>")
    write(tmp_path, "server/app.cpp", '"aws/a.h"', '"sandbox/b.h"', '"routes/c.h"', '"services/d.h"')
    write(tmp_path, "services/scaling/notes.md", '"aws/a.h"')

    assert check(tmp_path) == (0, [])


def test_comment_is_no_include(tmp_path: Path) -> None:
    (tmp_path / "services").mkdir()
    (tmp_path / "services" / "a.h").write_text('// #include "aws/a.h"\n')

    assert check(tmp_path) == (0, [])


def test_this_repository_passes() -> None:
    assert check(ROOT) == (0, [])
