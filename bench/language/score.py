"""Print the scores on the evaluation sets and the milliseconds per sentence.

python bench/language/score.py [SETS] [--errors N] [--only KIND]
"""

import argparse
import importlib.util
import json
import sys
from pathlib import Path
from time import perf_counter
from types import ModuleType
from typing import Any

from ruamel.yaml import YAML

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from bot.content.data import read_opinions  # noqa: E402
from bot.phrasing import Lexicon, join, predict  # noqa: E402

SETS = ROOT / "tests" / "phrasing" / "language_eval"
KINDS = ("i_statements", "safety", "cause_matching", "letters")


def load_scorer() -> ModuleType:
    spec = importlib.util.spec_from_file_location("language_eval_score", SETS / "score.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def load_lexicon(*, opinion: bool = True) -> Lexicon:
    folder = ROOT / "dialogs" / "phrasing" / "en"
    data = join(YAML(typ="safe").load(path.read_text("utf-8")) for path in sorted(folder.glob("*.yaml")))
    return Lexicon.from_data(data, read_opinions(folder) if opinion else None)


def score(kind: str, folder: Path, lexicon: Lexicon, scorer: ModuleType) -> tuple[dict[str, Any], list[Any], float]:
    """Scores, wrong items and milliseconds per sentence of one set."""
    gold = scorer.load(folder / f"{kind}.jsonl")
    began = perf_counter()
    lines = {key: predict(kind, row, lexicon) for key, row in gold.items()}
    spent = perf_counter() - began
    count = sum(len(row.get("sentences", [0])) for row in gold.values())
    errors: list[Any] = []
    scores = getattr(scorer, f"score_{kind}")(gold, lines, errors)
    return scores, errors, 1000 * spent / count


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", nargs="?", default=str(SETS / "dev"))
    parser.add_argument("--errors", type=int, default=0)
    parser.add_argument("--only", choices=KINDS)
    args = parser.parse_args()
    lexicon, scorer = load_lexicon(), load_scorer()
    for kind in KINDS:
        if (args.only and args.only != kind) or not (Path(args.folder) / f"{kind}.jsonl").exists():
            continue
        scores, errors, spent = score(kind, Path(args.folder), lexicon, scorer)
        print(f"== {kind}  ({spent:.2f} ms a sentence)")
        scorer.show(scores)
        for key, want, got, text in errors[: args.errors]:
            print(f"{key}  gold={want}  predicted={got}  {text}")
        print(json.dumps({"ms": round(spent, 3)}))


if __name__ == "__main__":
    main()
