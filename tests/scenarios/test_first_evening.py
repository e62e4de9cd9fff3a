"""The whole first evening of two people: from the first minute to an answered letter."""

from __future__ import annotations

import pytest

from tests.support.phones import Phone, buttons
from tests.support.process import Stage
from tests.support.stories import (
    accepts_invitation,
    begins,
    begins_alone,
    invites,
    opens_a_blank_page,
    sends_letter,
    writes,
)

pytestmark = pytest.mark.xdist_group("chats")

Couple = tuple[Phone, Phone]


def test_the_first_minute_gives_something_useful_before_it_asks_for_anything(ana: Phone) -> None:
    ana.starts()
    first = ana.sees("Think of one thing your partner did lately that you liked")
    assert [button["text"] for button in buttons(first)] == ["Got one", "Nothing comes to mind", "Not now"]
    ana.taps("Got one")
    ana.sees("Tell them today, in your own words. It takes ten seconds.")
    ana.taps("I will")
    ana.sees("This is not therapy, and it is for adults.")
    ana.taps("Yes, and I am 18 or over")
    ana.sees("Three quiet questions")


def test_who_is_under_eighteen_is_sent_away_kindly_and_nothing_is_kept(ana: Phone) -> None:
    ana.starts()
    ana.taps("Got one")
    ana.taps("I will")
    ana.taps("I am under 18")
    ana.sees("This is made for adults, so I stop here")
    ana.says("/menu")
    ana.sees("Think of one thing")


def test_two_people_connect_by_two_yeses_and_the_link_works_once(evening: Stage, ana: Phone, ben: Phone) -> None:
    begins(ana)
    link = invites(ana)
    ben.starts(link)
    shared = ben.sees("The person who sent this link would like to connect with you here")
    assert "Never shared: what you answer, do or skip" in shared["text"]
    eve = evening.phone("Eve")
    eve.starts(link)
    eve.sees("This link has run out")
    accepts_invitation(ben)
    ana.sees("Ben says yes to your link. Is that your partner?")
    ana.taps("Yes, that is them")
    ana.sees("You and Ben are connected")
    ben.sees("You and Ana are connected")
    eve.starts(link)
    eve.sees("This link has run out")


def test_the_inviter_can_say_no_to_whoever_took_the_link(ana: Phone, ben: Phone) -> None:
    begins(ana)
    ben.starts(invites(ana))
    accepts_invitation(ben)
    ana.sees("Ben says yes to your link")
    ana.taps("No")
    ana.sees("nobody is connected")
    ben.says("/write")
    ben.sees("Your partner is not reachable through me right now")


def test_an_invitee_who_says_no_is_not_told_on(ana: Phone, ben: Phone) -> None:
    begins(ana)
    ben.starts(invites(ana))
    before = [message["text"] for message in ana.from_bot()]
    ben.sees("The person who sent this link would like to connect")
    ben.taps("No")
    ben.sees("I tell nobody that you were here")
    assert [message["text"] for message in ana.from_bot()] == before


def test_ones_own_link_does_not_connect_one_with_oneself(ana: Phone) -> None:
    begins(ana)
    ana.starts(invites(ana))
    ana.sees("This is your own link")


def test_a_check_up_ends_with_one_focus_of_ones_own_choice(ana: Phone) -> None:
    begins_alone(ana)
    ana.says("/checkup")
    ana.sees("what still works?")
    ana.says("We still cook together")
    answers = ["Often", "Often", "Rarely", "Rarely", "Sometimes", "Rarely", "Rarely", "Not sure", "Rarely", "No"]
    for number, answer in enumerate(answers, 1):
        ana.sees(f"{number} of 10")
        ana.taps(answer)
    ana.sees("Asked what still works, you wrote: “We still cook together”")
    ana.sees("Talking stands out.")
    ana.says("That we hardly talk any more")
    ana.sees("You wrote: “That we hardly talk any more”")
    ana.taps("Yes, begin there")
    ana.sees("See one hard thing said in two ways")
    ana.taps("Begin")
    ana.sees("said in two ways. Which one?")
    ana.says("/path")
    ana.sees("See one hard thing said in two ways")
    ana.taps("Not now")


