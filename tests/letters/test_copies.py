"""Each of the two has a copy: kept, deleted, or gone after its half year; the other one never notices."""

from datetime import timedelta

import pytest

from bot import access
from bot.conversation import exporting, letters_going
from bot.delivery.buttons import act
from tests.support.shelf_life import lines, time_goes_by
from tests.support.units import NOON, Phone, World

WORDS = "The garden in the rain."


@pytest.fixture
def letter(world: World, ana: Phone, ben: Phone, couple: int) -> int:
    """From Ana, opened by Ben."""
    letter_id = world.delivers(ana, WORDS)
    world.taps_letter(ben, letter_id, "open")
    return letter_id


def tells(world: World) -> int:
    """How many are told that letters go."""
    told = len(letters_going.tell_due(world.connection, world.desk, now=world.now))
    world.deliver()
    return told


# -- deleting


def test_the_writer_deletes_their_copy_by_one_tap_and_a_yes(world: World, ana: Phone, ben: Phone, letter: int) -> None:
    ana.commands("letters").taps("Sent, 4 March", "Delete my copy")
    assert world.words("drop_own_question").strip() in ana.said
    assert WORDS in ana.shown
    ben.looks_away()
    ana.taps("Delete my copy")
    assert ana.toast == world.words("letter_dropped").strip()
    assert "CANARY" not in ana.shown
    assert WORDS not in ana.bubble("Your letters").text
    assert lines(ana) == []
    assert WORDS not in ana.said
    assert WORDS not in exporting.collect(ana.turn).decode()
    assert ben.new == []
    assert lines(ben) == ["From Ana, 4 March", "Fold all"]


def test_a_long_letter_of_ones_own_goes_with_all_its_pages(world: World, ana: Phone, ben: Phone, couple: int) -> None:
    world.delivers(ana, *(f"PAGE {number} {'word ' * 700}" for number in range(3)))
    ana.commands("letters").taps("Sent, 4 March")
    assert ana.shown.count("PAGE") == 3
    ana.taps("Delete my copy").forges(ana.button("Leave it").labels["Delete my copy"], ref=ana.button("Leave it").id)
    assert "PAGE" not in ana.shown


def test_leaving_it_leaves_it(world: World, ana: Phone, ben: Phone, letter: int) -> None:
    before = world.letter(letter)
    ana.commands("letters").taps("Sent, 4 March", "Delete my copy", "Leave it")
    assert world.words("drop_own_question").strip() not in ana.shown
    ben.taps("Delete it", "Leave it")
    assert world.words("drop_question").strip() not in ben.shown
    assert WORDS in ben.shown
    assert world.letter(letter) == before


def test_a_letter_on_its_way_arrives_though_its_writer_has_no_copy(
    world: World, ana: Phone, ben: Phone, couple: int
) -> None:
    letter_id = world.seals(ana, WORDS, rest="overnight")
    world.taps_letter(ana, letter_id, "drop_own_yes")
    assert lines(ana) == []
    assert WORDS not in exporting.collect(ana.turn).decode()
    world.taps_letter(ana, letter_id, "mine")
    world.taps_letter(ana, letter_id, "withdraw")
    assert WORDS not in ana.said
    assert world.letter(letter_id)["state"] == "sealed"
    world.passes(days=1)
    ben.taps("Open")
    assert WORDS in ben.shown
    assert world.letter(letter_id)["writer_key"] is None


def test_the_question_offers_to_take_it_back_instead(world: World, ana: Phone, ben: Phone, couple: int) -> None:
    letter_id = world.delivers(ana, WORDS)
    ana.commands("letters").taps("Sent, 4 March", "Delete my copy", "Take it back")
    assert world.letter(letter_id)["state"] == "withdrawn"
    assert "Open" not in ben.buttons


def test_the_reader_deletes_theirs_and_the_writer_sees_no_change(
    world: World, ana: Phone, ben: Phone, letter: int
) -> None:
    before = lines(ana)
    ana.looks_away()
    ben.taps("Delete it")
    assert world.words("drop_question").strip() in ben.said
    ben.taps("Yes, delete it")
    assert WORDS not in ben.shown
    assert lines(ben) == []
    assert WORDS not in exporting.collect(ben.turn).decode()
    assert ana.new == []
    assert lines(ana) == before
    ana.taps("Sent, 4 March")
    assert WORDS in ana.said


