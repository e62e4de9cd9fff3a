"""Letters between Ana and Ben: given, read, folded, taken back; what each of them sees."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.conversation.incoming import Sent
from bot.db import people
from bot.delivery import outbox
from bot.delivery.outbox import Urgency
from bot.delivery.pages import PAGE_UNITS, paginate, utf16
from bot.letters import drafts, notes, rules
from bot.letters import service as letters
from bot.people import service as people_service
from tests.support.units import Phone, World

THREAT = "If you leave me, I will hurt you."


def test_a_letter_is_announced_opened_and_folded(world: World, ana: Phone, ben: Phone, couple: int) -> None:
    world.delivers(ana, "I miss our Sundays.")
    assert "A letter from Ana." in ben.said
    assert "Sundays" not in ben.said
    ben.taps("Open")
    assert "From Ana, 4 March" in ben.said
    assert "I miss our Sundays." in ben.said
    assert [call.method for call in ben.new] == ["edit_message_text"]
    ben.taps("Fold it away")
    assert "Sundays" not in ben.shown
    ben.taps("Open again")
    assert "I miss our Sundays." in ben.shown


def test_a_letter_opened_twice_shows_the_same_text_in_one_place(
    world: World, ana: Phone, ben: Phone, couple: int
) -> None:
    letter_id = world.delivers(ana, "Once.")
    world.taps_letter(ben, letter_id, "open")
    first = world.letter(letter_id)
    world.passes(minutes=5)
    world.taps_letter(ben, letter_id, "open")
    again = world.letter(letter_id)
    assert ben.shown.count("Once.") == 1
    assert (again["opened_at"], again["reader_key"].data) == (first["opened_at"], first["reader_key"].data)


def test_a_doubled_notice_opens_the_same_letter(world: World, ana: Phone, ben: Phone, couple: int) -> None:
    """A crash after sending repeats the notice; the older one loses its buttons' power, not the letter."""
    letter_id = world.delivers(ana, "Once.")
    outbox.put(
        world.connection,
        world.desk.vault,
        key="notice-again",
        person_id=ben.row.id,
        chat_id=ben.id,
        urgency=Urgency.LETTER,
        kind="notice",
        payload={"letter": letter_id},
        slot=f"letter:{letter_id}",
        now=world.now,
    )
    world.deliver()
    assert ben.shown.count("A letter from Ana.") == 2
    first = next(bubble for bubble in ben.screen.values() if "A letter from Ana." in bubble.text)
    ben.forges(first.labels["Open"], ref=first.id)
    assert ben.shown.count("Once.") == 1


def test_a_notice_that_was_late_is_not_sent_for_an_opened_letter(
    world: World, ana: Phone, ben: Phone, couple: int
) -> None:
    letter_id = world.seals(ana, "Once.")
    letters.release_due(world.connection, world.desk, now=world.now)
    world.taps_letter(ben, letter_id, "read")
    assert "A letter from Ana." not in ben.shown


def test_the_list_brings_a_letter_to_the_end_of_the_chat_and_folds_the_old_bubble(
    world: World, ana: Phone, ben: Phone, couple: int
) -> None:
    world.delivers(ana, "Once.")
    ben.taps("Open").commands("letters").taps("From Ana, 4 March")
    assert ben.shown.count("Once.") == 1
    assert "Once." in list(ben.screen.values())[-1].text
    assert "Folded away." in ben.shown


@pytest.mark.parametrize("text", [THREAT, "I love you.\n\n" + THREAT, "If you go I'll make you pay for it."])
def test_a_threat_is_held_until_it_is_reworded(world: World, ana: Phone, ben: Phone, couple: int, text: str) -> None:
    letter_id = world.seals(ana, text)
    assert "read as a threat" in ana.said
    assert world.letter(letter_id)["state"] == "draft"
    world.passes(days=2)
    assert ben.shown == ""
    drafts.edit_part(ana.turn, letter=world.letter(letter_id)["ref"], ref=9001, text="I am afraid to lose you.")
    letters.seal(ana.turn, letter=world.letter(letter_id)["ref"])
    world.ticks()
    assert world.letter(letter_id)["state"] == "waiting"


