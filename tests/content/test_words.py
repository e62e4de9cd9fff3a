"""The word data of a language as the loader reads it: a class that the code asks for is not lost in silence."""

import shutil
from pathlib import Path

import pytest

from bot.content.data import read_data, read_lexicon
from bot.engine.diagnostics import Diagnostic

DIALOGS = Path(__file__).parents[2] / "dialogs"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copytree(DIALOGS, tmp_path / "dialogs")
    return tmp_path / "dialogs"


def findings(folder: Path) -> list[Diagnostic]:
    return [one for one in read_data(folder).found if one.code == "D221"]


def test_a_misspelt_class_is_named_with_its_line_and_the_way_out(folder: Path) -> None:
    path = folder / "phrasing" / "en" / "grammar.yaml"
    words = path.read_text("utf-8")
    path.write_text(words.replace("  copula: |", "  copla: |"), "utf-8")
    (found,) = findings(folder)
    assert (found.file, found.line) == ("phrasing/en/grammar.yaml", words[: words.index("  copula: |")].count("\n") + 1)
    assert "`copula`" in found.message
    assert "`copla`" in found.message


def test_classes_that_stand_nowhere_are_named_in_one_finding(folder: Path) -> None:
    path = folder / "phrasing" / "en" / "statements.yaml"
    path.write_text(path.read_text("utf-8").replace("  small_talk: |", "  murky: |"), "utf-8")
    (found,) = findings(folder)
    assert found.file == "phrasing/en/grammar.yaml"
    assert "`small_talk`" in found.message


def test_another_language_may_lack_classes(folder: Path) -> None:
    other = folder / "phrasing" / "xx"
    other.mkdir()
    sections = ("spelling", "before", "symbols", "verbs", "common", "classes", "rules", "rewrites")
    (other / "words.yaml").write_text("".join(f"{name}: {{}}\n" for name in sections), "utf-8")
    assert "copula" in read_lexicon(other).lacking()
    assert findings(folder) == []