def test_a_guided_sentence_is_kept_and_another_is_sent_as_a_note(couple: Couple) -> None:
    ana, ben = couple
    for send in (False, True):
        ana.says("/practise")
        ana.sees("easier to hear without blame")
        ana.taps("Guide me")
        ana.sees("Only what a camera would have seen and heard")
        ana.says("the phone lay on the table at dinner on Monday")
        ana.sees("What did you feel?")
        ana.taps("Lonely")
        ana.sees("Why does it matter to you?")
        ana.says("dinner is our only hour together")
        ana.sees("What would help?")
        ana.says("us to eat without phones on Sunday")
        ana.sees("Now their side")
        ana.taps("Skip")
        ana.sees("That is your sentence")
        if send:
            ana.taps("Send it to my partner")
            ana.sees("This is exactly what Ben will read")
            ana.taps("Yes, now")
            ana.sees("It is sealed and on its way")
            ana.sees("And what will you do if they answer?")
            ana.taps("Listen first")
        else:
            ana.taps("Keep it for me")
            ana.sees("for your eyes only")
            ana.sees("What will you do with it?")
            ana.taps("Say it in a calm hour")
        ana.sees("I will not check on it")
    notice = ben.sees("A note from Ana.")
    assert "phone" not in notice["text"]
    ben.taps("Open")
    read = ben.finds(notice["id"], "I felt lonely")["text"]
    assert "When the phone lay on the table at dinner on Monday, I felt lonely." in read
    assert "I would like us to eat without phones on Sunday." in read
    assert len([m for m in ben.from_bot() if "A note from Ana" in m["text"] or "From Ana" in m["text"]]) == 1


def test_a_letter_rests_two_hours_and_opens_by_editing_its_notice(evening: Stage, couple: Couple) -> None:
    ana, ben = couple
    opens_a_blank_page(ana)
    first = ana.says("I mis our evenings.")
    ana.sees("1 part")
    ana.says("Last year we walked by the river.")
    ana.sees("2 parts")
    ana.edits(first, "I miss our evenings.")
    evening.control.quiet()
    ana.taps("Preview")
    ana.sees("This is how it will be read:\n\nI miss our evenings.\n\nLast year we walked by the river.")
    ana.sees("This is exactly what Ben will read")
    ana.taps("At another time")
    ana.taps("In two hours")
    ana.taps("Yes, seal it")
    ana.sees("It is sealed, and rests for two hours first")
    ana.edits(first, "Something else.")
    ana.sees("That letter is sealed, so this change does not reach it")
    evening.control.advance("110m")
    ana.says("/letters")
    ana.sees("Your letters:")
    assert not [m for m in ben.from_bot() if "letter from" in m["text"]]
    evening.control.advance("11m")
    notice = ben.sees("A letter from Ana.")
    assert notice["text"].strip() == "A letter from Ana."
    ben.taps("Open")
    opened = ben.finds(notice["id"], "I miss our evenings.\n\nLast year we walked by the river.")
    assert "From Ana, 2 March" in opened["text"] or "From Ana" in opened["text"]
    ben.taps("Fold it away", on=notice["id"])
    folded = ben.finds(notice["id"], "Folded away")
    assert "evenings" not in folded["text"]
    ben.taps("Open again", on=notice["id"])
    ben.finds(notice["id"], "I miss our evenings.")
    assert len([m for m in ben.from_bot() if "Ana," in m["text"]]) == 1


def test_a_long_letter_is_read_page_by_page_in_the_same_bubble(couple: Couple) -> None:
    ana, ben = couple
    parts = [f"Part {n}. " + "It was a quiet summer by the lake. " * 55 for n in range(1, 4)]
    opens_a_blank_page(ana)
    writes(ana, *parts)
    ana.sees("This is how it will be read")
    ana.sees("This is exactly what Ben will read")
    ana.taps("Yes, now")
    notice = ben.sees("A letter from Ana.")
    ben.taps("Open")
    pages = [ben.finds(notice["id"], "Page 1 of 3")["text"]]
    for number in (2, 3):
        ben.taps("Next page", on=notice["id"])
        pages.append(ben.finds(notice["id"], f"Page {number} of 3")["text"])
    ben.taps("Previous page", on=notice["id"])
    ben.finds(notice["id"], "Page 2 of 3")
    assert [part.strip() for page in pages for part in page.split("\n\n")[1:-1]] == [part.strip() for part in parts]
    assert max(len(page) for page in pages) <= 4096


