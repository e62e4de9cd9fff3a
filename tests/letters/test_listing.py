"""/letters: the latest, all of a month, and those that hold certain words; never one that is closed."""

import pytest

from bot.delivery.buttons import act
from bot.letters import drafts, listing
from tests.support.units import Phone, World


def lines(phone: Phone) -> list[str]:
    """The labels of the list that came last."""
    return list(list(phone.screen.values())[-1].labels)


def rows(phone: Phone) -> int:
    """How many rows of buttons stand under the last message."""
    call = list(phone.screen.values())[-1].call
    assert call is not None
    return len(call.params["reply_markup"]["inline_keyboard"])


@pytest.fixture
def many(world: World, ana: Phone, ben: Phone, couple: int) -> list[int]:
    """Twelve letters from Ana, every five days from 4 March on, each opened; their ids."""
    found = []
    for number in range(12):
        found.append(world.delivers(ana, f"Letter {number} about the garden."))
        world.taps_letter(ben, found[-1], "open")
        world.passes(days=5)
    return found


def test_a_short_list_stands_as_a_whole(world: World, ana: Phone, ben: Phone, couple: int) -> None:
    world.delivers(ana, "One.")
    ben.commands("letters")
    assert lines(ben) == ["From Ana, 4 March"]


def test_the_rest_stands_by_month(world: World, ana: Phone, ben: Phone, many: list[int]) -> None:
    """Every letter can be found again."""
    ben.commands("letters")
    assert lines(ben)[-3:] == ["By month", "Find words", "Several as one PDF"]
    ben.taps("By month")
    assert lines(ben) == ["April 2026", "March 2026", "Close"]
    ben.taps("March 2026")
    assert lines(ben) == [*(f"From Ana, {day} March" for day in (29, 24, 19, 14, 9, 4)), "Close"]
    ben.taps("From Ana, 4 March")
    assert "Letter 0 about the garden." in ben.said


def test_a_full_month_goes_on_below(world: World, ana: Phone) -> None:
    world.knows(ana)
    for number in range(25):
        world.drafts(ana, f"Draft {number}")
        world.passes(hours=1)
    ana.commands("letters").taps("By month", "March 2026")
    first = rows(ana)
    ana.taps("Older ones")
    assert (first, rows(ana)) == (22, 6)


def test_months_and_a_month_can_be_closed(world: World, ana: Phone, ben: Phone, many: list[int]) -> None:
    ben.commands("letters").taps("By month", "March 2026", "Close")
    assert "March 2026, the newest first:" not in ben.shown
    ben.taps("Close")
    assert "Which month?" not in ben.shown
    assert "Your letters:" in ben.shown


def test_another_closes_nothing_of_mine(world: World, ana: Phone, ben: Phone, cem: Phone, many: list[int]) -> None:
    months = ben.commands("letters").taps("By month").button("Close")
    cem.forges(months.labels["Close"], ref=months.id)
    assert cem.toast == world.desk.library.catalogue.text("interrupts.moved_on", "en").strip()
    assert [call.method for call in cem.new] != ["delete_messages"]


def test_words_are_found_in_what_one_wrote_and_opened(world: World, ana: Phone, ben: Phone, many: list[int]) -> None:
    closed = world.delivers(ana, "About the GARDEN, closed.")
    world.drafts(ben, "My draft on gardens.")
    ben.commands("letters").taps("Find words").writes("garden 3")
    assert lines(ben) == ["From Ana, 19 March"]
    ben.taps("From Ana, 19 March")
    assert "Letter 3 about the garden." in ben.said
    ben.commands("letters").taps("Find words").writes("closed")
    assert world.words("letters_not_found").strip() in ben.said
    assert world.letter(closed)["state"] == "waiting"
    ben.commands("letters").taps("Find words").writes("My Draft")
    assert lines(ben) == ["Draft, 3 May"]


def test_nothing_is_found_in_what_is_no_longer_there(world: World, ana: Phone, ben: Phone, many: list[int]) -> None:
    drafted = world.drafts(ana, "A secret draft.")
    drafts.discard(ana.turn, letter=world.letter(drafted)["ref"])
    world.taps_letter(ana, many[0], "withdraw")
    ana.commands("letters").taps("Find words").writes("secret")
    assert world.words("letters_not_found").strip() in ana.said


def test_who_was_left_finds_opened_letters_only(world: World, ana: Phone, ben: Phone, many: list[int]) -> None:
    world.delivers(ana, "The garden, unopened.")
    ana.commands("leave").taps("Leave now")
    ben.commands("letters").taps("Find words").writes("unopened")
    assert world.words("letters_not_found").strip() in ben.said
    ben.commands("letters").taps("Find words").writes("garden 11")
    assert lines(ben) == ["From Ana, 28 April"]


