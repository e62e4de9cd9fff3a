"""The language evaluation, with floors a little under what the rules reach."""

import importlib.util
import json
from pathlib import Path
from typing import Any

import pytest

from bot.phrasing import Lexicon, predict

SETS = Path(__file__).parent / "language_eval"
FOLDERS = {
    "dev": SETS / "dev",
    "build": Path(__file__).parent / "own" / "build",
    "check": Path(__file__).parent / "own" / "check",
    "further": Path(__file__).parent / "own" / "further",
    "voices": Path(__file__).parent / "own" / "voices",
    "apart": Path(__file__).parent / "own" / "apart",  # neither read for the rules nor learned from
    "last": Path(__file__).parent / "own" / "last",  # the same, by another hand
    "once": Path(__file__).parent / "own" / "once",  # by twenty more, scored once before anything was learned from them
}


@pytest.fixture(scope="module")
def scorer() -> Any:
    spec = importlib.util.spec_from_file_location("language_eval_score", SETS / "score.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def scores(kind: str, folder: str, scorer: Any, lexicon: Lexicon) -> dict[str, Any]:
    gold = scorer.load(FOLDERS[folder] / f"{kind}.jsonl")
    lines = {key: json.loads(json.dumps(predict(kind, row, lexicon))) for key, row in gold.items()}
    return getattr(scorer, f"score_{kind}")(gold, lines, [])


@pytest.mark.parametrize(
    ("folder", "verdicts", "flags"),
    [("dev", 0.94, 0.93), ("build", 0.92, 0.88), ("check", 0.9, 0.86), ("further", 0.93, 0.93), ("once", 0.9, 0.9)],
)
def test_verdicts_and_flags_keep_their_level(
    folder: str, verdicts: float, flags: float, scorer: Any, lexicon: Lexicon
) -> None:
    result = scores("i_statements", folder, scorer, lexicon)
    assert result["verdict_macro_f1"] >= verdicts
    assert result["flag_macro_f1"] >= flags


@pytest.mark.parametrize(
    ("folder", "direct", "indirect"),
    [("dev", 0.96, 0.78), ("build", 0.97, 0.9), ("check", 0.97, 0.87), ("further", 0.97, 0.85), ("once", 0.97, 0.97)],
)
def test_danger_is_found_and_ordinary_messages_are_left_alone(
    folder: str, direct: float, indirect: float, scorer: Any, lexicon: Lexicon
) -> None:
    result = scores("safety", folder, scorer, lexicon)
    assert result["sensitivity_by_directness"]["direct"] >= direct
    assert result["sensitivity_by_directness"]["indirect"] >= indirect
    assert result["specificity"] >= 0.98


@pytest.mark.parametrize(("folder", "indirect"), [("apart", 0.9), ("last", 0.55)])
def test_danger_is_found_in_sentences_that_neither_rules_nor_weights_have_met(
    folder: str, indirect: float, scorer: Any, lexicon: Lexicon
) -> None:
    result = scores("safety", folder, scorer, lexicon)
    assert result["sensitivity_by_directness"]["direct"] >= 0.96
    assert result["sensitivity_by_directness"]["indirect"] >= indirect
    assert result["specificity"] >= 0.97


@pytest.mark.parametrize("folder", ["dev", "build", "check", "further", "once"])
def test_causes_are_matched(folder: str, scorer: Any, lexicon: Lexicon) -> None:
    assert scores("cause_matching", folder, scorer, lexicon)["macro_f1"] >= 0.87


@pytest.mark.parametrize(
    ("folder", "flagged"), [("dev", 0.92), ("build", 0.95), ("check", 0.95), ("further", 0.95), ("once", 0.9)]
)
def test_sentences_of_letters_are_flagged_and_kind_ones_are_not(
    folder: str, flagged: float, scorer: Any, lexicon: Lexicon
) -> None:
    result = scores("letters", folder, scorer, lexicon)
    assert result["flagged"]["f1"] >= flagged
    assert result["false_flag_rate"] <= 0.02


def test_another_kind_of_set_is_refused(lexicon: Lexicon) -> None:
    with pytest.raises(ValueError, match="poems"):
        predict("poems", {"id": "x", "text": "y"}, lexicon)
