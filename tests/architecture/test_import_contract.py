"""Layers point down, and the contract that says so can say no."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture import tree

PLANTED = [
    pytest.param(
        "domain/kernel/money.py",
        "import sqlalchemy",
        "The domain does no I/O",
        id="the domain reaches the database",
    ),
    pytest.param(
        "domain/kernel/money.py",
        "import time",
        "The domain does no I/O",
        id="the domain reads a clock",
    ),
    pytest.param(
        "domain/ledger/__init__.py",
        "import regulars.domain.orders",
        "Domain features point down",
        id="the ledger knows orders",
    ),
    pytest.param(
        "domain/members/__init__.py",
        "import regulars.domain.ledger",
        "Domain features point down",
        id="two siblings know each other",
    ),
    pytest.param(
        "storage/__init__.py",
        "import regulars.use_cases",
        "Layers point down",
        id="storage calls a use case",
    ),
    pytest.param(
        "use_cases/__init__.py",
        "import regulars.integrations",
        "Use cases call no outside party",
        id="a use case calls a provider",
    ),
]


def lint_imports(root: Path) -> subprocess.CompletedProcess[str]:
    """Check the contract on the package below this root."""
    return subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root / "src")},
        capture_output=True,
        text=True,
        check=False,
    )


def test_layers_point_down() -> None:
    done = lint_imports(tree.ROOT)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(("module", "planted", "contract"), PLANTED)
def test_a_wrong_import_breaks_the_contract(
    tmp_path: Path, module: str, planted: str, contract: str
) -> None:
    copy = tmp_path / "src" / "regulars"
    not_python = shutil.ignore_patterns("web", "__pycache__")
    shutil.copytree(tree.SOURCE, copy, ignore=not_python)
    shutil.copyfile(tree.ROOT / ".importlinter", tmp_path / ".importlinter")
    provider = copy / "integrations" / "__init__.py"
    provider.parent.mkdir(exist_ok=True)
    provider.touch()
    assert lint_imports(tmp_path).returncode == 0

    with (copy / module).open("a", encoding="utf-8") as source:
        source.write(f"\n{planted}\n")

    done = lint_imports(tmp_path)
    assert done.returncode == 1, done.stdout + done.stderr
    broken = [line for line in done.stdout.splitlines() if line.endswith("BROKEN")]
    assert any(line.startswith(contract) for line in broken), done.stdout
