"""The vault: words open only where they belong and only while their owner's key lives."""

import itertools
import os
import random
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import vault as vault_module
from bot.db.keystore import KeyStore
from bot.db.types import SealedBytes
from bot.errors import Erased, KeyMissing, SealBroken
from bot.vault import Vault

ANA, BEN = 1, 2
OLD, NEW, OTHER = (bytes([n]) * 32 for n in (1, 2, 3))
PLACE = {"table": "answers", "column": "words", "row_id": 7}


class Chance:
    def token(self, nbytes: int) -> bytes:
        return os.urandom(nbytes)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "keys.db"


@pytest.fixture
def keys(path: Path) -> Iterator[KeyStore]:
    keys = KeyStore(f"sqlite:///{path}")
    yield keys
    keys.close()


@pytest.fixture
def vault(keys: KeyStore) -> Vault:
    vault = Vault([OLD], keys, Chance())
    vault.create_key(ANA)
    vault.create_key(BEN)
    return vault


@pytest.fixture(scope="module")
def shared_vault(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Vault]:
    keys = KeyStore(f"sqlite:///{tmp_path_factory.mktemp('keys') / 'keys.db'}")
    vault = Vault([OLD], keys, Chance())
    vault.create_key(ANA)
    yield vault
    keys.close()


@given(words=st.text())
def test_words_come_back_and_never_stand_in_the_sealed_value(shared_vault: Vault, words: str) -> None:
    sealed = shared_vault.seal(words, owner=ANA, **PLACE)  # type: ignore[arg-type]
    assert shared_vault.open(sealed, owner=ANA, **PLACE) == words  # type: ignore[arg-type]
    assert len(words.encode()) < 4 or words.encode() not in sealed.data


def test_the_same_words_never_look_the_same_twice(vault: Vault) -> None:
    sealed = {vault.seal("canary", owner=ANA, table="t", column="c", row_id=1).data for _ in range(100)}
    assert len(sealed) == 100


def test_a_thousand_swaps_of_row_column_table_or_owner_are_refused(vault: Vault) -> None:
    dice = random.Random(1)
    places = list(itertools.product((ANA, BEN), ("answers", "answer", "drafts"), ("words", "s"), (1, 11, 111, -1)))
    refused = 0
    while refused < 1000:
        (owner, table, column, row_id), (owner2, table2, column2, row2) = dice.sample(places, 2)
        sealed = vault.seal("canary", owner=owner, table=table, column=column, row_id=row_id)
        with pytest.raises((SealBroken, Erased)):
            vault.open(sealed, owner=owner2, table=table2, column=column2, row_id=row2)
        assert vault.open(sealed, owner=owner, table=table, column=column, row_id=row_id) == "canary"
        refused += 1


def test_a_changed_or_cut_value_is_refused(vault: Vault) -> None:
    sealed = vault.seal("canary", owner=ANA, table="t", column="c", row_id=1).data
    changed = [sealed[:n] + bytes([sealed[n] ^ 1]) + sealed[n + 1 :] for n in range(len(sealed))]
    cut = [sealed[:n] for n in range(len(sealed))]
    for wrong in changed + cut + [sealed + b"x", b"plain words that were never sealed at all"]:
        with pytest.raises((SealBroken, Erased)):
            vault.open(SealedBytes(wrong), owner=ANA, table="t", column="c", row_id=1)


def test_erased_words_stay_unreadable_even_if_their_owner_comes_back(vault: Vault) -> None:
    mine = vault.seal("canary", owner=ANA, table="t", column="c", row_id=1)
    other = vault.seal("theirs", owner=BEN, table="t", column="c", row_id=1)
    vault.destroy_key(ANA)
    vault.destroy_key(ANA)
    with pytest.raises(Erased):
        vault.open(mine, owner=ANA, table="t", column="c", row_id=1)
    with pytest.raises(Erased):
        vault.seal("more", owner=ANA, table="t", column="c", row_id=1)
    vault.create_key(ANA)
    with pytest.raises(Erased):
        vault.open(mine, owner=ANA, table="t", column="c", row_id=1)
    again = vault.seal("new", owner=ANA, table="t", column="c", row_id=1)
    assert vault.open(again, owner=ANA, table="t", column="c", row_id=1) == "new"
    assert vault.open(other, owner=BEN, table="t", column="c", row_id=1) == "theirs"


