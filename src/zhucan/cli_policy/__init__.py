"""``zhucan policy``: for whoever writes a policy: check, test, show, explain, diff, simulate.

Exit codes: 0 done; 1 ``check`` or ``test`` found something; 2 the command is written wrongly; 3 a file of people cannot
be used; 5 content has mistakes.
"""

from __future__ import annotations

import typer

from zhucan.cli_policy.checking import check, run_examples
from zhucan.cli_policy.comparing import diff
from zhucan.cli_policy.explaining import explain
from zhucan.cli_policy.showing import show
from zhucan.cli_policy.simulating import simulate
from zhucan.cli_words import ChineseCommand, ChineseGroup

app = typer.Typer(
    name="policy",
    cls=ChineseGroup,
    rich_markup_mode=None,
    no_args_is_help=True,
    help="写政策的人用：检查、试例子、展开、说明一个人的结论、比较两版、估算改动的影响。",
    epilog="退出码：0 完成；1 check 或 test 发现问题；2 命令写错；3 人员文件不能用；5 内容有错。",
)
app.command(cls=ChineseCommand)(check)
app.command("test", cls=ChineseCommand)(run_examples)
app.command(cls=ChineseCommand)(show)
app.command(cls=ChineseCommand)(explain)
app.command(cls=ChineseCommand)(diff)
app.command(cls=ChineseCommand)(simulate)
