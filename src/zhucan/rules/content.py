"""Where content lies: what is shipped with the library, and what an office adds beside it."""

from __future__ import annotations

from pathlib import Path


def shipped_content() -> Path:
    """The folder of the content shipped with this version: inside the wheel, or the repository's own ``content/``.

    Raises FileNotFoundError when the installation is incomplete.
    """
    package = Path(__file__).resolve().parent.parent
    for folder in (package / "_content", package.parent.parent / "content"):
        if (folder / "vocabulary").is_dir():
            return folder
    raise FileNotFoundError("找不到随程序发布的 content 目录。请重新安装 zhucan。")
