"""Opening dialogs/: looked through once, and only read as long as nothing has changed."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bot.content import check
from bot.conversation import shelf
from bot.conversation.shelf import DIALOGS, mark_of, open_library
from bot.errors import ContentError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(DIALOGS, tmp_path / "dialogs"))


def test_what_is_known_is_read_alike_and_not_looked_through(monkeypatch: pytest.MonkeyPatch) -> None:
    looked = open_library(DIALOGS)
    monkeypatch.setattr(check, "lint", lambda *_, **__: pytest.fail("looked through again"))
    known = open_library(DIALOGS, known=True)
    assert known.book.dialogs == looked.book.dialogs
    assert known.book.release == looked.book.release
    assert known.catalogue.english == looked.catalogue.english
    assert known.paths == looked.paths


def test_what_cannot_be_read_is_refused_though_it_was_known(folder: Path) -> None:
    (folder / "menu.yaml").write_text("dialog: menu\nnodes: [", encoding="utf-8")
    with pytest.raises(ContentError, match=r"menu\.yaml"):
        open_library(folder, known=True)


@pytest.mark.parametrize("name", ["menu.yaml", "phrasing/en/safety.yaml", "dialogs.lock"])
def test_the_mark_changes_with_every_file(folder: Path, name: str) -> None:
    before = mark_of(folder)
    assert mark_of(folder) == before
    with (folder / name).open("a", encoding="utf-8") as file:
        file.write("\n")
    assert mark_of(folder) != before


def test_the_mark_changes_with_a_new_file_and_with_a_name(folder: Path) -> None:
    marks = [mark_of(folder)]
    (folder / "more.yaml").write_text("", encoding="utf-8")
    marks.append(mark_of(folder))
    (folder / "more.yaml").rename(folder / "less.yaml")
    assert len({*marks, mark_of(folder)}) == 3


def test_the_mark_changes_with_the_program(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shelf, "PROGRAM", tmp_path)
    before = mark_of(folder)
    (tmp_path / "rules.py").write_text("", encoding="utf-8")
    assert mark_of(folder) != before
