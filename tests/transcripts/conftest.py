"""The stage on which transcripts are played, and --update."""

from __future__ import annotations

import pytest

from tests.support.transcripts import Chat, Move, Stage, files, library, read_chats

Played = tuple[tuple[Chat, tuple[Move, ...]], ...]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update", action="store_true", help="write the transcripts anew from what really happens")


@pytest.fixture(scope="session")
def stage() -> Stage:
    return Stage(library().book, library().catalogue)


@pytest.fixture(scope="session")
def played(stage: Stage) -> Played:
    return tuple((chat, tuple(chat.play(stage))) for path in files() for chat in read_chats(path))