def test_photos_of_a_deleted_letter_go_from_the_chat(world: World, ana: Phone, ben: Phone, couple: int) -> None:
    world.knows(ana)
    ana.commands("write").taps("A blank page").writes("A photo:").sends("photo", "beach").taps("Preview", "Yes, now")
    world.ticks()
    ben.taps("Open", "Photo 1", "Delete it", "Yes, delete it")
    assert "photo" not in {bubble.kind for bubble in ben.screen.values()}


@pytest.mark.parametrize("first", ["ana", "ben"])
def test_when_nobody_has_it_any_more_its_words_are_gone(
    world: World, ana: Phone, ben: Phone, letter: int, first: str
) -> None:
    taps = {"ana": (ana, "drop_own_yes"), "ben": (ben, "drop_yes")}
    for phone, name in (taps.pop(first), *taps.values()):
        world.taps_letter(phone, letter, name)
    row = world.letter(letter)
    assert (row["state"], row["writer_key"], row["reader_key"], row["signature"]) == ("discarded", None, None, None)


def test_an_old_list_opens_nothing_that_was_deleted(world: World, ana: Phone, ben: Phone, letter: int) -> None:
    ben.commands("letters")
    world.taps_letter(ben, letter, "drop_yes")
    ben.taps("From Ana, 4 March")
    assert WORDS not in ben.said
    assert ben.toast == world.desk.library.catalogue.text("interrupts.moved_on", "en").strip()


def test_a_draft_is_deleted_from_its_list(world: World, ana: Phone, ben: Phone, couple: int) -> None:
    draft = world.drafts(ana, WORDS)
    ana.commands("letters").taps("Draft, 4 March", "Delete it", "No, keep it")
    assert world.letter(draft)["state"] == "draft"
    ana.commands("letters").taps("Draft, 4 March", "Delete it", "Yes, delete it")
    assert "It is deleted." in ana.said
    assert world.letter(draft)["state"] == "discarded"
    assert lines(ana) == []


def test_a_draft_is_deleted_without_a_partner_too(world: World, ana: Phone) -> None:
    draft = world.drafts(ana, WORDS)
    ana.commands("letters").taps("Draft, 4 March", "Delete this draft", "Yes, delete it")
    assert world.letter(draft)["state"] == "discarded"
    assert WORDS not in ana.shown
    assert world.words("discarded").strip() in ana.said


# -- no read receipt


def evening(world: World, ana: Phone, ben: Phone, *, opens: bool) -> list[str]:
    """All that Ana is shown, from taking back to deleting, over more than half a year."""
    letter_id = world.delivers(ana, WORDS)
    if opens:
        world.taps_letter(ben, letter_id, "open")
    seen = []
    with_buttons = ("mine", "print_own", "withdraw", "mine", "print_own", "preserve_own", "month_own", "drop_own")
    for name in with_buttons:
        world.taps_letter(ana, letter_id, name)
        seen.append(f"{ana.said} {ana.toast}")
    ana.commands("letters")
    seen.append(f"{ana.said} {list(ana.screen.values())[-1].labels.keys()}")
    for days in (29, 2, 200):
        time_goes_by(world, days=days)
        seen.append(f"{ana.commands('letters').said} {WORDS in exporting.collect(ana.turn).decode()}")
    return seen


def test_taking_back_looks_the_same_whether_it_was_opened(world: World, ana: Phone, ben: Phone, couple: int) -> None:
    """Neither the list, a keepsake, the copy of everything nor time tells."""
    unopened = evening(world, ana, ben, opens=False)
    world.now = NOON
    opened = evening(world, ana, ben, opens=True)
    assert opened == unopened
    assert any("Taken back, 4 March" in one for one in unopened)


def test_a_copy_of_the_writer_lasts_as_long_whether_it_was_opened(
    world: World, ana: Phone, ben: Phone, couple: int
) -> None:
    seen = {}
    for opens in (False, True):
        letter_id = world.delivers(ana, WORDS)
        world.passes(hours=1)
        if opens:
            world.taps_letter(ben, letter_id, "open")
        seen[opens] = letter_id
    for days in (179, 2):
        time_goes_by(world, days=days)
        mine = [access.letter(world.connection, one).is_held_by(ana.row.id) for one in seen.values()]  # type: ignore[union-attr]
        assert mine == [days == 179] * 2
    world.taps_letter(ben, seen[False], "open")
    assert WORDS in ben.said


# -- keeping


