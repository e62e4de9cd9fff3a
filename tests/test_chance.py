"""Chance: ids that sort and do not repeat, seeds that repeat, and a hash that never changes."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chance import Chance, SeededChance, SystemChance, mix_hash, pick_hash

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
parts = st.lists(st.integers() | st.text(), max_size=4)


@pytest.fixture(params=[SystemChance, lambda: SeededChance(7)], ids=["system", "seeded"])
def chance(request: pytest.FixtureRequest) -> Chance:
    made: Chance = request.param()
    return made


def test_a_token_has_the_asked_length_and_is_not_repeated(chance: Chance) -> None:
    tokens = {chance.token(16) for _ in range(100)}
    assert {len(token) for token in tokens} == {16}
    assert len(tokens) == 100


def test_a_uniform_number_stays_between_its_ends(chance: Chance) -> None:
    drawn = [chance.uniform(-5, 5) for _ in range(200)]
    assert all(-5 <= number <= 5 for number in drawn)
    assert min(drawn) < 0 < max(drawn)


def test_ids_are_positive_fit_63_bits_and_sort_by_age(chance: Chance) -> None:
    ids = [chance.new_id(NOON + timedelta(milliseconds=n)) for n in range(500)]
    assert ids == sorted(set(ids))
    assert all(0 < made < 2**63 for made in ids)


def test_ids_without_a_moment_are_positive_and_differ(chance: Chance) -> None:
    ids = {chance.new_id() for _ in range(500)}
    assert len(ids) == 500
    assert all(0 < made < 2**63 for made in ids)


def test_many_ids_of_one_moment_differ_across_threads() -> None:
    chance, made = SystemChance(), list[int]()
    workers = [
        threading.Thread(target=lambda: made.extend([chance.new_id(NOON) for _ in range(500)])) for _ in range(4)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(timeout=60)
    assert len(set(made)) == 2000


@pytest.mark.parametrize("year", [1, 1970, 2026, 2200, 9999])
def test_a_jumped_clock_still_gives_valid_ids(chance: Chance, year: int) -> None:
    assert 0 < chance.new_id(datetime(year, 1, 2, tzinfo=UTC)) < 2**63


def test_the_same_seed_gives_the_same_values() -> None:
    one, other = SeededChance(1), SeededChance(1)
    assert [one.token(8), one.uniform(0, 1), one.new_id(NOON)] == [
        other.token(8),
        other.uniform(0, 1),
        other.new_id(NOON),
    ]
    assert SeededChance(1).token(8) != SeededChance(2).token(8)


def test_the_hash_is_the_same_in_every_release() -> None:
    assert pick_hash() == 0xE4A6A0577479B2B4
    assert pick_hash("nudge", 42, "2026-11-20") == 7333017151522470279


@given(parts, parts)
def test_different_parts_have_different_hashes(one: list[int | str], other: list[int | str]) -> None:
    assert (pick_hash(*one) == pick_hash(*other)) == (one == other)


def test_parts_are_neither_glued_nor_mixed_up_by_type() -> None:
    assert (
        len({pick_hash("ab", "c"), pick_hash("a", "bc"), pick_hash("abc"), pick_hash(1, "1"), pick_hash("1", 1)}) == 5
    )


words = st.integers(0, 2**64 - 1)


@given(words, words, words)
def test_mixing_stays_in_64_bits_and_keeps_different_things_apart(seed: int, one: int, other: int) -> None:
    assert 0 <= mix_hash(seed, one) < 2**64
    assert (mix_hash(seed, one) == mix_hash(seed, other)) == (one == other)


def test_mixing_spreads_neighbours_over_the_whole_range() -> None:
    tenths = {mix_hash(7, n) * 10 >> 64 for n in range(200)}
    assert tenths == set(range(10))
