"""What can be typed after `regulars`, and how little is imported for it."""

import subprocess
import sys

import pytest

from regulars import cli

# In a process of its own: this one has imported everything already.
LOADED = """
import sys
from regulars import command
try:
    command.main({words})
except SystemExit:
    pass
print(*(name for name in {heavy} if name in sys.modules))
"""
HEAVY = ["regulars.http.app", "regulars.main", "fastapi", "openpyxl", "regulars.cli.demo"]


def test_every_command_bears_its_name() -> None:
    subparsers = cli.parser(list(cli.COMMANDS))._subparsers
    assert subparsers is not None
    (actions,) = subparsers._group_actions
    assert actions.choices is not None
    assert list(actions.choices) == list(cli.COMMANDS)


def test_a_command_that_there_is_none_names_those_there_are(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit):
        cli.read(["sevre"])
    assert "sevre" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        cli.read(["--help"])
    told = capsys.readouterr().out
    assert all(command in told for command in cli.COMMANDS)


@pytest.mark.parametrize("words", [["staff", "--help"], ["verify", "--help"], ["serve", "--help"]])
def test_a_command_brings_nothing_that_it_does_not_need(words: list[str]) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", LOADED.format(words=words, heavy=HEAVY)],
        capture_output=True,
        check=True,
        text=True,
    )
    assert ran.stdout.splitlines()[-1] == ""
