"""``zhucan demo``: write the sample county."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from zhucan.cli_words import NO_OUTPUT, WRONG_COMMAND, day, give_up
from zhucan.demo import generate
from zhucan.demo.county import COUNTY, COUNTY_NAME


def demo(
    out: Annotated[Path, typer.Option("--out", help="写到哪个文件夹。", metavar="文件夹")],
    persons: Annotated[int, typer.Option("--persons", help="多少名持证残疾人。", metavar="人数")] = 3000,
    seed: Annotated[int, typer.Option("--seed", help="随机种子；相同的种子得到相同的文件。", metavar="数字")] = 1,
    as_of: Annotated[
        str | None, typer.Option("--as-of", help="按哪一天的情况，省略为 2026-11-01。", metavar="日期")
    ] = None,
) -> None:
    """生成一个虚构的县：各部门的名单，和它们的正确答案。

    人员、证号、账号全部虚构，乡镇和村的名称是真实的。
    """
    on = day(as_of or "2026-11-01", "--as-of")
    try:
        written = generate(out, persons=persons, seed=seed, as_of=on)
    except ValueError as error:
        give_up(f"{error}请改 --persons。", WRONG_COMMAND)
    except OSError as error:
        give_up(f"不能写到“{out}”：{error.strerror}。请换一个能写入的位置。", NO_OUTPUT)
    count = len(list(written.files.iterdir()))
    typer.echo(
        f"已生成虚构的{COUNTY_NAME}：持证残疾人 {written.persons:,} 人，{count} 份名单，{written.payments:,} 笔发放。"
    )
    typer.echo(f"名单      {written.files}")
    typer.echo(f"正确答案  {written.truth}")
    typer.echo(f"下一步    zhucan match {written.files} --division {COUNTY} --as-of {on} --out {out / 'result'}")
