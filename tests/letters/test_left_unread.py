"""A letter that its reader deletes without opening it: it is gone for them, and to its writer nothing has happened."""

from collections.abc import Callable

import pytest

from bot.conversation import exporting
from bot.delivery.buttons import act
from bot.letters import drafts, exchange
from bot.letters import service as letters
from tests.support.shelf_life import lines, time_goes_by
from tests.support.undone import undone
from tests.support.units import Phone, World

WORDS = "The garden in the rain."
UNREAD = ("I need until …", "Delete it unread")


def moved_on(world: World) -> str:
    return world.desk.library.catalogue.text("interrupts.moved_on", "en").strip()


# -- its reader


def test_it_goes_after_one_question_and_nobody_is_told(world: World, ana: Phone, ben: Phone, couple: int) -> None:
    letter = world.delivers(ana, WORDS)
    ana.looks_away()
    ben.taps(*UNREAD)
    assert world.words("drop_unread_question").strip() in ben.said
    assert world.letter(letter)["state"] == "waiting"
    ben.taps("Yes, delete it")
    assert ben.toast == world.words("letter_dropped").strip()
    assert "A letter from Ana." not in ben.shown
    assert world.words("drop_unread_question").strip() not in ben.shown
    assert lines(ben) == []
    assert WORDS not in ben.shown + exporting.collect(ben.turn).decode()
    assert ana.new == []


@pytest.mark.parametrize("name", ["open", "read", "tonight", "until", "answer", "drop", "worry"])
def test_nothing_brings_it_back(world: World, ana: Phone, ben: Phone, couple: int, name: str) -> None:
    letter = world.delivers(ana, WORDS)
    ben.taps(*UNREAD, "Yes, delete it").looks_away()
    world.taps_letter(ben, letter, name)
    assert ben.toast == moved_on(world)
    ben.blocks()
    ben.returns()
    world.passes(days=3)
    assert not any(word in ben.said for word in (WORDS, "letter from Ana"))
    assert world.letter(letter)["reader_key"] is None


def test_leaving_it_leaves_it(world: World, ana: Phone, ben: Phone, couple: int) -> None:
    letter = world.delivers(ana, WORDS)
    before = world.letter(letter)
    ben.taps(*UNREAD, "Leave it")
    assert world.words("drop_unread_question").strip() not in ben.shown
    assert world.letter(letter) == before
    ben.taps("Back", "Open")
    assert WORDS in ben.shown


def test_one_that_was_put_off_is_not_brought_up_again(world: World, ana: Phone, ben: Phone, couple: int) -> None:
    world.delivers(ana, WORDS)
    ben.taps("Tonight", "Another time", "Delete it unread", "Yes, delete it").looks_away()
    world.passes(hours=12)
    assert "You asked me to bring it up again." not in ben.said


def test_one_for_another_day_can_go_too(world: World, ana: Phone, ben: Phone, couple: int) -> None:
    ana.commands("write").taps("Other kinds", "For when we fight").writes(WORDS).taps("Preview", "Yes, now")
    world.ticks()
    assert "Delete it unread" not in ben.buttons
    ben.taps("Leave it closed", "Delete it unread", "Yes, delete it")
    assert lines(ben) == []


def test_the_second_tap_finds_nothing(world: World, ana: Phone, ben: Phone, couple: int) -> None:
    letter = world.delivers(ana, WORDS)
    ben.taps(*UNREAD)
    world.taps_letter(ana, letter, "withdraw")
    ben.taps("Yes, delete it")
    assert ben.toast == moved_on(world)
    assert world.letter(letter)["state"] == "withdrawn"


@pytest.mark.parametrize("who", ["ana", "cem"])
def test_only_its_reader_can(world: World, ana: Phone, ben: Phone, cem: Phone, couple: int, who: str) -> None:
    letter = world.delivers(ana, WORDS)
    for name in ("drop", "drop_yes"):
        {"ana": ana, "cem": cem}[who].forges(act("l", letter, name))
    assert world.letter(letter)["state"] == "waiting"


