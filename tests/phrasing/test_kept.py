"""What was once hard stays hard: new harmless phrases and new weights must not take it away or soften it."""

import json
from collections.abc import Iterator
from pathlib import Path

from bot.phrasing import Lexicon, danger

HERE = Path(__file__).parent
FOLDERS = (
    *(HERE / "own" / name for name in ("build", "check", "further", "voices", "apart")),
    HERE / "language_eval/dev",
)


def labelled() -> Iterator[tuple[str, str]]:
    """Names and texts of all sentences of danger."""
    for folder in FOLDERS:
        for line in (folder / "safety.jsonl").read_text("utf-8").splitlines():
            row = json.loads(line)
            if row["label"] != "none":
                yield row["id"], row["text"]


def is_hard(text: str, lexicon: Lexicon) -> bool:
    found = danger(text, lexicon)
    return found is not None and found.tier == "hard"


def test_danger_that_was_hard_is_hard_now(lexicon: Lexicon) -> None:
    texts = dict(labelled())
    hard = (HERE / "own" / "hard.txt").read_text("utf-8").split()
    assert len(hard) > 900
    assert [name for name in hard if not is_hard(texts[name], lexicon)] == []