def test_a_threat_over_two_messages_is_held(world: World, ana: Phone, couple: int) -> None:
    assert world.letter(world.seals(ana, "Listen.", THREAT, "Bye."))["state"] == "draft"


def test_three_letters_a_local_day(world: World, ana: Phone, ben: Phone, couple: int) -> None:
    people.change(world.connection, ana.row.id, zone="Pacific/Auckland")  # 01:00 of the 5th at noon UTC of the 4th
    sealed = [world.letter(world.seals(ana, f"letter {number}"))["state"] for number in range(4)]
    assert sealed == ["sealed"] * 3 + ["draft"]
    assert "Three letters a day can go" in ana.shown
    world.now = datetime(2026, 3, 5, 10, 59, tzinfo=UTC)
    assert letters.letters_left(ana.turn) == 0
    world.now = datetime(2026, 3, 5, 11, 0, tzinfo=UTC)  # midnight in Auckland
    assert letters.letters_left(ana.turn) == 3


def test_a_letter_taken_back_counts_as_one_of_the_three(world: World, ana: Phone, couple: int) -> None:
    for _ in range(3):
        world.taps_letter(ana, world.seals(ana, "words"), "withdraw")
    assert letters.letters_left(ana.turn) == 0


def test_no_notice_in_quiet_hours(world: World, ana: Phone, ben: Phone, couple: int) -> None:
    world.now = datetime(2026, 3, 4, 23, 0, tzinfo=UTC)
    letter_id = world.seals(ana, "late words")
    for _ in range(32):
        world.passes(minutes=15)
        if world.now < datetime(2026, 3, 5, 7, 0, tzinfo=UTC):
            assert ben.shown == ""
    assert world.letter(letter_id)["state"] == "waiting"
    assert "A letter from Ana." in ben.shown


@pytest.mark.parametrize(("rest", "hours"), [("none", 0), ("two_hours", 2), ("overnight", 20)])
def test_a_letter_rests_as_long_as_its_writer_said(
    world: World, ana: Phone, ben: Phone, couple: int, rest: str, hours: int
) -> None:
    world.seals(ana, "rested words", rest=rest)
    if hours:
        world.now += timedelta(hours=hours, seconds=-1)
        letters.release_due(world.connection, world.desk, now=world.now)
        world.deliver()
        assert "A letter" not in ben.shown
    world.now += timedelta(seconds=1)
    letters.release_due(world.connection, world.desk, now=world.now)
    world.deliver()
    assert "A letter from Ana." in ben.shown


@given(
    st.integers(0, 366 * 24 * 60).map(lambda minute: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minute)),
    st.sampled_from(["UTC", "Europe/Berlin", "America/New_York", "Pacific/Apia", "Asia/Kathmandu", "America/Nuuk"]),
)
def test_overnight_ends_on_a_later_morning_and_gives_at_least_five_hours(now: datetime, zone_name: str) -> None:
    from bot.clock import minute_of_day, zone_of  # noqa: PLC0415

    zone = zone_of(zone_name)
    at = rules.deliver_at(now, zone, "overnight")
    assert timedelta(hours=5) < at - now <= timedelta(hours=30)
    assert minute_of_day(at, zone) == rules.MORNING


def test_muted_letters_stay_away_unnoticed_and_come_when_let_in(
    world: World, ana: Phone, ben: Phone, couple: int
) -> None:
    people_service.mute_letters(ben.turn, on=True)
    letter_id = world.seals(ana, "muted words")
    seen = ana.commands("letters").buttons
    world.passes(days=3)
    assert ben.shown == ""
    assert ana.commands("letters").buttons[-len(seen) :] == seen
    people_service.mute_letters(ben.turn, on=False)
    world.passes(minutes=16)
    assert world.letter(letter_id)["state"] == "waiting"
    assert "A letter from Ana." in ben.shown


