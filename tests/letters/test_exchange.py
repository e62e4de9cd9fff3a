"""Two letters to one question: neither is given before both are sealed, and nobody learns whether the other writes."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from bot.conversation import dialogs
from bot.db import people
from bot.db.models import Exchange, Letter
from bot.engine.events import Start
from tests.support.units import Phone, World

HERS, HIS = "HERS I miss our Sundays.", "HIS I miss them too."
QUESTION = "What do I miss about the two of us?"


def proposes(world: World, ana: Phone) -> int:
    """Ana seals the first letter of an exchange, by the buttons. Returns its id."""
    ana.commands("write").taps("Other kinds", "One question, two letters", "What I miss").writes(HERS)
    ana.taps("Preview", "Yes, seal it")
    world.ticks()
    return newest(world, ana)


def newest(world: World, phone: Phone) -> int:
    rows = Letter
    query = select(rows.c.id).where(rows.c.writer_id == phone.row.id).order_by(rows.c.id.desc()).limit(1)
    return int(world.connection.execute(query).scalar_one())


def joins_in(world: World, ben: Phone, words: str = HIS) -> int:
    ben.taps("Write mine").writes(words)
    ben.taps("Preview", "Yes, seal it")
    world.ticks()
    return newest(world, ben)


def state(world: World) -> str:
    return str(world.connection.execute(select(Exchange.c.state)).scalar_one())


def test_only_the_question_goes_ahead(world: World, ana: Phone, ben: Phone, couple: int) -> None:
    proposes(world, ana)
    assert QUESTION in ben.said
    assert "HERS" not in ben.shown
    assert "Open" not in ben.buttons
    world.passes(days=5)
    assert "HERS" not in ben.shown
    assert state(world) == "offered"


def test_whoever_proposes_reads_the_question_in_full(world: World, ana: Phone, couple: int) -> None:
    ana.commands("write").taps("Other kinds", "One question, two letters", "What I miss")
    assert QUESTION in ana.said


def test_both_get_a_notice_when_both_are_sealed(world: World, ana: Phone, ben: Phone, couple: int) -> None:
    proposes(world, ana)
    joins_in(world, ben)
    for phone, theirs in ((ana, HIS), (ben, HERS)):
        assert "Both letters are sealed" in phone.shown
        assert theirs not in phone.shown
        phone.taps("Open")
        assert theirs in phone.shown
        assert "Each of you first says what you heard" in phone.said
    assert state(world) == "met"


@pytest.mark.parametrize("draft", ["the first is in the making", "the first rests"])
def test_nothing_at_all_reaches_the_other_before_the_first_is_sealed(
    world: World, ana: Phone, ben: Phone, couple: int, draft: str
) -> None:
    ana.commands("write").taps("Other kinds", "One question, two letters", "What I miss").writes(HERS)
    if draft == "the first rests":
        ana.taps("Preview", "Yes, after a night")
    world.ticks()
    assert ben.shown == ""
    world.passes(hours=12)
    assert ben.shown == ""


def test_the_second_letter_is_begun_from_the_list_too(world: World, ana: Phone, ben: Phone, couple: int) -> None:
    proposes(world, ana)
    ben.taps("Not now")
    assert "under /letters" in ben.shown
    assert QUESTION not in ben.shown
    ben.commands("letters").taps("To write: What I miss").writes(HIS)
    ben.taps("Preview", "Yes, seal it")
    world.ticks()
    assert "Both letters are sealed" in ana.shown


def test_the_proposer_sees_no_difference_between_no_and_silence(
    world: World, ana: Phone, ben: Phone, couple: int
) -> None:
    proposes(world, ana)
    ana.looks_away()
    ben.taps("Not now")
    world.passes(days=3)
    assert [call for call in ana.new if "xchange" in str(call.params.get("text"))] == []
    ana.commands("letters")
    assert "Exchange, 4 March" in ana.buttons


def test_one_who_does_not_wait_any_longer_sends_it_alone(world: World, ana: Phone, ben: Phone, couple: int) -> None:
    proposes(world, ana)
    ben.taps("Write mine").writes(HIS)
    ana.commands("letters").taps("Exchange, 4 March", "Send without waiting")
    world.ticks()
    assert "A letter from Ana." in ben.shown
    assert QUESTION in ben.shown  # he has it before him while he writes
    ben.taps("Preview")
    assert "Yes, now" in ben.buttons  # an ordinary letter by now
    ben.taps("Yes, now")
    world.ticks()
    assert "A letter from Ben." in ana.shown


def test_taking_back_the_first_letter_ends_it(world: World, ana: Phone, ben: Phone, couple: int) -> None:
    letter_id = proposes(world, ana)
    world.taps_letter(ana, letter_id, "withdraw")
    assert "nothing to write here any more" in ben.shown
    assert QUESTION not in ben.shown
    assert "Write mine" not in ben.buttons
    ben.commands("letters")
    assert "To write: What I miss" not in ben.buttons


def test_an_exchange_that_ended_while_the_other_reads_the_preview_keeps_their_draft(
    world: World, ana: Phone, ben: Phone, couple: int
) -> None:
    letter_id = proposes(world, ana)
    ben.taps("Write mine").writes(HIS)
    ben.taps("Preview")
    world.taps_letter(ana, letter_id, "withdraw")
    ben.taps("Yes, seal it")
    world.ticks()
    assert "This exchange is over" in ben.said
    assert world.letter(newest(world, ben))["state"] == "draft"
    assert "HIS" not in ana.shown


@pytest.mark.parametrize("read", [True, False])
def test_who_took_theirs_back_cannot_open_the_other_nor_tell_by_it_whether_theirs_was_read(
    world: World, ana: Phone, ben: Phone, couple: int, read: bool
) -> None:
    hers = proposes(world, ana)
    joins_in(world, ben)
    if read:
        ben.taps("Open")
    world.taps_letter(ana, hers, "withdraw")
    ana.taps("Open")
    assert ana.toast == "You took yours back, so this one stays closed."
    assert "HIS" not in ana.shown
    assert ("HERS" in ben.shown) == read


def test_one_taken_back_between_sealing_and_giving_leaves_the_other_unread(
    world: World, ana: Phone, ben: Phone, couple: int
) -> None:
    hers = proposes(world, ana)
    people.change(world.connection, ana.row.id, quiet_from=600, quiet_to=1200)  # noon: she sleeps
    joins_in(world, ben)
    assert world.letter(hers)["state"] == "sealed"
    world.taps_letter(ana, hers, "withdraw")
    world.passes(days=3, hours=9)
    assert "HIS" not in ana.shown
    assert "Open" not in [*ana.buttons, *ben.buttons]
    ben.commands("letters").taps("Exchange, 4 March", "Send without waiting")
    world.ticks()
    assert "A letter from Ben." in ana.shown


def test_both_are_given_together_outside_both_quiet_hours(world: World, ana: Phone, ben: Phone, couple: int) -> None:
    hers = proposes(world, ana)
    people.change(world.connection, ana.row.id, quiet_from=600, quiet_to=800)
    his = joins_in(world, ben)
    assert [world.letter(one)["state"] for one in (hers, his)] == ["sealed", "sealed"]
    world.now = datetime(2026, 3, 4, 13, 20, tzinfo=UTC)
    world.ticks()
    assert [world.letter(one)["state"] for one in (hers, his)] == ["waiting", "waiting"]


def test_people_who_are_never_awake_together_get_theirs_after_a_day(
    world: World, ana: Phone, ben: Phone, couple: int
) -> None:
    hers = proposes(world, ana)
    people.change(world.connection, ana.row.id, quiet_from=0, quiet_to=720)
    people.change(world.connection, ben.row.id, quiet_from=720, quiet_to=1439)
    his = joins_in(world, ben)
    for _ in range(24 * 4):
        world.passes(minutes=15)
        assert {world.letter(one)["state"] for one in (hers, his)} <= {"sealed", "waiting"}
    for _ in range(24 * 4):
        world.passes(minutes=15)
    assert [world.letter(one)["state"] for one in (hers, his)] == ["waiting", "waiting"]


@pytest.mark.parametrize("leaves", ["ana", "ben"])
def test_leaving_ends_it_for_both(world: World, ana: Phone, ben: Phone, couple: int, leaves: str) -> None:
    hers = proposes(world, ana)
    phone, other = (ana, ben) if leaves == "ana" else (ben, ana)
    phone.commands("leave").taps("Leave now")
    world.passes(days=2)
    assert state(world) == "ended"
    assert world.letter(hers)["state"] == "stopped"
    if leaves == "ana":
        other.taps("Write mine")
        assert other.toast == "This question has moved on."
        begun = select(Letter.c.id).where(Letter.c.writer_id == ben.row.id)
        assert world.connection.execute(begun).all() == []
    assert "HERS" not in ben.shown


def test_a_stranger_cannot_take_part(world: World, ana: Phone, ben: Phone, cem: Phone, couple: int) -> None:
    proposes(world, ana)
    data = ben.button("Write mine").labels["Write mine"]
    for phone in (cem, ana):
        phone.forges(data, ref=1)
        assert phone.toast == "This question has moved on."


def test_held_back_letters_hold_the_question_back_too(world: World, ana: Phone, ben: Phone, couple: int) -> None:
    people.change(world.connection, ben.row.id, letters_muted=True)
    proposes(world, ana)
    world.passes(days=1)
    assert QUESTION not in ben.shown
    people.change(world.connection, ben.row.id, letters_muted=False)
    world.passes(days=1)
    assert QUESTION in ben.shown


def test_a_question_may_worry(world: World, ana: Phone, ben: Phone, couple: int) -> None:
    proposes(world, ana)
    ben.taps("This worries me", "Hold their letters back")
    assert ben.row.letters_muted


# -- one sentence each


def shares(phone: Phone, *taps: str) -> None:
    phone.taps(*taps, "Yes, seal it")


def test_one_sentence_each_is_shown_when_both_are_there(world: World, ana: Phone, ben: Phone, couple: int) -> None:
    dialogs.begin(ana.turn, Start("share_sentence"))
    world.deliver()
    shares(ana, "Choose a sentence", "I miss time with you")
    world.ticks()
    assert "one sentence about the two of you" in ben.shown
    assert "I miss time with you." not in ben.shown
    ben.taps("Choose mine").writes("I would like us to walk on Sundays, because I feel calm then.")
    shares(ben)
    world.ticks()
    ana.taps("Open")
    ben.taps("Open")
    assert "walk on Sundays" in ana.shown
    assert "I miss time with you." in ben.shown
