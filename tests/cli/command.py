"""``zhucan …`` and ``zhucan policy …`` as typed, for the tests."""

from __future__ import annotations

from typer.testing import CliRunner

from zhucan.cli import app


def typed(*arguments: object) -> tuple[int, str, str]:
    """Exit code, standard output, standard error of ``zhucan …``."""
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit), repr(result.exception)
    return result.exit_code, result.stdout, result.stderr


def policy(*arguments: object) -> tuple[int, str, str]:
    """The same of ``zhucan policy …``."""
    return typed("policy", *arguments)
