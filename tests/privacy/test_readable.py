"""The page to read beside the JSON of `/export`: all of one's own and nothing else, in words, safe to open."""

from datetime import timedelta
from html.parser import HTMLParser

import pytest

from bot.checkup import path
from bot.checkup import service as checkup
from bot.conversation import readable
from bot.db import people
from bot.letters import drafts
from bot.nudges import preferences
from bot.nudges import service as nudges
from bot.people import service as people_service
from tests.support.units import Phone, World

OFF = "It does not come."
SCRIPT = '</p></blockquote><script>alert("x")</script><img src=https://example.org/a onerror=alert(1)>&lt;'

TAGS = {"html", "head", "meta", "title", "style", "body", "h1", "h2", "h3", "p", "ul", "li", "blockquote"}


class Read(HTMLParser):
    """What a browser would show, and the tags that it would meet."""

    def __init__(self) -> None:
        super().__init__()
        self.shown: list[str] = []
        self.tags: set[str] = set()
        self.attributes: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data: str) -> None:
        self.shown.append(data)


def pages(phone: Phone) -> list[str]:
    """The files that came with the last tap or command, but the JSON."""
    files = [call.params["document"] for call in phone.new if call.method == "send_document"]
    return [one.input_file_content.decode() for one in files if one.filename.endswith(".html")]


def asked(phone: Phone) -> str:
    (page,) = pages(phone.commands("export"))
    return page.translate({0x2068: None, 0x2069: None})


def shown(page: str) -> str:
    read = Read()
    read.feed(page)
    return "".join(read.shown)


def in_order(text: str, *words: str) -> bool:
    places = [text.find(word) for word in words]
    return -1 not in places and places == sorted(places)


def test_it_comes_with_the_json_and_holds_letters_whole_the_oldest_first(
    world: World, ana: Phone, ben: Phone, couple: int
) -> None:
    long = "\n\n".join(f"Paragraph {number}. {'word ' * 100}" for number in range(30))
    world.delivers(ana, long)
    world.passes(days=1)
    world.taps_letter(ana, world.delivers(ben, "His opened."), "open")
    world.passes(days=1)
    world.drafts(ana, "My draft.")
    text = shown(asked(ana))
    assert [call.method for call in ana.new] == ["send_document"] * 2
    assert all(part.strip() in text for part in long.split("\n\n"))
    order = (
        "Your letter, 4 March 2026",
        "Paragraph 29",
        "From Ben, 5 March 2026",
        "His opened.",
        "Draft, 6 March 2026",
    )
    assert in_order(text, *order, "My draft.")


def test_dates_are_those_of_ones_own_wall(world: World, ana: Phone, ben: Phone, couple: int) -> None:
    people_service.save_zone(ana.turn, zone="auckland")
    people.change(world.connection, ana.row.id, zone="Pacific/Auckland")
    world.delivers(ana, "At noon in London.")
    assert "Your letter, 5 March 2026" in asked(ana)


def test_sentences_check_ups_and_settings_stand_there_in_words(
    world: World, ana: Phone, ben: Phone, couple: int
) -> None:
    drafts.write_sentence(ana.turn, letter="s", words="I felt alone on Sunday.")
    drafts.keep_sentence(ana.turn, letter="s")
    ana.commands("checkup").taps("We laugh", *["Often"] * 5, *["Sometimes"] * 4, "No")
    checkup.keep_words(ana.turn, kind="trouble", words="We are both so tired.")
    checkup.set_focus(ana.turn, focus="infidelity")
    preferences.save_effort(ana.turn, effort="short")
    people_service.mute_letters(ana.turn, on=True)
    text = shown(asked(ana))
    assert in_order(
        text,
        *("Name: Ana", "Here since 4 March 2026", "Language: English", "Time zone:", "begin with: a break of trust"),
        *("I hold letters to you back", "Hour: 9:00", "Days: Monday, Tuesday", "five minutes at most"),
        *("What worked: you laughed together.", "but not about how we feel. Often.", "There is a break of trust"),
        *(" No.", "You wrote: “We are both so tired.”", "A sentence that you kept, 4 March 2026"),
        "I felt alone on Sunday.",
    )
    assert "of 10" not in text


