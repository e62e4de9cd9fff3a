"""Every chat of the files beside this one, line by line."""

from __future__ import annotations

import difflib
from pathlib import Path

import pytest

from tests.support.transcript_lines import laid_out, page
from tests.support.transcripts import Move, Stage, files, read_chats


@pytest.mark.parametrize("path", files(), ids=lambda path: path.stem)
def test_a_chat_goes_as_it_is_written(path: Path, stage: Stage, pytestconfig: pytest.Config) -> None:
    if pytestconfig.getoption("--update"):
        path.write_text(page([chat.rewritten(stage) for chat in read_chats(path)]), "utf-8")
    wrong = [
        f"{path.name}: {chat.name}\n{_difference(move)}"
        for chat in read_chats(path)
        for move in chat.play(stage)
        if move.differs
    ]
    assert not wrong, "\n\n".join(wrong)


@pytest.mark.parametrize("path", files(), ids=lambda path: path.stem)
def test_a_file_is_laid_out_as_the_update_would_do_it(path: Path) -> None:
    assert path.read_text("utf-8") == page(read_chats(path))


@pytest.mark.parametrize("path", files(), ids=lambda path: path.stem)
def test_no_two_chats_of_a_file_have_the_same_name(path: Path) -> None:
    names = [chat.name for chat in read_chats(path)]
    assert sorted(set(names)) == sorted(names)


def _difference(move: Move) -> str:
    lines = difflib.unified_diff(laid_out(move.expected), laid_out(move.actual), "written", "happens", lineterm="", n=2)
    return "\n".join([f"after {move.done}", *lines])
