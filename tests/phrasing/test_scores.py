"""The dev sets of the language evaluation, with floors a little under what the rules reach."""

import importlib.util
import json
from pathlib import Path
from typing import Any

import pytest

from bot.phrasing import Lexicon, predict

SETS = Path(__file__).parent / "language_eval"


@pytest.fixture(scope="module")
def scorer() -> Any:
    spec = importlib.util.spec_from_file_location("language_eval_score", SETS / "score.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def scores(kind: str, scorer: Any, lexicon: Lexicon) -> dict[str, Any]:
    gold = scorer.load(SETS / "dev" / f"{kind}.jsonl")
    lines = {key: json.loads(json.dumps(predict(kind, row, lexicon))) for key, row in gold.items()}
    return getattr(scorer, f"score_{kind}")(gold, lines, [])


def test_verdicts_and_flags_of_i_statements_keep_their_level(scorer: Any, lexicon: Lexicon) -> None:
    result = scores("i_statements", scorer, lexicon)
    assert result["verdict_macro_f1"] >= 0.92
    assert result["flag_macro_f1"] >= 0.90