def test_a_destroyed_key_leaves_no_copy_in_the_files_of_the_store(vault: Vault, keys: KeyStore, path: Path) -> None:
    wrapped = keys.get(ANA)
    assert wrapped is not None

    def copies() -> int:
        return sum(file.read_bytes().count(wrapped) for file in path.parent.glob("keys.db*"))

    assert copies() > 0
    vault.destroy_key(ANA)
    assert copies() == 0


def test_neither_keys_nor_words_stand_open_in_the_store(vault: Vault, path: Path) -> None:
    letter_key = vault.new_letter_key()
    vault.wrap_for(letter_key, ANA, 5)
    vault.check()
    stored = b"".join(file.read_bytes() for file in path.parent.glob("keys.db*"))
    for secret in (OLD, letter_key, vault._person_key(ANA).raw):
        assert secret not in stored


def test_making_a_key_twice_changes_nothing(vault: Vault) -> None:
    sealed = vault.seal("mine", owner=ANA, table="t", column="c", row_id=1)
    vault.create_key(ANA)
    assert vault.open(sealed, owner=ANA, table="t", column="c", row_id=1) == "mine"


def test_a_letter_opens_for_writer_and_reader_and_survives_its_writer(vault: Vault) -> None:
    key = vault.new_letter_key()
    for_ana, for_ben = vault.wrap_for(key, ANA, 5), vault.wrap_for(key, BEN, 5)
    sealed = vault.seal_with(key, "dear Ben", table="letter_parts", column="words", row_id=9)
    vault.destroy_key(ANA)
    with pytest.raises(Erased):
        vault.unwrap(for_ana, ANA, 5)
    opened = vault.unwrap(for_ben, BEN, 5)
    assert vault.open_with(opened, sealed, table="letter_parts", column="words", row_id=9) == "dear Ben"


def test_a_letter_key_fits_only_its_letter_its_reader_and_its_row(vault: Vault) -> None:
    key, other = vault.new_letter_key(), vault.new_letter_key()
    wrapped = vault.wrap_for(key, ANA, 5)
    sealed = vault.seal_with(key, "dear Ben", table="t", column="c", row_id=9)
    for owner, letter in ((ANA, 6), (BEN, 5)):
        with pytest.raises((SealBroken, Erased)):
            vault.unwrap(wrapped, owner, letter)
    with pytest.raises(SealBroken):
        vault.open_with(other, sealed, table="t", column="c", row_id=9)
    with pytest.raises(SealBroken):
        vault.open_with(key, sealed, table="t", column="c", row_id=10)
    with pytest.raises(SealBroken):
        vault.open_with(key, SealedBytes(b"short"), table="t", column="c", row_id=10)


def test_payloads_open_only_in_their_context(vault: Vault) -> None:
    sealed = vault.seal_service(b"update 5", "inbox:1:5")
    assert b"update" not in sealed
    assert vault.open_service(sealed, "inbox:1:5") == b"update 5"
    with pytest.raises(SealBroken):
        vault.open_service(sealed, "inbox:1:6")