def test_a_kept_letter_stays_beyond_its_half_year(world: World, ana: Phone, ben: Phone, letter: int) -> None:
    ben.taps("Keep it")
    assert ben.toast == world.words("letter_preserved").strip()
    assert world.words("letter_stays").strip() in ben.bubble(WORDS).text
    time_goes_by(world, days=900)
    assert lines(ben)[0] == "From Ana, 4 March"
    assert lines(ana) == []
    world.taps_letter(ben, letter, "read")
    assert WORDS in ben.said


def test_one_that_is_not_kept_goes_after_half_a_year(world: World, ana: Phone, ben: Phone, letter: int) -> None:
    time_goes_by(world, days=179)
    world.taps_letter(ben, letter, "read")
    assert WORDS in ben.said
    assert world.words("letter_goes", date="31 August").strip() in ben.said
    time_goes_by(world, days=2)
    assert world.letter(letter)["state"] == "discarded"
    assert lines(ben) == []


def test_who_stops_keeping_has_a_month_left(world: World, ana: Phone, ben: Phone, letter: int) -> None:
    ben.taps("Keep it")
    time_goes_by(world, days=400)
    world.taps_letter(ben, letter, "read")
    ben.taps("Stop keeping it")
    assert ben.toast == world.words("letter_unpreserved").strip()
    time_goes_by(world, days=29)
    assert world.letter(letter)["state"] == "opened"
    time_goes_by(world, days=2)
    assert world.letter(letter)["state"] == "discarded"


def test_the_writer_keeps_theirs_alone(world: World, ana: Phone, ben: Phone, letter: int) -> None:
    ana.commands("letters").taps("Sent, 4 March", "Keep it")
    assert world.words("letter_stays").strip() in ana.bubble(WORDS).text
    time_goes_by(world, days=400)
    assert lines(ben) == []
    assert lines(ana)[0] == "Sent, 4 March"


def test_after_a_parting_a_kept_letter_stays_for_a_month(world: World, ana: Phone, ben: Phone, letter: int) -> None:
    ben.taps("Keep it")
    world.taps_letter(ana, letter, "preserve_own")
    time_goes_by(world, days=400)
    ana.commands("leave").taps("Leave now")
    world.taps_letter(ben, letter, "read")
    assert WORDS in ben.said
    assert world.words("letter_goes_anyway").strip() in ben.said
    assert "Keep it" not in list(ben.screen.values())[-1].labels
    world.taps_letter(ben, letter, "preserve")
    time_goes_by(world, days=29)
    assert world.letter(letter)["state"] == "opened"
    time_goes_by(world, days=2)
    assert world.letter(letter)["state"] == "discarded"


def test_a_worker_of_before_leaves_no_end_and_the_copy_goes_all_the_same(
    world: World, ana: Phone, ben: Phone, letter: int
) -> None:
    from bot.letters import drafts  # noqa: PLC0415

    drafts.change(world.connection, letter, own_until=None)
    time_goes_by(world, days=179)
    assert lines(ana)[0] == "Sent, 4 March"
    time_goes_by(world, days=2)
    assert world.letter(letter)["writer_key"] is None


# -- being told before


def test_who_has_a_letter_that_goes_is_told_once_in_place_of_a_nudge(
    world: World, ana: Phone, ben: Phone, letter: int
) -> None:
    time_goes_by(world, days=160)
    assert tells(world) == 0
    time_goes_by(world, days=10)
    ben.taps("Fold it away")
    for phone in (ana, ben):
        phone.looks_away()
    assert tells(world) == 2
    notice = world.words("letters_go_soon").strip()
    assert (ana.said, ben.said) == (notice, notice)
    assert len(notice) <= 280
    world.passes(hours=23)
    assert ben.said == notice  # no nudge on that day, and nothing again
    assert tells(world) == 0


def test_the_notice_leads_to_what_goes_and_to_keeping_it(world: World, ana: Phone, ben: Phone, letter: int) -> None:
    time_goes_by(world, days=170)
    tells(world)
    ben.taps("Those that go soon")
    assert world.words("letter_goes", date="31 August").strip() in ben.said
    ben.taps("Keep it")
    assert ben.toast == world.words("letter_preserved").strip()
    time_goes_by(world, days=300)
    assert world.letter(letter)["state"] == "opened"
    ben.forges(act("b", ben.row.id, "going"))
    assert world.words("letters_going_none").strip() in ben.said