def test_taking_back_tells_not_whether_it_was_read(world: World, ana: Phone, ben: Phone, couple: int) -> None:
    unread, read = world.delivers(ana, "unread"), world.delivers(ana, "read")
    world.taps_letter(ben, read, "open")
    said = [world.taps_letter(ana, letter_id, "withdraw").said for letter_id in (unread, read)]
    assert said[0] == said[1]
    assert "I don't say which." in said[0]
    assert "There is nothing to open here any more." in ben.shown
    world.taps_letter(ben, unread, "open")
    assert "unread" not in ben.shown
    world.taps_letter(ben, read, "open")
    assert "read" in ben.shown


def test_a_letter_that_lies_open_folds_itself_within_a_day(world: World, ana: Phone, ben: Phone, couple: int) -> None:
    world.delivers(ana, "open words")
    ben.taps("Open")
    world.passes(hours=23)
    assert "open words" in ben.shown
    world.passes(hours=1)
    assert "open words" not in ben.shown
    assert "Open again" in ben.buttons


def test_an_answer_is_announced_as_one_and_its_letter_knows(world: World, ana: Phone, ben: Phone, couple: int) -> None:
    first = world.delivers(ana, "a question")
    world.taps_letter(ben, first, "open")
    reply = world.drafts(ben, "an answer")
    drafts.begin_answer(ben.turn, letter=world.letter(reply)["ref"], to=str(first))
    letters.seal(ben.turn, letter=world.letter(reply)["ref"])
    world.ticks()
    assert "An answer from Ben." in ana.said
    assert world.letter(first)["answered_at"] == world.now


@pytest.mark.parametrize("to", ["", "0", "x", "-1", "²", "9" * 30])
def test_an_answer_to_nothing_is_a_letter(world: World, ana: Phone, couple: int, to: str) -> None:
    letter_id = world.drafts(ana, "words")
    drafts.begin_answer(ana.turn, letter=world.letter(letter_id)["ref"], to=to)
    assert world.letter(letter_id)["answers_id"] is None


def test_an_answer_to_a_letter_that_one_may_not_read_is_a_letter(
    world: World, ana: Phone, ben: Phone, couple: int, cem: Phone
) -> None:
    theirs = world.delivers(ana, "words")
    for phone in (ben, cem):
        letter_id = world.drafts(phone, "words")
        drafts.begin_answer(phone.turn, letter=world.letter(letter_id)["ref"], to=str(theirs))
        assert world.letter(letter_id)["answers_id"] is None


# -- pages


TEXTS = st.text(
    st.one_of(
        st.sampled_from("ab .!?\n\u200d\ufe0f\u0301\U0001f468\U0001f3fd\U0001f469\u202e\u00df\u4e2d\u0627"),
        st.characters(codec="utf-8"),
    )
)


@settings(max_examples=40)
@given(TEXTS, st.integers(1, 300), st.integers(0, 400))
def test_pages_fit_and_together_are_the_text(seed: str, times: int, limit: int) -> None:
    text = (seed * times)[:9_000]
    pages = paginate(text, limit + 40)
    assert all(utf16(page) <= limit + 40 for page in pages)
    assert "".join("".join(pages).split("\n")).replace(" ", "") == text.replace("\n", "").replace(" ", "")
    assert len(pages) == 1 or all(pages)


@pytest.mark.parametrize(
    "word",
    [
        "word ",
        "wordwithoutend",
        "\U0001f468\u200d\U0001f469\u200d\U0001f467",
        "z\u0351\u036b\u0343",
        "para\n\n",
        "\u202eabc ",
    ],
)
def test_a_letter_of_thirty_thousand_characters_is_read_page_by_page(
    world: World, ana: Phone, ben: Phone, couple: int, word: str
) -> None:
    text = (word * 30_000)[:30_000].strip()
    letter_id = world.delivers(ana, *(text[start : start + 3500] for start in range(0, len(text), 3500)))
    world.taps_letter(ben, letter_id, "open")
    read = []
    while True:
        shown = ben.bubble("From Ana").text
        assert utf16(shown) <= 4096
        read.append(shown.split("\n\n", 1)[1].rsplit("\n\nPage", 1)[0])
        if "Next page" not in ben.button("Fold it away").labels:
            break
        ben.taps("Next page")
    assert "".join("".join(read).split()) == "".join(text.split())
    assert all(utf16(page) <= PAGE_UNITS for page in read)
    ben.taps("Previous page")
    assert ben.bubble("From Ana").text.split("\n\n", 1)[1].rsplit("\n\nPage", 1)[0] == read[-2]
    ben.taps("Fold it away")
    assert word.strip() not in ben.shown