def test_rotation_keeps_everything_readable(vault: Vault, keys: KeyStore) -> None:
    vault.check()
    sealed = vault.seal("kept", owner=ANA, table="t", column="c", row_id=1)
    payload = vault.seal_service(b"kept", "x")
    both = Vault([NEW, OLD], keys, Chance())
    both.check()
    assert both.open(sealed, owner=ANA, table="t", column="c", row_id=1) == "kept"
    assert both.rewrap_all() == 2
    assert both.rewrap_all() == 0
    assert both.open_service(payload, "x") == b"kept"
    alone = Vault([NEW], keys, Chance())
    alone.check()
    assert alone.open(sealed, owner=ANA, table="t", column="c", row_id=1) == "kept"
    with pytest.raises(KeyMissing):
        Vault([OLD], keys, Chance()).check()
    with pytest.raises(KeyMissing):
        alone.open_service(payload, "x")


def test_a_rotation_cut_short_goes_on_where_it_stopped(
    vault: Vault, keys: KeyStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    vault.check()
    for person in range(3, 11):
        vault.create_key(person)
    monkeypatch.setattr(vault_module, "REWRAP_BATCH", 3)
    real, batches = keys.rewrap, itertools.count()

    def cut(changes: list[tuple[int, bytes, bytes]], *, mark: bytes) -> None:
        if next(batches) == 2:
            raise KeyboardInterrupt
        real(changes, mark=mark)

    both = Vault([NEW, OLD], keys, Chance())
    with monkeypatch.context() as patch:
        patch.setattr(keys, "rewrap", cut)
        with pytest.raises(KeyboardInterrupt):
            both.rewrap_all()
    with pytest.raises(KeyMissing):
        Vault([NEW], keys, Chance()).check()
    both.check()
    assert both.rewrap_all() == 4
    Vault([NEW], keys, Chance()).check()


def test_a_wrong_service_key_is_told_at_the_start_with_the_way_out(vault: Vault, keys: KeyStore) -> None:
    vault.check()
    vault.check()
    with pytest.raises(KeyMissing, match="SECRET_KEYS") as refused:
        Vault([OTHER], keys, Chance()).check()
    assert refused.value.exit_code == 4


def test_a_key_destroyed_by_another_process_is_forgotten_here(
    vault: Vault, keys: KeyStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    sealed = vault.seal("mine", owner=ANA, table="t", column="c", row_id=1)
    Vault([OLD], keys, Chance()).destroy_key(ANA)
    monkeypatch.setattr(vault, "_look_again", 0.0)
    with pytest.raises(Erased):
        vault.open(sealed, owner=ANA, table="t", column="c", row_id=1)


def test_only_so_many_keys_are_held_in_memory(keys: KeyStore) -> None:
    vault = Vault([OLD], keys, Chance(), cached_keys=2)
    sealed = {}
    for person in range(1, 6):
        vault.create_key(person)
        sealed[person] = vault.seal(str(person), owner=person, table="t", column="c", row_id=1)
        assert len(vault._cache) <= 2
    for person in range(1, 6):
        assert vault.open(sealed[person], owner=person, table="t", column="c", row_id=1) == str(person)


def test_threads_may_share_a_vault(vault: Vault) -> None:
    failures: list[BaseException] = []

    def work(person: int) -> None:
        try:
            vault.create_key(person)
            for row in range(20):
                sealed = vault.seal(str(row), owner=person, table="t", column="c", row_id=row)
                assert vault.open(sealed, owner=person, table="t", column="c", row_id=row) == str(row)
        except BaseException as error:
            failures.append(error)
            raise

    threads = [threading.Thread(target=work, args=(person,)) for person in range(10, 16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


def test_words_with_lone_surrogates_are_a_plain_value_error(vault: Vault) -> None:
    with pytest.raises(UnicodeEncodeError):
        vault.seal("\ud800", owner=ANA, table="t", column="c", row_id=1)


def test_the_store_keeps_nothing_about_a_person_but_id_key_and_moment(vault: Vault, path: Path) -> None:
    with sqlite3.connect(path) as connection:
        columns = [row[1] for row in connection.execute("PRAGMA table_info(person_keys)")]
    connection.close()
    assert columns == ["person_id", "wrapped", "mark", "created_at"]
