"""Documents say what is so: settings, paths and names in them exist, links lead somewhere, commands are real."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from bot.__main__ import main
from bot.settings import HELP

ROOT = Path(__file__).resolve().parents[1]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
PLACE = re.compile(r"`((?:bot|scripts|emulator|tests|dialogs|migrations)/[\w./-]*?\.(?:py|md|yaml))(?::(\w+))?`")
LINK = re.compile(r"(?<!!)\[[^\]]*\]\((?!https?:)([^)#\s]+)")  # pictures are made by scripts/screenshot


def named(document: Path) -> str:
    return document.relative_to(ROOT).as_posix()


def test_the_table_of_settings_is_that_of_the_program() -> None:
    command = [sys.executable, str(ROOT / "scripts" / "settings_table.py"), "--check"]
    checked = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert checked.returncode == 0, checked.stderr
    text = (ROOT / "docs" / "running.md").read_text(encoding="utf-8")
    assert [name for name in HELP if f"| `{name}` |" not in text] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=named)
def test_places_in_the_code_exist(document: Path) -> None:
    missing = [
        f"{path}:{name}" if name else path
        for path, name in PLACE.findall(document.read_text(encoding="utf-8"))
        if not (ROOT / path).is_file() or (name and name not in defined(ROOT / path))
    ]
    assert missing == []


def defined(path: Path) -> set[str]:
    """Classes, functions and constants on the top level of a module."""
    found: set[str] = set()
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found.add(node.name)
        if isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            found |= {target.id for target in targets if isinstance(target, ast.Name)}
    return found


@pytest.mark.parametrize("document", DOCUMENTS, ids=named)
def test_links_lead_somewhere(document: Path) -> None:
    links = LINK.findall(document.read_text(encoding="utf-8"))
    assert [link for link in links if not (document.parent / link).exists()] == []


def test_every_verb_is_documented(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    verbs = set(re.findall(r"^    ([a-z-]+)(?:  |$)", capsys.readouterr().out, re.MULTILINE))
    text = "".join(document.read_text(encoding="utf-8") for document in DOCUMENTS)
    assert {"run", "check-dialogs"} <= verbs
    assert {verb for verb in verbs if f"python -m bot {verb}" not in text} == set()


def test_decisions_are_numbered_dated_and_short() -> None:
    notes = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    numbers = [int(note.name[:4]) for note in notes]
    assert numbers == list(range(1, len(notes) + 1))
    for note in notes:
        text = note.read_text(encoding="utf-8")
        assert re.match(rf"# {int(note.name[:4])}\. .+\n\n20\d\d-\d\d-\d\d\n", text), note.name
        assert len(text) < 4000, note.name


def test_scripts_are_short_and_plain_shell() -> None:
    shells = [path for path in (ROOT / "scripts").iterdir() if path.is_file() and not path.suffix]
    assert {path.name for path in shells} >= {"demo", "test", "check", "uv"}
    for path in shells:
        lines = path.read_text(encoding="utf-8").splitlines()
        assert lines[0] == "#!/bin/sh"
        assert len(lines) <= 25, path.name
        assert path.stat().st_mode & 0o111, path.name
