"""S7: callback data that somebody made up or took from another does nothing at all."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.db.models import ChatMessage, Outbox, Person
from bot.delivery.buttons import base36, callback, parse
from tests.support.units import Phone, World, rows_of

HARMLESS = {Outbox.name, ChatMessage.name, Person.name}  # a toast, an old keyboard going, seen_at
IDS = st.one_of(st.integers(0, 2**64), st.sampled_from([0, 1, 2**63 - 1, 2**63]))
ACTS = st.one_of(
    st.sampled_from(["open", "read", "fold", "answer", "worry", "mine", "withdraw", "discard", "close", "yes", "no"]),
    st.sampled_from(
        ["done", "another", "not_now", "never", "menu", "p1", "p\u00b2", "e1", "e\u0663", "p-1", "p9999", ""]
    ),
    st.text(max_size=12),
)
FORGED = st.one_of(
    st.builds(lambda prefix, number, act: f"{prefix}.{base36(number)}.{act}", st.sampled_from("lmnpqsx"), IDS, ACTS),
    st.builds(callback, IDS, st.integers(0, 99), ACTS),
    st.text(max_size=64),
    st.sampled_from(["", ".", "..", "...", "s...", "s.1.1.", "l.zzzzzzzzzzzzzz.open", "S.1.1.x", "l.-1.open"]),
)


def state_of(world: World) -> set[tuple[str, tuple[tuple[str, object], ...]]]:
    return {row for row in rows_of(world.connection) if row[0] not in HARMLESS}


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(forged=st.lists(FORGED, min_size=40, max_size=60))
def test_thousands_of_made_up_taps_have_no_effect(
    world: World, ana: Phone, ben: Phone, couple: int, cem: Phone, forged: list[str]
) -> None:
    if not ana.screen:
        furnish(world, ana, ben)
    before, heard = state_of(world), [len(phone.calls) for phone in (ana, ben)]
    for data in forged:
        if (parsed := parse(data)) is None or parsed.prefix != "m":  # that opens a menu, for whoever taps it
            cem.forges(data, ref=1)
            assert cem.toast == world.desk.library.catalogue.text("interrupts.moved_on")
    assert state_of(world) == before
    assert heard == [len(phone.calls) for phone in (ana, ben)]
    cem.calls.clear()


def furnish(world: World, ana: Phone, ben: Phone) -> None:
    """Something of everything that has buttons."""
    world.taps_letter(ben, world.delivers(ana, "CANARY one"), "open")
    world.delivers(ana, "CANARY two")
    world.drafts(ana, "CANARY three")
    ana.commands("invite")
    ana.commands("letters")
    assert ana.row.next_nudge_at is not None
    world.now = ana.row.next_nudge_at
    world.ticks()
    ana.commands("practise")


def test_every_button_on_a_screen_does_nothing_for_anybody_else(
    world: World, ana: Phone, ben: Phone, couple: int, cem: Phone
) -> None:
    furnish(world, ana, ben)
    for owner in (ana, ben):
        for data in [data for bubble in owner.screen.values() for data in bubble.labels.values()]:
            parsed = parse(data)
            if parsed is None or parsed.prefix == "m":
                continue
            before = state_of(world)
            cem.forges(data, ref=1)
            assert state_of(world) == before, data
    assert "CANARY" not in cem.shown


def test_odd_digits_behind_a_page_are_no_page(world: World, ana: Phone, ben: Phone, couple: int) -> None:
    letter_id = world.delivers(ana, "words")
    world.taps_letter(ben, letter_id, "open")
    for name in ("p\u00b2", "p\u0663", "p0", "p-1", "p1000", "p", "e0", "e\u00b2", "p1 "):
        world.taps_letter(ben, letter_id, name)
        assert ben.toast == world.desk.library.catalogue.text("interrupts.moved_on"), name
    world.taps_letter(ben, letter_id, "p999")
    assert "words" in ben.shown


@pytest.mark.parametrize("turn", [0, 1, 5, 35, 10**6])
def test_a_button_of_another_turn_changes_nothing(world: World, ana: Phone, turn: int) -> None:
    ana.commands("menu")
    now = parse(next(iter(list(ana.screen.values())[-1].labels.values())))
    assert now is not None
    if turn == now.turn:
        return
    before = state_of(world)
    ana.forges(callback(now.id, turn, now.act), ref=2)
    assert state_of(world) == before