def test_what_came_and_what_was_done_stands_there_too(world: World, ana: Phone, ben: Phone, couple: int) -> None:
    checkup.set_focus(ana.turn, focus="time")
    step = world.desk.library.paths["time"][0]
    path.note_done(ana.turn, [step.dialog])
    nudges.replan(ana.turn)
    world.passes(hours=20, minutes=58)
    gesture = ana.bubble("").text
    ana.taps("Done")
    text = shown(asked(ana))
    assert world.desk.library.catalogue.text(step.text.id, "en") in text
    assert f"5 March 2026: {gesture} (Done)" in text


def test_nothing_of_anybody_else_is_in_it(world: World, ana: Phone, ben: Phone, cem: Phone, couple: int) -> None:
    """Neither what is closed nor what was deleted, taken back or only written."""
    world.drafts(ben, "CANARY draft")
    world.delivers(ben, "CANARY closed")
    gone = world.delivers(ben, "CANARY deleted")
    for name in ("open", "drop_yes"):
        world.taps_letter(ana, gone, name)
    unread = world.delivers(ben, "CANARY unread")
    world.taps_letter(ana, unread, "drop_yes")
    checkup.keep_words(ben.turn, kind="trouble", words="CANARY trouble")
    checkup.set_focus(ben.turn, focus="infidelity")
    world.passes(days=1)
    mine = world.delivers(ben, "An opened one.")
    world.taps_letter(ana, mine, "open")
    for phone in (ana, cem):
        assert not any(word in asked(phone) for word in ("CANARY", "a break of trust"))
    assert "An opened one." in asked(ana)
    assert "An opened one." not in asked(cem)


def test_to_its_writer_a_letter_looks_the_same_opened_or_not(world: World, ana: Phone, ben: Phone, couple: int) -> None:
    letter = world.delivers(ana, "Mine.")
    before = asked(ana)
    world.taps_letter(ben, letter, "open")
    assert asked(ana) == before


def test_what_is_deleted_before_it_is_sent_is_not_in_it(world: World, ana: Phone, ben: Phone, couple: int) -> None:
    """Its row holds no words, so that none lie about."""
    letter = world.delivers(ana, "Gone by then.")
    deliver, world.deliver = world.deliver, lambda: None  # type: ignore[method-assign]
    ana.commands("export")
    world.taps_letter(ana, letter, "drop_own_yes")
    world.deliver = deliver  # type: ignore[method-assign]
    world.deliver()
    (page,) = pages(ana)
    assert "About you" in page
    assert "Gone by then." not in page


def test_whatever_people_write_is_only_ever_text(world: World, ana: Phone, ben: Phone, couple: int) -> None:
    people_service.save_name(ben.turn, name="<b>Ben</b>")
    world.taps_letter(ana, world.delivers(ben, SCRIPT), "open")
    page = asked(ana)
    read = Read()
    read.feed(page)
    assert SCRIPT in shown(page)
    assert read.tags <= TAGS
    assert read.attributes <= {"lang", "dir", "charset", "http-equiv", "content", "name"}


def test_what_is_too_much_for_one_file_goes_on_in_the_next(
    world: World, ana: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.knows(ana)
    monkeypatch.setattr(readable, "MOST_BYTES", 1000)
    for number in range(5):
        world.drafts(ana, f"Letter {number}. {'x' * 400}")
        world.passes(minutes=1)
    found = pages(ana.commands("export"))
    assert [sum(f"Letter {number}." in page for page in found) for number in range(5)] == [1] * 5
    assert [page.count("About you") for page in found] == [1, 0, 0]
    assert [call.params["document"].filename for call in ana.new] == [
        *(f"rekindle-{number}.html" for number in (1, 2, 3)),
        "rekindle.json",
    ]


@pytest.mark.parametrize(("days", "after", "told"), [(7, 1, "It rests until 11 March 2026."), (7, 8, ""), (0, 1, OFF)])
def test_a_pause_is_told_as_long_as_it_lasts_and_one_without_end_without_a_date(
    world: World, ana: Phone, days: int, after: int, told: str
) -> None:
    nudges.pause(ana.turn, days=days)
    world.now += timedelta(days=after)
    text = shown(asked(ana))
    assert [line for line in ("It rests until 11 March 2026.", OFF) if line in text] == ([told] if told else [])
    assert "It rests until" not in text.replace(told or "-", "")


def test_with_nothing_said_yet_it_is_short(world: World, ana: Phone) -> None:
    text = shown(asked(ana))
    assert "All that is yours here" in text
    assert "Letters and sentences" not in text