def test_a_letter_is_answered_in_kind(couple: Couple) -> None:
    ana, ben = couple
    sends_letter(ana, "I miss our evenings.")
    notice = ben.sees("A letter from Ana.")
    ben.taps("Open")
    ben.finds(notice["id"], "I miss our evenings.")
    ben.taps("Answer", on=notice["id"])
    ben.sees("There is no hurry")
    ben.taps("Step by step")
    steps = [
        ("what did you hear in theirs?", "I heard that you miss our evenings.", "Next"),
        ("what in it can you understand?", "It makes sense, because we both came home late.", "Next"),
        ("what do you feel", "I feel glad that you wrote.", "Next"),
        ("is there one thing that you would like to ask for?", "A walk on Friday.", "Preview"),
    ]
    for count, (question, words, onward) in enumerate(steps, 1):
        ben.sees(question)
        ben.says(words)
        ben.sees("1 part" if count == 1 else f"{count} parts")
        ben.taps(onward)
    ben.sees("This is exactly what Ana will read")
    ben.taps("Yes, now")
    answer = ana.sees("An answer from Ben.")
    ana.taps("Open")
    read = ana.finds(answer["id"], "I heard that you miss our evenings.")["text"]
    assert read.index("It makes sense") < read.index("I feel glad") < read.index("A walk on Friday")


def test_a_letter_taken_back_is_never_read_and_the_writer_is_not_told_whether_it_was(couple: Couple) -> None:
    ana, ben = couple
    sends_letter(ana, "A first thought.")
    first = ben.sees("A letter from Ana.")
    ben.taps("Open")
    ben.finds(first["id"], "A first thought.")
    sends_letter(ana, "A second thought.")
    second = ben.sees("A letter from Ana.")
    said = []
    for place, newest in enumerate(("A second thought.", "A first thought.")):
        ana.says("/letters")
        shelf = ana.sees("Your letters:")
        ana.presses(shelf["id"], buttons(shelf)[place]["data"])
        ana.sees(newest)
        ana.taps("Take it back")
        said.append(ana.sees("It is taken back")["text"])
    assert said[0] == said[1]
    ana.says("/letters")
    listed = [button["text"].split(",")[0] for button in buttons(ana.sees("Your letters:"))]
    assert listed[:2] == ["Taken back", "Taken back"]
    ben.finds(second["id"], "There is nothing to open here any more")
    assert "A first thought." in ben.finds(first["id"], "A first thought.")["text"]
    assert not any("A second thought" in (m.get("text") or "") for m in ben.from_bot())


def test_a_photo_and_a_voice_note_come_on_a_tap_and_go_with_the_fold(couple: Couple) -> None:
    ana, ben = couple
    opens_a_blank_page(ana)
    ana.says("Look what I found.")
    ana.sees("1 part")
    ana.sends("photo", caption="The lake")
    ana.sees("2 parts")
    ana.sends("voice", duration=4)
    ana.sees("3 parts")
    ana.taps("Preview")
    ana.sees("This is exactly what Ben will read")
    ana.taps("Yes, now")
    notice = ben.sees("A letter from Ana.")
    ben.taps("Open")
    ben.finds(notice["id"], "Look what I found.")
    ben.taps("Photo 1", on=notice["id"])
    ben.waits_for_kind("photo")
    ben.taps("Voice 2", on=notice["id"])
    ben.waits_for_kind("voice")
    ben.taps("Fold it away", on=notice["id"])
    ben.finds(notice["id"], "Folded away")
    ben.waits_until_gone("photo", "voice")


def test_the_list_shows_drafts_sent_and_received_letters(couple: Couple) -> None:
    ana, ben = couple
    ana.says("/letters")
    ana.sees("There are no letters yet")
    sends_letter(ana, "Sent today.")
    ben.sees("A letter from Ana.")
    opens_a_blank_page(ana)
    ana.says("Not finished.")
    ana.sees("1 part")
    ana.taps("Not now")
    ana.sees("It is kept for you under /letters")
    ana.says("/letters")
    labels = [button["text"] for button in buttons(ana.sees("Your letters:"))]
    assert [label.split(",")[0] for label in labels] == ["Draft", "Sent"]
    ben.says("/letters")
    labels = [button["text"] for button in buttons(ben.sees("Your letters:"))]
    assert [label.split(",")[0] for label in labels] == ["From Ana"]


def test_a_fourth_letter_of_the_day_stays_a_draft(couple: Couple) -> None:
    ana, _ = couple
    for number in range(3):
        sends_letter(ana, f"Letter number {number}.")
    ana.says("/write")
    ana.sees("Three letters have gone today")