def test_a_preview_shows_what_will_be_read(world: World, ana: Phone, ben: Phone, couple: int) -> None:
    ana.commands("write").taps("A blank page")
    ana.writes("First, *plain* _marks_ <b>&amp;").writes("Second.").taps("Preview")
    preview = ana.bubble("This is how it will be read:").text.split("\n\n", 1)[1]
    ana.taps("Yes, now")
    world.ticks()
    ben.taps("Open")
    assert ben.bubble("From Ana").text.split("\n\n", 1)[1] == preview == "First, *plain* _marks_ <b>&amp;\n\nSecond."
    assert ben.bubble("From Ana").entities == ()


def test_the_line_under_a_draft_loses_its_buttons_once_the_letter_is_shown(ana: Phone, couple: int) -> None:
    ana.commands("write").taps("A blank page").writes("First.").writes("Second.")
    assert "Preview" in ana.bubble("2 parts").labels
    ana.taps("Preview")
    assert not ana.bubble("2 parts").labels


# -- enclosures


def with_enclosures(world: World, ana: Phone, ben: Phone) -> int:
    ana.commands("write").taps("A blank page")
    ana.writes("Look.").sends("photo", "photo-1", "the sea").sends("voice", "voice-1")
    ana.taps("Preview", "Yes, now")
    world.ticks()
    ben.taps("Open")
    return 1


def test_the_preview_names_what_lies_in_the_letter(world: World, ana: Phone, ben: Phone, couple: int) -> None:
    with_enclosures(world, ana, ben)
    assert "With it: Photo 1, Voice 2" in ana.shown
    assert "With it" not in ben.shown


def test_enclosures_come_on_a_tap_and_go_with_the_fold(world: World, ana: Phone, ben: Phone, couple: int) -> None:
    with_enclosures(world, ana, ben)
    ben.taps("Photo 1")
    assert ben.new[-1].params["photo"] == "photo-1"
    ben.taps("Voice 2")
    assert ben.new[-1].params["voice"] == "voice-1"
    assert "the sea" in ben.shown
    ben.taps("Fold it away")
    assert {bubble.kind for bubble in ben.screen.values() if bubble.ours} == {"message"}


def test_an_enclosure_tapped_twice_leaves_nothing_lying_open(world: World, ana: Phone, ben: Phone, couple: int) -> None:
    with_enclosures(world, ana, ben)
    ben.taps("Photo 1", "Photo 1")
    assert [bubble.kind for bubble in ben.screen.values()].count("photo") == 1
    ben.taps("Fold it away")
    assert "photo" not in [bubble.kind for bubble in ben.screen.values()]
    ben.taps("Open again", "Photo 1")
    assert [bubble.kind for bubble in ben.screen.values()].count("photo") == 1


def test_many_enclosures_all_come_and_all_go(world: World, ana: Phone, ben: Phone, couple: int) -> None:
    ana.commands("write").taps("A blank page")
    for number in range(1, 35):
        ana.sends("photo", f"photo-{number}")
    ana.taps("Preview")
    assert "Photo 20, …" in ana.shown
    ana.taps("Yes, now")
    world.ticks()
    ben.taps("Open")
    for number in range(1, 35):
        ben.taps(f"Photo {number}")
    assert [bubble.kind for bubble in ben.screen.values()].count("photo") == 34
    ben.taps("Fold it away")
    assert "photo" not in [bubble.kind for bubble in ben.screen.values()]


