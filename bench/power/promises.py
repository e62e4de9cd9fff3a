"""What the bot has told Telegram by its calls and answers, and what must be found on the disk for each of it."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from bench.power.strace import Event

OFFSET = re.compile(rb"getUpdates\?[^ ]*offset=(\d+)")
UPDATE = re.compile(rb'"update_id":(\d+)')
CALL = re.compile(rb"POST /bot[^/]+/(send\w+|edit\w+|delete\w+) ")
CHAT = re.compile(rb'chat_id"?[:=] ?"?(\d+)')


class Promises:
    """Grows with each message that leaves the process."""

    def __init__(self) -> None:
        self.confirmed: set[int] = set()
        self.called: tuple[str, int] | None = None  # the call that leaves at this moment, and its chat
        self.calls = 0
        self._fetched: set[int] = set()
        self._pushed: dict[str, int] = {}
        self._calling: dict[str, str] = {}

    def do(self, event: Event) -> bool:
        """Follows a call. Whether something was promised by it."""
        self.called = None
        if event.kind == "in":
            found = [int(number) for number in UPDATE.findall(event.data)]
            self._fetched.update(found)
            if event.data.startswith(b"POST /") and found:
                self._pushed[event.path] = found[0]
            return False
        return event.kind == "out" and (self._confirms(event) or self._calls(event))

    def _confirms(self, event: Event) -> bool:
        before = len(self.confirmed)
        asked = OFFSET.search(event.data)
        if asked is not None:
            self.confirmed.update(number for number in self._fetched if number < int(asked[1]))
        if event.data.startswith(b"HTTP/1.1 200") and event.path in self._pushed:
            self.confirmed.add(self._pushed.pop(event.path))
        return len(self.confirmed) > before

    def _calls(self, event: Event) -> bool:
        """Head and body of a request may leave one after the other."""
        begun = CALL.search(event.data)
        if begun is not None:
            self._calling[event.path] = begun[1].decode()
        chat = CHAT.search(event.data)
        if event.path not in self._calling or chat is None:
            return False
        self.called = (self._calling.pop(event.path), int(chat[1]))
        self.calls += 1
        return True


def broken(folder: Path, promises: Promises) -> list[str]:
    """What does not hold of the two files in this folder. Opens them as SQLite does after a power cut."""
    with _open(folder / "rekindle.db") as main, _open(folder / "keys.db") as keys:
        wrong = [f"{name}: {text}" for name, text in (("rekindle.db", _sound(main)), ("keys.db", _sound(keys))) if text]
        if wrong:
            return wrong
        if not _has(main, "inbox"):
            return [f"update {one} was confirmed before there was a table" for one in promises.confirmed]
        kept = {row[0] for row in main.execute("SELECT update_id FROM inbox")}
        wrong += [f"update {one} was confirmed and is lost" for one in sorted(promises.confirmed - kept)]
        if promises.called is not None:
            method, chat = promises.called
            query = "SELECT 1 FROM outbox WHERE chat_id = ? AND state = 'sending'"
            if main.execute(query, (chat,)).fetchone() is None:
                wrong.append(f"{method} is called for {chat}, and no message is claimed")
        return wrong + _keyless(main, keys)


def _sound(connection: sqlite3.Connection) -> str:
    found = str(connection.execute("PRAGMA integrity_check").fetchone()[0])
    return "" if found == "ok" else found


def _has(connection: sqlite3.Connection, name: str) -> bool:
    return connection.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (name,)).fetchone() is not None


def _keyless(main: sqlite3.Connection, keys: sqlite3.Connection) -> list[str]:
    """Whoever has not gone has a key, in whichever of the two files the cut lost more."""
    there = {row[0] for row in main.execute("SELECT id FROM person WHERE gone_at IS NULL")}
    keyed = (
        {row[0] for row in keys.execute("SELECT person_id FROM person_keys")} if _has(keys, "person_keys") else set()
    )
    return [f"person {one} has no key" for one in sorted(there - keyed)]


@contextmanager
def _open(path: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA synchronous = OFF")  # these copies need not last
        yield connection
