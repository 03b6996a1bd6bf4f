"""The command line: ``zhucan match``, ``demo``, ``policy …``, ``setup``, ``serve`` …; the parts lie in ``cli_…``.

Exit codes: 0 done; 1 ``policy check``, ``policy test``, ``audit verify`` or a drill found something; 2 the command is
written wrongly (a folder that is not there, an unknown division, a bad date); 3 no file could be used; 4 the output
cannot be written; 5 content (vocabulary, policies, feeds) has mistakes; 6 the application is not set up, or its
database or keys cannot be opened; 130 broken off.

Problems go to standard error, in Chinese, with what to do next.
"""

from __future__ import annotations

from typing import Annotated

import typer

from zhucan import __version__
from zhucan.cli_demo import demo
from zhucan.cli_match import match
from zhucan.cli_office import add_commands
from zhucan.cli_policy import app as policy_app
from zhucan.cli_words import EXIT_CODES, ChineseCommand, ChineseGroup

app = typer.Typer(
    name="zhucan",
    cls=ChineseGroup,
    add_completion=False,
    pretty_exceptions_enable=False,  # they print local variables, and those hold names and numbers
    rich_markup_mode=None,
    no_args_is_help=True,
    help="助残：让每位残疾人得到应得的，不漏一人，也不重复、不错发。",
    epilog=EXIT_CODES,
)
app.command(cls=ChineseCommand)(match)
app.command(cls=ChineseCommand)(demo)
app.add_typer(policy_app)
add_commands(app)


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"zhucan {__version__}")
        raise typer.Exit


@app.callback()
def _common(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="显示版本。")
    ] = False,
) -> None:
    """Options before the command."""


if __name__ == "__main__":
    app()