def test_several_that_go_on_one_day_are_told_with_one_date(world: World, ana: Phone, ben: Phone, letter: int) -> None:
    world.taps_letter(ben, world.delivers(ana, "More."), "open")
    time_goes_by(world, days=170)
    tells(world)
    ben.taps("Those that go soon")
    assert world.words("letters_going_on", date="31 August").strip() in ben.said
    ben.taps("Keep them all")
    assert ben.toast == world.words("letters_preserved").strip()


def test_the_list_itself_leads_there(world: World, ana: Phone, ben: Phone, letter: int) -> None:
    ben.taps("Fold it away")
    assert lines(ben) == ["From Ana, 4 March"]
    time_goes_by(world, days=151)
    assert lines(ben) == ["From Ana, 4 March", "Those that go soon"]


@pytest.mark.parametrize("how", ["off", "night", "had"])
def test_nobody_is_told_out_of_turn(world: World, ana: Phone, ben: Phone, letter: int, how: str) -> None:
    from bot.db import people  # noqa: PLC0415
    from bot.nudges import service as nudges  # noqa: PLC0415

    world.taps_letter(ana, letter, "preserve_own")
    time_goes_by(world, days=170)
    if how == "off":
        people.change(world.connection, ben.row.id, nudges_off=True)
    elif how == "night":
        world.now += timedelta(hours=11)
    else:
        nudges.take_day(world.connection, world.desk, ben.row, now=world.now)
    assert tells(world) == 0


@pytest.mark.parametrize("name", ["going", "preserve"])
def test_another_keeps_nothing_of_mine(
    world: World, ana: Phone, ben: Phone, cem: Phone, letter: int, name: str
) -> None:
    time_goes_by(world, days=170)
    cem.forges(act("b", ben.row.id, name))
    assert world.letter(letter)["reader_lasting"] is None
    assert cem.toast == world.desk.library.catalogue.text("interrupts.moved_on", "en").strip()


@pytest.mark.parametrize("kept", [True, False])
def test_who_was_left_sees_what_they_would_see_of_one_who_blocks(
    world: World, ana: Phone, ben: Phone, letter: int, kept: bool
) -> None:
    """Also of letters: neither the list, nor the letter, nor a notice tells which it was."""
    if kept:
        ben.taps("Keep it")
        world.taps_letter(ben, letter, "fold")
    time_goes_by(world, days=120)
    own = world.delivers(ben, "Mine.")
    time_goes_by(world, days=20)
    seen = {}
    for how in ("leaves", "blocks"):
        unit = world.connection.begin_nested()
        if how == "leaves":
            ana.commands("leave").taps("Leave now")
        else:
            ana.blocks()
        ben.commands("menu")
        time_goes_by(world, days=17)
        views = [str(tells(world)), str(lines(ben))]
        for letter_id, name in ((letter, "read"), (letter, "preserve"), (own, "mine"), (own, "preserve_own")):
            world.taps_letter(ben, letter_id, name)
            views.append(f"{ben.said} {ben.toast} {list(ben.screen.values())[-1].labels}")
        ben.forges(act("b", ben.row.id, "going"))
        seen[how] = [*views, f"{ben.said} {ben.toast}"]
        unit.rollback()
        world.now -= timedelta(days=17)
    assert seen["leaves"] == seen["blocks"]


# -- exchanges


def test_a_deleted_letter_of_an_exchange_keeps_the_other_one_closed(
    world: World, ana: Phone, ben: Phone, couple: int
) -> None:
    """Who takes back theirs and deletes it reads nothing for it."""
    from bot.letters import drafts, exchange  # noqa: PLC0415
    from bot.letters import service as letters  # noqa: PLC0415

    mine = world.drafts(ana, WORDS)
    ref = world.letter(mine)["ref"]
    exchange.begin(ana.turn, letter=ref, question="miss")
    letters.seal(ana.turn, letter=ref)
    world.ticks()
    ben.taps("Write mine").writes("Mine.").taps("Preview", "Yes, seal it")
    world.ticks()
    ana.commands("letters").taps("Sent, 4 March", "Take it back")
    ana.commands("letters").taps("Taken back, 4 March", "Delete it", "Yes, delete it")
    assert world.letter(mine)["state"] == "discarded"
    ana.taps("Open")
    assert "Mine." not in ana.shown
    assert ana.toast == world.words("exchange_closed").strip()
    assert drafts.find(world.connection, ana.row.id, ref) is None