def test_where_its_writer_has_no_copy_its_words_are_gone(world: World, ana: Phone, ben: Phone, couple: int) -> None:
    letter = world.delivers(ana, WORDS)
    world.taps_letter(ana, letter, "drop_own_yes")
    ben.taps(*UNREAD, "Yes, delete it")
    row = world.letter(letter)
    assert (row["state"], row["writer_key"], row["reader_key"], row["signature"]) == ("discarded", None, None, None)


@pytest.mark.parametrize("asked", [True, False])
def test_who_was_left_sees_what_they_would_see_of_one_who_blocks(
    world: World, ana: Phone, ben: Phone, couple: int, asked: bool
) -> None:
    letter, seen = world.delivers(ana, WORDS), {}
    ben.taps(*UNREAD[: 2 if asked else 1])
    for how in ("leaves", "blocks"):
        with undone(world):
            _ = ana.commands("leave").taps("Leave now") if how == "leaves" else ana.blocks()
            ben.commands("menu").looks_away()
            world.taps_letter(ben, letter, "drop_yes" if asked else "drop")
            seen[how] = (ben.toast, ben.said, str(lines(ben)))
    assert seen["leaves"] == seen["blocks"]


# -- its writer


def unopened(ben: Phone) -> None:
    pass


def opened(ben: Phone) -> None:
    ben.taps("Open")


def left_unread(ben: Phone) -> None:
    ben.taps(*UNREAD, "Yes, delete it")


HOW = (unopened, opened, left_unread)


def watched(world: World, ana: Phone, ben: Phone, reader: Callable[[Phone], None], then: tuple[str, ...]) -> list[str]:
    """All that Ana is shown over more than half a year of whatever she does."""
    letter, seen = world.delivers(ana, WORDS), []
    reader(ben)
    for name in then:
        if name == "leave":
            ana.commands("leave").taps("Leave now")
        else:
            world.taps_letter(ana, letter, name)
        seen.append(f"{ana.said} {ana.toast}")
        seen.append(f"{ana.commands('letters').said} {list(ana.screen.values())[-1].labels.keys()}")
    for days in (29, 2, 148, 2, 40):
        time_goes_by(world, days=days)
        world.taps_letter(ana, letter, "mine")
        seen.append(f"{ana.said} {lines(ana)} {exporting.collect(ana.turn).decode()}")
    return seen


@pytest.mark.parametrize(
    "then",
    [
        ("mine", "print_own", "preserve_own", "month_own", "unpreserve_own", "drop_own"),
        ("mine", "preserve_own", "leave"),
        ("mine", "leave", "mine", "withdraw"),
        ("withdraw", "mine", "drop_own", "drop_own_yes"),
        ("drop_own_yes", "mine", "withdraw"),
    ],
    ids=" ".join,
)
def test_its_writer_sees_what_they_see_of_any_letter(
    world: World, ana: Phone, ben: Phone, couple: int, then: tuple[str, ...]
) -> None:
    """Whatever they do, nothing tells whether it lies closed, was opened or was deleted unread."""
    seen = []
    for reader in HOW:
        with undone(world):
            seen.append(watched(world, ana, ben, reader, then))
    assert seen[0] == seen[1] == seen[2]
    assert any(WORDS in one for one in seen[0]) is (then[0] == "mine" or then[0] == "withdraw")


@pytest.mark.parametrize("reader", [unopened, left_unread])
def test_in_an_exchange_the_other_letter_can_be_read_all_the_same(
    world: World, ana: Phone, ben: Phone, couple: int, reader: Callable[[Phone], None]
) -> None:
    mine = world.drafts(ana, WORDS)
    ref = world.letter(mine)["ref"]
    exchange.begin(ana.turn, letter=ref, question="miss")
    letters.seal(ana.turn, letter=ref)
    world.ticks()
    ben.taps("Write mine").writes("Mine.").taps("Preview", "Yes, seal it")
    world.ticks()
    reader(ben)
    ana.taps("Open")
    assert "Mine." in ana.said
    assert drafts.find(world.connection, ana.row.id, ref) is not None
