"""A table of a TOML file with typed, checked reading; every mistake is told in Chinese with file, key and remedy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path


class FeedError(ValueError):
    """A feed file says what no feed can say; the text names file, key, what is wrong and what to write instead."""

    def __init__(self, path: Path, key: str, message: str, remedy: str) -> None:
        """Keep the parts; the text joins them."""
        where = f"{path.name} 的 {key}" if key else path.name
        super().__init__(f"{where}：{message}。{remedy}")
        self.path = path
        self.key = key
        self.message = message
        self.remedy = remedy


class TomlTable:
    """Reads the keys of one table and remembers which were asked for, so that a misspelt key is not passed over."""

    def __init__(self, path: Path, prefix: str, content: Mapping[str, object]) -> None:
        """``prefix`` is the place of the table in the file, for messages."""
        self._path = path
        self._prefix = prefix
        self._content = content
        self._asked: set[str] = set()

    def error(self, key: str, message: str, remedy: str) -> FeedError:
        """A mistake at ``key`` of this table."""
        return FeedError(self._path, f"{self._prefix}{key}", message, remedy)

    def nothing_else(self) -> None:
        """Refuse keys that nobody asked for."""
        unknown = sorted(set(self._content) - self._asked)
        if unknown:
            raise self.error(unknown[0], "没有这个键", f"可用的键：{'、'.join(sorted(self._asked))}")

    def text(self, key: str) -> str:
        """A text that must be there."""
        found = self.optional_text(key)
        if not found:
            raise self.error(key, "缺少这一项", f"请写 {key} = “…”")
        return found

    def optional_text(self, key: str) -> str | None:
        """A text, or None where the key is left out."""
        found = self._get(key)
        if found is not None and not isinstance(found, str):
            raise self.error(key, "应是文字", f"请写 {key} = “…”")
        return found

    def choice(self, key: str, among: Sequence[str]) -> str:
        """One of the given words."""
        found = self.text(key)
        if found not in among:
            raise self.error(key, f"“{found}”不在可选的内容里", f"请写其中之一：{'、'.join(among)}")
        return found

    def flag(self, key: str) -> bool:
        """A truth value; left out: false."""
        found = self._get(key)
        if found is not None and not isinstance(found, bool):
            raise self.error(key, "应是 true 或 false", f"请写 {key} = true 或去掉这一项")
        return bool(found)

    def plain(self, key: str) -> bool | int | str | None:
        """A truth value, a whole number or a text; None where the key is left out."""
        found = self._get(key)
        if found is None or isinstance(found, bool | int | str):
            return found
        raise self.error(key, "应是 true、false、整数或文字", "小数请改为整数(金额以分为单位)")

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts; left out: empty."""
        return self._texts_of(key, self._get(key))

    def groups(self, key: str) -> tuple[tuple[str, ...], ...]:
        """A list of lists of texts; left out: empty."""
        found = self._get(key)
        if found is None:
            return ()
        if not isinstance(found, list):
            raise self.error(key, "应是列表的列表", f"请写 {key} = [[“…”, “…”]]")
        return tuple(self._texts_of(key, each) for each in found)

    def words(self, key: str) -> dict[str, str]:
        """A table from text to text; left out: empty."""
        found = self._mapping(key)
        for name, value in found.items():
            if not isinstance(value, str):
                raise self.error(f"{key}.{name}", "应是文字", f"请写 {name} = “…”")
        return {name: value for name, value in found.items() if isinstance(value, str)}

    def word_lists(self, key: str) -> dict[str, tuple[str, ...]]:
        """A table from text to a list of texts; left out: empty."""
        return {name: self._texts_of(f"{key}.{name}", value) for name, value in self._mapping(key).items()}

    def tables(self, key: str) -> list[TomlTable]:
        """The tables written as ``[[key]]``; left out: none."""
        found = self._get(key)
        if found is None:
            return []
        if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
            raise self.error(key, "应写成一节或多节", f"请用 [[{key}]] 开头")
        return [TomlTable(self._path, f"{self._prefix}{key}[{n}].", each) for n, each in enumerate(found, 1)]

    def _get(self, key: str) -> object:
        self._asked.add(key)
        return self._content.get(key)

    def _mapping(self, key: str) -> Mapping[str, object]:
        found = self._get(key)
        if found is None:
            return {}
        if not isinstance(found, dict):
            raise self.error(key, "应是 { 名称 = 内容 }", f"请写 {key} = {{ … = … }}")
        return found

    def _texts_of(self, key: str, found: object) -> tuple[str, ...]:
        if found is None:
            return ()
        if not isinstance(found, list) or not all(isinstance(each, str) for each in found):
            raise self.error(key, "应是文字的列表", f"请写 {key} = [“…”, “…”]")
        return tuple(found)
