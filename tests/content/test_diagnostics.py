"""Every numbered finding has a page with a real example: the wrong piece makes exactly it, the right one makes none."""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.faults.folder import remembered
from bot.content.check import check
from bot.conversation.shelf import DANGERS, DIALOGS, open_registry
from bot.engine.codes import CODES, EXAMPLES
from bot.engine.codes.base import DIALOGS as BASE
from bot.engine.diagnostics import Diagnostic
from bot.engine.lock import write_lock

ROOT = Path(__file__).resolve().parents[2]
STUB = """\
dialog: NAME
about: Help.
start: only
expire: {after: 24h, go: only}
nodes:
  only:
    say: |
      Help.
    end: not_this
"""
HEAD = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n\n'
SPECIAL = {code for code, one in EXAMPLES.items() if one.wrong.startswith("<")}
PLAIN = sorted(EXAMPLES.keys() - SPECIAL)
OWN_DATA = ("zones.yaml", "phrasing/en/world.yaml", "wording.yaml", "gestures.yaml")


class Shelf:
    """A folder with the small dialogs, and what the compiler says of it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        shutil.copytree(DIALOGS, folder)
        for path in folder.glob("*.yaml"):
            if (DIALOGS / path.name).is_file() and path.stem in self.dialogs():
                path.unlink()
        for name in ("help", *(f"danger_{kind}" for kind in ("self_harm", "fear", "violence", "child", "emergency"))):
            (folder / f"{name}.yaml").write_text(STUB.replace("NAME", name), encoding="utf-8")
        for name, text in BASE.items():
            (folder / name).write_text(text, encoding="utf-8")
        (folder / "paths.yaml").unlink()  # its exercises are not here
        self.allow_little()
        self.registry = open_registry(folder)
        self.lock()

    def dialogs(self) -> set[str]:
        """The shipped ones."""
        named = (path for path in DIALOGS.glob("*.yaml") if "\ndialog: " in path.read_text(encoding="utf-8"))
        return {path.stem for path in named}

    def allow_little(self) -> None:
        """Only what the texts that are left need."""
        head, _, tail = self.read("wording.yaml").partition("allowed:\n")
        kept = re.search(r"  interface\.bot_description:\n(?:    .*\n)+", tail)
        assert kept is not None
        self.put("wording.yaml", f"{head}allowed:\n{kept[0]}")

    def lock(self) -> None:
        """Writes the lock for the dialogs as they are."""
        loaded = check(self.folder, self.registry).loaded
        if loaded.book is not None:
            (self.folder / "dialogs.lock").write_text(write_lock(loaded.book, loaded.interface.texts), encoding="utf-8")

    def found(self, file: str = "") -> tuple[Diagnostic, ...]:
        """What is said; files beside the dialogs are read anew where one has changed."""
        registry = open_registry(self.folder) if file in OWN_DATA else self.registry
        return check(self.folder, registry).diagnostics

    def put(self, file: str, text: str) -> None:
        """Writes a file; halves of characters stand for bytes that are not UTF-8."""
        path = self.folder / file
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(text.encode("utf-8", "surrogateescape"))

    def read(self, file: str) -> str:
        """A file as it is."""
        return (self.folder / file).read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shelf]:
    with remembered():
        yield Shelf(tmp_path_factory.mktemp("shelf") / "dialogs")


def test_the_small_dialogs_have_no_fault(shelf: Shelf) -> None:
    assert shelf.found() == ()
    assert DANGERS


def test_every_finding_has_an_example() -> None:
    assert set(EXAMPLES) == set(CODES)
    assert {"D103", "D211", "D311", "D316", "D514", "D805", "D806", "D851", "D856", "D861"} == SPECIAL


@pytest.mark.parametrize("code", PLAIN)
def test_the_wrong_piece_makes_exactly_this_finding_and_the_right_one_none(shelf: Shelf, code: str) -> None:
    one = EXAMPLES[code]
    translated = one.file.startswith("locale/")
    sound = HEAD + one.right if translated else shelf.read(one.file)
    assert translated or sound.count(one.right) == 1
    try:
        if translated:
            shelf.put(one.file, sound)
            assert shelf.found() == ()
        whole_file = not one.wrong
        wrong = "" if whole_file and code == "D102" else sound.replace(one.right, one.wrong, 1)
        shelf.put(one.file, wrong)
        if not code.startswith("D8"):
            shelf.lock()
        found = shelf.found(one.file)
    finally:
        if translated:
            (shelf.folder / one.file).unlink()
        else:
            shelf.put(one.file, sound)
        shelf.lock()
    codes = {finding.code for finding in found}
    assert code in codes
    assert codes <= {code, *one.also}, [str(finding) for finding in found]
    assert codes == {code, *one.also}
    assert {finding.severity for finding in found if finding.code == code} == {"warning" if one.warning else "error"}


def test_the_pages_are_those_of_the_program() -> None:
    command = [sys.executable, str(ROOT / "scripts" / "dialog_pages.py"), "--check"]
    checked = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert checked.returncode == 0, checked.stderr


def test_a_folder_in_the_place_of_a_file(shelf: Shelf) -> None:
    (shelf.folder / "folder.yaml").mkdir()
    found = shelf.found()
    (shelf.folder / "folder.yaml").rmdir()
    assert [(one.code, one.file) for one in found] == [("D103", "folder.yaml")]


def test_another_ending_of_the_name(shelf: Shelf) -> None:
    shelf.put("evening.yml", BASE["evening.yaml"])
    found = shelf.found()
    (shelf.folder / "evening.yml").unlink()
    assert [(one.code, one.file) for one in found] == [("D211", "evening.yml")]


def test_a_line_of_a_merge_in_the_lock(shelf: Shelf) -> None:
    lock = shelf.read("dialogs.lock")
    shelf.put("dialogs.lock", lock + "<<<<<<< ours\n")
    found = shelf.found()
    shelf.put("dialogs.lock", lock)
    assert [(one.code, one.line) for one in found] == [("D805", lock.count("\n") + 1)]


def test_a_dialog_that_is_gone(shelf: Shelf) -> None:
    (shelf.folder / "evening.yaml").unlink()
    found = shelf.found()
    shelf.put("evening.yaml", BASE["evening.yaml"])
    assert {one.code for one in found} == {"D806"}
