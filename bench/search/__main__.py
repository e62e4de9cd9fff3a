"""How long a search of one's own letters takes: `python -m bench.search --letters 5000 --characters 1000`."""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Connection

from bot.chance import SeededChance
from bot.conversation import service
from bot.conversation.incoming import Returned, Sender
from bot.conversation.shelf import DIALOGS, open_library
from bot.db import migrate, people
from bot.db.keystore import KeyStore
from bot.db.session import open_engine
from bot.delivery.turn import Desk, Turn
from bot.letters import drafts, listing
from bot.vault import Vault

SOMEBODY, WORDS, NEEDLE = 101, "Some words of mine about the garden. ", "needle"


def main(arguments: list[str] | None = None) -> int:
    """Writes the letters, searches for a word that only the oldest holds, and for one that none holds."""
    parser = argparse.ArgumentParser(prog="bench.search", description=__doc__)
    parser.add_argument("--letters", type=int, default=5000)
    parser.add_argument("--characters", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--url", help="an empty database; without it SQLite in a temporary folder")
    asked = parser.parse_args(arguments)
    with TemporaryDirectory() as folder:
        keys = KeyStore(f"sqlite:///{folder}/keys.db")
        engine = open_engine(asked.url or f"sqlite:///{Path(folder) / 'rekindle.db'}", kept=1)
        with engine.begin() as connection:
            migrate.upgrade(connection)
            turn = somebody(connection, keys)
            write(turn, asked.letters, asked.characters)
            for words in (NEEDLE, "nowhere"):
                times = [search(turn, words) for _ in range(asked.rounds)]
                print(
                    f"{asked.letters:,} letters of {asked.characters:,}, {words!r}: {statistics.median(times):.0f} ms"
                )
        engine.dispose()
        keys.close()
    return 0


def somebody(connection: Connection, keys: KeyStore) -> Turn:
    """A person who writes letters."""
    chance, now = SeededChance(1), datetime(2026, 3, 4, tzinfo=UTC)
    desk = Desk(open_library(DIALOGS, known=True), Vault([bytes(32)], keys, chance), chance)
    service.handle(connection, desk, Returned(Sender(SOMEBODY, "en")), key="u:1", now=now)
    person = people.by_telegram(connection, SOMEBODY)
    assert person is not None
    return Turn(connection=connection, desk=desk, person=person, now=now, key="bench")


def write(turn: Turn, letters: int, characters: int) -> None:
    """Drafts of this length; the first of them holds the needle."""
    text = (WORDS * (characters // len(WORDS) + 1))[:characters]
    for number in range(letters):
        words = f"{NEEDLE} {text}"[:characters] if number == 0 else text
        drafts.add_part(turn, letter=f"draft {number}", kind="text", ref=number, text=words, file="")


def search(turn: Turn, words: str) -> float:
    """Milliseconds of one search, with all that it puts into the outbox."""
    began = time.perf_counter()
    listing.find(turn, words=words)
    return (time.perf_counter() - began) * 1000


sys.exit(main())