def test_whatever_lies_open_is_folded_at_once(world: World, ana: Phone, ben: Phone, couple: int) -> None:
    """What is still closed stays as it is."""
    first, second, third = (world.delivers(ana, words) for words in ("FIRST", "SECOND", "THIRD"))
    for letter_id in (first, second):
        world.taps_letter(ben, letter_id, "open")
    assert all(words in ben.shown for words in ("FIRST", "SECOND"))
    ben.commands("letters").taps("Fold all")
    assert ben.toast == world.words("all_folded").strip()
    assert not any(words in ben.shown for words in ("FIRST", "SECOND", "THIRD"))
    assert [world.letter(one)["page"] for one in (first, second, third)] == [0, 0, 0]
    assert world.letter(third)["state"] == "waiting"
    ben.commands("letters")
    assert "Fold all" not in lines(ben)


@pytest.mark.parametrize("name", ["months", "find", "fold", "m202603o0", "m209901o0", "m202603o999", "m", "else"])
def test_the_buttons_of_another_person_say_nothing(
    world: World, ana: Phone, ben: Phone, cem: Phone, many: list[int], name: str
) -> None:
    cem.looks_away().forges(act("b", ben.row.id, name))
    assert not any(call.method.startswith("send") for call in cem.new)
    assert cem.toast == world.desk.library.catalogue.text("interrupts.moved_on", "en").strip()


def test_letters_of_one_day_have_the_hour_as_well(world: World, ana: Phone, ben: Phone, couple: int) -> None:
    """No words on a button: a phone may lie on a table."""
    world.drafts(ana, "My first draft.")
    world.passes(hours=1)
    world.drafts(ana, "My second draft.")
    world.seals(ana, "The only one that was sealed.", rest="overnight")
    ana.commands("letters")
    assert sorted(lines(ana)) == ["Draft, 4 March, 12:00", "Draft, 4 March, 13:00", "Resting, 4 March"]
    assert "My" not in " ".join(lines(ana))


def test_a_reader_learns_when_it_came_and_not_when_it_was_sealed(
    world: World, ana: Phone, ben: Phone, couple: int
) -> None:
    """A letter that rested through a night shows no hour of that night."""
    for words in ("ONE", "TWO"):
        world.seals(ana, words, rest="two_hours")
        world.passes(hours=2.5)
    ben.commands("letters")
    assert sorted(lines(ben)) == ["From Ana, 4 March, 14:30", "From Ana, 4 March, 17:00"]


def test_two_for_a_bad_day_are_told_apart(world: World, ana: Phone, ben: Phone, couple: int) -> None:
    from bot.letters import service as letters  # noqa: PLC0415

    for words in ("ONE", "TWO"):
        draft = world.drafts(ana, words)
        ref = world.letter(draft)["ref"]
        drafts.begin(ana.turn, letter=ref, guide="open_when")
        letters.seal(ana.turn, letter=ref)
        world.passes(hours=1)
    ben.commands("letters")
    assert [one.rpartition(",")[0] for one in lines(ben)] == ["For when you fight, 4 March"] * 2
    assert len(set(lines(ben))) == 2


def test_the_oldest_of_very_many_letters_is_found(
    world: World, ana: Phone, couple: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By looks of a few at a time, so that each is bounded."""
    monkeypatch.setattr(listing, "AT_ONCE", 4)
    world.drafts(ana, "The needle.")
    for number in range(14):
        world.passes(hours=1)
        world.drafts(ana, f"Hay {number}")
    ana.commands("letters").taps("Find words").writes("needle")
    assert lines(ana) == ["Draft, 4 March"]
    assert "I looked back" not in ana.said


@pytest.mark.parametrize("bound", ["LOOKED_THROUGH", "CHARACTERS"])
def test_a_search_that_ends_before_the_oldest_says_how_far_it_looked(
    world: World, ana: Phone, couple: int, monkeypatch: pytest.MonkeyPatch, bound: str
) -> None:
    monkeypatch.setattr(listing, "AT_ONCE", 2)
    monkeypatch.setattr(listing, bound, {"LOOKED_THROUGH": 4, "CHARACTERS": 30}[bound])
    for number in range(10):
        world.drafts(ana, f"Needle no. {number}")
        world.passes(days=1)
    ana.commands("letters").taps("Find words").writes("needle no. 0")
    assert world.words("letters_not_found").strip() in ana.said
    assert world.words("letters_looked_back", date="10 March 2026").strip() in ana.said


def test_more_than_a_page_of_finds_says_so(world: World, ana: Phone, couple: int) -> None:
    for number in range(23):
        world.drafts(ana, f"Needle {number}")
        world.passes(hours=1)
    ana.commands("letters").taps("Find words").writes("needle")
    assert world.words("letters_found_many").strip() in ana.said
    assert rows(ana) == 20
    ana.commands("letters").taps("Find words").writes("needle 7")
    assert world.words("letters_found").strip() in ana.said


def test_letters_of_one_minute_have_a_number_the_older_one_first(world: World, ana: Phone) -> None:
    for words in ("ONE", "TWO"):
        world.drafts(ana, words)
        world.passes(seconds=5)
    ana.commands("letters")
    assert lines(ana) == ["Draft, 4 March, 12:00 (2)", "Draft, 4 March, 12:00 (1)"]
    ana.taps("Draft, 4 March, 12:00 (1)")
    assert "ONE" in ana.said
