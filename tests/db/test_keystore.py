"""The key store on both databases: idempotent, shared by processes, plain about its own failures."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.db.keystore import KeyStore
from bot.errors import DatabaseUnusable

MARK, LATER = b"old.", b"new."


@pytest.fixture
def keys(url: str) -> Iterator[KeyStore]:
    keys = KeyStore(url)
    yield keys
    keys.close()


def test_the_first_key_of_a_person_stays(keys: KeyStore) -> None:
    keys.add(1, b"first", mark=MARK, now=datetime(2026, 1, 1, tzinfo=UTC))
    keys.add(1, b"second", mark=MARK, now=None)
    assert keys.get(1) == b"first"
    assert keys.get(2) is None


def test_who_has_no_key_is_found_among_many(keys: KeyStore) -> None:
    for person in (1, 3):
        keys.add(person, b"x", mark=MARK, now=None)
    assert keys.without([1, 2, 3, 4]) == [2, 4]
    assert keys.without([]) == []


def test_destroying_counts_for_every_process(keys: KeyStore, url: str) -> None:
    other = KeyStore(url)
    keys.add(1, b"first", mark=MARK, now=None)
    before = other.destroyed()
    keys.destroy(1)
    assert other.destroyed() == before + 1
    assert other.get(1) is None
    other.close()


def test_rewrapping_never_brings_a_destroyed_key_back(keys: KeyStore) -> None:
    keys.add(1, b"one", mark=MARK, now=None)
    keys.add(2, b"two", mark=MARK, now=None)
    rows = keys.wrapped_otherwise(LATER, limit=10)
    keys.destroy(2)
    keys.rewrap([(person, old, old + b" again") for person, old in rows], mark=LATER)
    assert keys.get(1) == b"one again"
    assert keys.get(2) is None
    assert keys.marks() == [LATER]
    assert keys.wrapped_otherwise(LATER, limit=10) == []


def test_marks_in_use_are_found_whatever_their_number(keys: KeyStore) -> None:
    assert keys.marks() == []
    for person in range(9):
        keys.add(person, b"x", mark=bytes([person % 3]), now=None)
    assert keys.marks() == [b"\x00", b"\x01", b"\x02"]


def test_processes_that_start_together_agree_on_one_fact(url: str) -> None:
    def start(number: int) -> bytes:
        keys = KeyStore(url)
        kept = keys.keep_fact("canary", bytes([number]))
        keys.close()
        return kept

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(start, range(4)))) == 1


def test_a_store_of_a_newer_release_is_refused(keys: KeyStore, url: str) -> None:
    keys.change_fact("version", (99).to_bytes(4))
    with pytest.raises(DatabaseUnusable, match="newer release"):
        KeyStore(url)


def test_a_store_that_cannot_be_opened_is_told_plainly(tmp_path: Path) -> None:
    with pytest.raises(DatabaseUnusable):
        KeyStore(f"sqlite:///{tmp_path / 'nowhere' / 'keys.db'}")
    with pytest.raises(DatabaseUnusable, match="KEYS_URL"):
        KeyStore("postgresql+psycopg://ana:canary@127.0.0.1:1/none")
