"""A keepsake of a chosen few, and a file that could not be made."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from bot.conversation import files_failed
from bot.db.models import KeepsakeChoice, Outbox
from bot.delivery.buttons import act
from bot.letters import keepsakes
from tests.letters.test_keepsakes import kept
from tests.support.units import Phone, World

SEVERAL = "Several as one PDF"
_rows = Outbox


def reads(world: World, writer: Phone, reader: Phone, *texts: str) -> list[int]:
    """A letter a day, each opened."""
    found = []
    for text in texts:
        found.append(world.delivers(writer, text))
        world.taps_letter(reader, found[-1], "open")
        world.passes(days=1)
    return found


def chosen(world: World) -> int:
    return int(world.connection.execute(select(func.count()).select_from(KeepsakeChoice)).scalar_one())


def labels(phone: Phone) -> list[str]:
    return list(phone.bubble("Tap the letters that go in").labels)


def test_a_few_letters_of_either_become_one_file(world: World, ana: Phone, ben: Phone, couple: int) -> None:
    """The oldest first, and none of the others."""
    reads(world, ana, ben, "FIRST", "SECOND")
    reads(world, ben, ana, "THIRD")
    ben.commands("letters").taps(SEVERAL)
    assert labels(ben) == ["Sent, 6 March", "From Ana, 5 March", "From Ana, 4 March", "Close"]
    ben.taps("Sent, 6 March", "From Ana, 4 March")
    assert labels(ben)[::2] == ["In: Sent, 6 March", "In: From Ana, 4 March", "Close"]
    assert "So far: 2." in ben.said
    ben.taps("Make the file")
    assert ben.toast == world.words("keepsake_coming").strip()
    assert [leaf.pieces[0].text for leaf in kept(ben).leaves] == ["FIRST", "THIRD"]
    assert "Tap the letters that go in" not in ben.shown
    assert chosen(world) == 0


def test_a_tap_on_a_chosen_one_puts_it_back(world: World, ana: Phone, ben: Phone, couple: int) -> None:
    reads(world, ana, ben, "FIRST", "SECOND")
    ben.commands("letters").taps(SEVERAL, "From Ana, 4 March", "In: From Ana, 4 March")
    assert "Make the file" not in labels(ben)
    ben.taps("From Ana, 5 March", "Close")
    assert "Tap the letters" not in ben.shown
    assert chosen(world) == 0


def test_it_goes_by_month_eight_at_a_page(world: World, ana: Phone, ben: Phone, couple: int) -> None:
    """What is chosen on one page stays chosen on the next."""
    reads(world, ana, ben, *(f"Letter {number}" for number in range(38)))  # 28 in March, 10 in April
    ben.commands("letters").taps(SEVERAL)
    seen = []
    while True:
        seen.append(
            (ben.bubble("Tap the letters").text.partition(".")[0], len([one for one in labels(ben) if "From" in one]))
        )
        ben.taps(labels(ben)[0])
        if "Older ones" not in labels(ben):
            break
        ben.taps("Older ones")
    assert seen == [("April 2026", 8), ("April 2026", 2), *[("March 2026", 8)] * 3, ("March 2026", 4)]
    ben.taps("Newer ones")
    assert "So far: 6." in ben.bubble("Tap the letters").text
    ben.taps("Make the file")
    assert [leaf.pieces[0].text for leaf in kept(ben).leaves] == [f"Letter {n}" for n in (3, 11, 19, 27, 29, 37)]
    assert kept(ben).name == "letters-2026-03-to-2026-04.pdf"


def test_one_file_holds_so_many_and_says_so(
    world: World, ana: Phone, ben: Phone, couple: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    from bot.letters import chosen as choosing  # noqa: PLC0415

    assert choosing.MOST == keepsakes.MOST
    monkeypatch.setattr(choosing, "MOST", 1)
    reads(world, ana, ben, "FIRST", "SECOND")
    ben.commands("letters").taps(SEVERAL, "From Ana, 4 March", "From Ana, 5 March")
    assert ben.toast == world.words("keepsake_enough").strip()
    assert chosen(world) == 1


def test_it_is_offered_with_two_letters_and_below_a_file(world: World, ana: Phone, ben: Phone, couple: int) -> None:
    reads(world, ana, ben, "FIRST")
    ben.commands("letters")
    assert SEVERAL not in ben.buttons
    reads(world, ana, ben, "SECOND")
    ben.taps("Open again", "Keepsake (PDF)", SEVERAL)
    assert "Tap the letters that go in" in ben.said


def test_a_closed_letter_and_a_draft_cannot_be_chosen(world: World, ana: Phone, ben: Phone, couple: int) -> None:
    reads(world, ana, ben, "FIRST", "SECOND")
    closed, draft = world.delivers(ana, "CLOSED"), world.drafts(ben, "DRAFT")
    ben.commands("letters").taps(SEVERAL)
    assert len(labels(ben)) == 3
    for letter_id in (closed, draft):
        ben.forges(act("c", ben.row.id, f"on{_base36(letter_id)}"))
    assert chosen(world) == 0


def test_one_that_goes_meanwhile_is_not_in_the_file(world: World, ana: Phone, ben: Phone, couple: int) -> None:
    first, _ = reads(world, ana, ben, "FIRST", "SECOND")
    ben.commands("letters").taps(SEVERAL, "From Ana, 4 March", "From Ana, 5 March")
    world.taps_letter(ben, first, "drop_yes")
    ben.taps("Make the file")
    assert [leaf.pieces[0].text for leaf in kept(ben).leaves] == ["SECOND"]


@pytest.mark.parametrize("name", ["begin", "make", "close", "page0", "page99", "pagezz", "on1", "off1", "on", "else"])
def test_the_panel_of_another_does_nothing(
    world: World, ana: Phone, ben: Phone, cem: Phone, couple: int, name: str
) -> None:
    reads(world, ana, ben, "FIRST", "SECOND")
    ben.commands("letters").taps(SEVERAL, "From Ana, 4 March")
    cem.forges(act("c", ben.row.id, name))
    assert cem.toast == world.desk.library.catalogue.text("interrupts.moved_on", "en").strip()
    assert chosen(world) == 1


def test_deleting_everything_forgets_what_was_chosen(world: World, ana: Phone, ben: Phone, couple: int) -> None:
    reads(world, ana, ben, "FIRST", "SECOND")
    ben.commands("letters").taps(SEVERAL, "From Ana, 4 March")
    ben.commands("delete").taps("Delete everything")
    assert chosen(world) == 0


def _base36(number: int) -> str:
    from bot.delivery.buttons import base36  # noqa: PLC0415

    return base36(number)


# -- a file that did not work out


def parks(world: World, kind: str) -> None:
    world.connection.execute(update(_rows).where(_rows.c.kind == kind).values(state="parked"))


def hears(world: World) -> int:
    told = len(files_failed.tell(world.connection, world.desk, now=world.now))
    world.deliver()
    return told


def test_whose_file_could_not_be_made_hears_so_once(world: World, ana: Phone, ben: Phone, couple: int) -> None:
    reads(world, ana, ben, "FIRST")
    ben.taps("Open again", "Keepsake (PDF)")
    assert hears(world) == 0
    parks(world, "keepsake")
    ana.looks_away()
    assert hears(world) == 1
    assert world.words("keepsake_failed").strip() in ben.said
    assert ana.new == []
    assert hears(world) == 0


@pytest.mark.parametrize("kind", ["document", "readable"])
def test_a_copy_of_everything_that_failed_is_told_as_well(world: World, ana: Phone, kind: str) -> None:
    ana.commands("export")
    parks(world, kind)
    assert hears(world) == 1
    assert world.words("file_failed").strip() in ana.said


def test_nothing_is_said_of_one_that_was_given_up_long_ago_or_to_a_closed_chat(world: World, ana: Phone) -> None:
    ana.commands("export")
    parks(world, "document")
    ana.blocks()
    assert hears(world) == 0
    ana.returns()
    world.now += timedelta(days=2)
    assert hears(world) == 0