def test_an_enclosure_of_a_folded_letter_does_not_come(world: World, ana: Phone, ben: Phone, couple: int) -> None:
    with_enclosures(world, ana, ben)
    data = ben.button("Photo 1").labels["Photo 1"]
    ben.taps("Fold it away")
    ben.forges(data)
    assert [(call.method, call.params["text"]) for call in ben.new] == [
        ("edit_message_text", "From Ana, 4 March. Folded away.")
    ]


# -- leaving


def test_an_opened_letter_outlives_its_writer(world: World, ana: Phone, ben: Phone, couple: int) -> None:
    letter_id = world.delivers(ana, "kept words")
    ben.taps("Open", "Fold it away")
    ana.commands("delete").taps("Delete everything")
    world.passes(minutes=1)
    world.taps_letter(ben, letter_id, "open")
    assert "From Ana, 4 March" in ben.said
    assert "kept words" in ben.said


def test_an_unopened_letter_goes_with_its_writer(world: World, ana: Phone, ben: Phone, couple: int) -> None:
    letter_id = world.delivers(ana, "lost words")
    ana.commands("delete").taps("Delete everything")
    world.passes(minutes=1)
    world.taps_letter(ben, letter_id, "open")
    assert "lost words" not in ben.shown
    assert world.letter(letter_id)["writer_key"] is None


def test_opened_letters_are_forgotten_after_half_a_year_and_drafts_after_a_month(
    world: World, ana: Phone, ben: Phone, couple: int
) -> None:
    from bot.conversation import housekeeping  # noqa: PLC0415

    draft, opened = world.drafts(ana, "draft"), world.delivers(ana, "opened")
    world.taps_letter(ben, opened, "open")
    for days, states in ((29, ("draft", "opened")), (31, ("discarded", "opened")), (181, ("discarded", "discarded"))):
        housekeeping.forget_old(world.connection, now=world.now + timedelta(days=days))
        assert (world.letter(draft)["state"], world.letter(opened)["state"]) == states
    world.taps_letter(ben, opened, "open")
    assert ben.said == ""


# -- writing


def test_a_sealed_letter_cannot_be_written_over(world: World, ana: Phone, ben: Phone, couple: int) -> None:
    letter_id = world.seals(ana, "fast words")
    ref = world.letter(letter_id)["ref"]
    drafts.write_sentence(ana.turn, letter=ref, words="other words")
    notes.write_note(ana.turn, letter=ref, what="other", feeling="words")
    drafts.add_part(ana.turn, letter=ref, kind="text", ref=1, text="other words", file="")
    drafts.edit_part(ana.turn, letter=ref, ref=9001, text="other words")
    drafts.keep_draft(ana.turn, letter=ref)
    drafts.keep_sentence(ana.turn, letter=ref)
    drafts.discard(ana.turn, letter=ref)
    drafts.begin(ana.turn, letter=ref, guide="apology")
    world.ticks()
    ben.taps("Open")
    assert "fast words" in ben.shown
    assert "other" not in ben.shown
    assert world.letter(letter_id)["guide"] == "blank"


def test_media_outside_of_a_letter_is_answered_kindly(world: World, ana: Phone) -> None:
    ana.hears(Sent(ana.sender, 77, "sticker"))
    assert "I cannot use that here" in ana.said


def test_an_edit_of_a_sealed_letter_says_that_it_stands_fast(world: World, ana: Phone, couple: int) -> None:
    ana.commands("write").taps("A blank page").writes("Hello.").taps("Preview", "Yes, now")
    ana.edits("Hello.", "Goodbye.")
    assert "That letter is sealed" in ana.said


def test_a_long_letter_of_ones_own_is_shown_whole(world: World, ana: Phone, ben: Phone, couple: int) -> None:
    long = "\n\n".join(f"Paragraph {number}. " + "word " * 100 for number in range(20)).strip()
    letter = world.seals(ana, long)
    ana.looks_away()
    world.taps_letter(ana, letter, "mine")
    said = [call.params["text"] for call in ana.new if call.method == "send_message"]
    assert len(said) == 4
    shown = " ".join(said)
    assert all(f"Paragraph {number}." in shown for number in range(20))
    assert "Take it back" in " ".join(ana.buttons)
