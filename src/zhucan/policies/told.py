"""What somebody lets be sent along with a remark: the verdict on one policy, and the answers it rests on, in words."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Told:
    """``verdict`` is the value of ``rules.determine.Verdict``, ``why`` what was told to whoever fails a condition;
    ``answers`` are pairs of question and answer. ``fingerprint`` names the text of the policy that was applied.
    """

    verdict: str
    amount_fen: int | None
    why: str
    answers: tuple[tuple[str, str], ...]
    as_of: date
    fingerprint: str

    def written(self) -> str:
        """As one text, to be sealed."""
        return json.dumps(asdict(self) | {"as_of": self.as_of.isoformat()}, ensure_ascii=False)


def read_told(text: str) -> Told | None:
    """What ``written`` wrote; None for an empty text."""
    if not text:
        return None
    kept = json.loads(text)
    return Told(
        kept["verdict"], kept["amount_fen"], kept["why"], tuple((asked, said) for asked, said in kept["answers"]),
        date.fromisoformat(kept["as_of"]), kept["fingerprint"],
    )  # fmt: skip
