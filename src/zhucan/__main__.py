"""``python -m zhucan`` is the command ``zhucan``."""

from zhucan.cli import app

app()
