"""What people really send: words where a button is asked, old buttons, stickers, pastes, edits, groups, blocks."""

from __future__ import annotations

import time

import pytest

from tests.support.phones import Phone, buttons
from tests.support.process import Stage
from tests.support.stories import begins, begins_alone, opens_a_blank_page, reads_the_notice
from tests.support.verdict import refusals

pytestmark = pytest.mark.xdist_group("chats")

Couple = tuple[Phone, Phone]


def test_words_where_a_button_is_asked_bring_the_buttons_again(ana: Phone) -> None:
    ana.starts()
    ana.sees("Think of one thing")
    ana.says("what do you mean?")
    again = ana.sees("Here I only understand the buttons")
    assert [button["text"] for button in buttons(again)] == ["Got one", "Nothing comes to mind", "Not now"]
    ana.says("got it one")
    ana.sees("Did you mean “Got one”? Then please tap it.")
    ana.says("  GOT ONE! ")
    ana.sees("Tell them today")


def test_an_old_keyboard_says_that_the_question_has_moved_on(ana: Phone) -> None:
    ana.starts()
    first = ana.sees("Think of one thing")
    data = buttons(first)[0]["data"]
    ana.taps("Nothing comes to mind")
    ana.sees("Small things count")
    assert ana.presses(first["id"], data, force=True) == "This question has moved on."
    ana.taps("Got one")
    ana.sees("Tell them today")


def test_forged_buttons_and_buttons_of_others_do_nothing(evening: Stage, couple: Couple) -> None:
    ana, ben = couple
    ben.says("/menu")
    question = ben.sees("What would you like to do?")
    ana.says("/menu")
    mine = ana.sees("What would you like to do?")
    for data in (buttons(question)[0]["data"], "s.1.1.x", "l.1.open", "n.zzz.done", "nonsense", "p.1.yes"):
        assert ana.presses(mine["id"], data, force=True) == "This question has moved on."
    ben.taps("Write a letter")
    ben.sees("Some things are easier to write than to say")


@pytest.mark.parametrize("kind", ["sticker", "voice", "photo", "document", "contact"])
def test_media_where_none_is_asked_is_declined_kindly(ana: Phone, kind: str) -> None:
    ana.starts()
    ana.sees("Think of one thing")
    ana.sends(kind)
    ana.sees("I cannot use that here")


def test_a_sticker_does_not_get_into_a_letter(couple: Couple) -> None:
    ana, _ = couple
    opens_a_blank_page(ana)
    ana.says("One honest line.")
    ana.sees("1 part")
    ana.sends("sticker")
    ana.sees("I cannot use that here")
    ana.says("And another.")
    ana.sees("2 parts")


def test_4096_pasted_characters_are_too_long_for_an_answer_and_fine_for_a_letter(couple: Couple) -> None:
    ana, ben = couple
    pasted = ("A long story of a summer. " * 200)[:4095] + "!"
    ana.says("/practise")
    ana.taps("Guide me")
    ana.sees("Only what a camera would have seen")
    ana.says(pasted)
    ana.sees("too long")
    ana.says("/stop")
    ana.sees("we stop here")
    opens_a_blank_page(ana)
    ana.says(pasted)
    ana.sees("1 part")
    ana.taps("Preview")
    ana.sees("This is exactly what Ben will read")
    ana.taps("Yes, now")
    notice = ben.sees("A letter from Ana.")
    ben.taps("Open")
    ben.finds(notice["id"], "Page 1 of 2")


def test_4096_astral_characters_and_markup_come_through_as_typed(couple: Couple) -> None:
    ana, ben = couple
    strange = "<b>bold</b> *stars* _under_ [x](tg://user?id=1) \u202egnorw\u202c " + "\U0001f4a7" * 1500
    opens_a_blank_page(ana)
    ana.says(strange)
    ana.sees("1 part")
    ana.taps("Preview")
    ana.sees("This is exactly what Ben will read")
    ana.taps("Yes, now")
    notice = ben.sees("A letter from Ana.")
    ben.taps("Open")
    shown = ben.finds(notice["id"], "<b>bold</b> *stars* _under_ [x](tg://user?id=1)")
    assert shown["text"].count("\U0001f4a7") == 1500
    assert {entity["type"] for entity in shown.get("entities") or []} <= {"url"}  # Telegram marks addresses itself


def test_an_edited_answer_changes_nothing_that_was_answered(ana: Phone) -> None:
    begins_alone(ana)
    ana.says("/practise")
    ana.taps("Guide me")
    ana.sees("Only what a camera would have seen")
    first = ana.says("the phone lay on the table")
    ana.sees("What did you feel?")
    ana.edits(first, "something else altogether")
    ana.taps("Lonely")
    why = ana.sees("Why does it matter to you?")
    assert "the phone lay on the table" in why["text"]


def test_an_unknown_command_gets_a_kind_answer(ana: Phone) -> None:
    begins_alone(ana)
    ana.says("/frobnicate now")
    ana.sees("I don't know that one. /menu shows what I can do.")


def test_stop_and_back_work_as_words_and_as_buttons(ana: Phone) -> None:
    begins_alone(ana)
    ana.says("/checkup")
    ana.sees("what still works?")
    ana.taps("We laugh")
    ana.sees("1 of 10")
    ana.taps("Often")
    ana.sees("2 of 10")
    ana.says("back")
    ana.sees("1 of 10")
    ana.taps("Rarely")
    ana.sees("2 of 10")
    ana.taps("Back")
    ana.sees("1 of 10")
    ana.taps("Stop")
    ana.sees("we stop here")
    ana.says("back")
    ana.sees("What would you like to do?")


def test_a_dialog_put_aside_can_be_continued_from_the_menu(ana: Phone) -> None:
    begins_alone(ana)
    ana.says("/checkup")
    ana.taps("We laugh")
    ana.sees("1 of 10")
    ana.says("/settings")
    ana.sees("What would you like to change?")
    ana.taps("Leave it as it is")
    ana.says("/menu")
    ana.sees("Still open: What is going on between you two.")
    ana.taps("Go on with it")
    ana.sees("1 of 10")


@pytest.mark.parametrize("may_write", [True, False])
def test_a_group_hears_one_sentence_and_is_left(evening: Stage, ana: Phone, may_write: bool) -> None:
    begins_alone(ana)
    if not may_write:
        evening.control.post("/control/faults", kind="400", method="sendMessage", count=1)
    since = len(evening.control.lines("/control/calls"))
    chat = evening.control.post("/control/group", user=ana.user, title="Friends")["chat_id"]
    evening.comes_to_rest()

    def calls() -> list[str]:
        lines = evening.control.lines(f"/control/calls?since={since}")
        return [line["method"] for line in lines if str(line.get("params", {}).get("chat_id")) == str(chat)]

    evening.until(lambda: "leaveChat" in calls(), "the group left")
    assert calls() == ["sendMessage", "leaveChat"]


def test_a_block_in_the_middle_of_a_dialog_ends_all_sending(evening: Stage, ana: Phone) -> None:
    begins_alone(ana)
    ana.says("/checkup")
    ana.sees("what still works")
    evening.control.post("/control/block", user=ana.user)
    evening.comes_to_rest()
    since = len(evening.control.lines("/control/calls"))
    evening.move(to="10:00", zone="Europe/Berlin")
    evening.move("8d")
    lines = evening.control.lines(f"/control/calls?since={since}")
    assert not [one for one in lines if str(one.get("params", {}).get("chat_id")) == str(ana.user)]
    ana.starts()
    ana.sees("What would you like to do?")


def test_two_hundred_quick_messages_do_not_hold_up_somebody_else(evening: Stage, ana: Phone, ben: Phone) -> None:
    begins_alone(ana)
    begins_alone(ben)
    for number in range(100):
        ana.says(f"and another thing, {number}")
    asked = time.monotonic()
    ben.says("/menu")
    ben.sees("What would you like to do?")
    assert time.monotonic() - asked < 5 or evening.open_rows()[0], "he had to wait for the end of hers"
    evening.comes_to_rest()


def test_the_chat_can_be_tidied_and_a_copy_of_all_that_is_ones_own_be_had(evening: Stage, couple: Couple) -> None:
    ana, _ = couple
    ana.says("/privacy")
    ana.sees("Your words are stored encrypted")
    ana.taps("Give me a copy")
    ana.waits_for_kind("document")
    ana.says("/privacy")
    ana.sees("Your words are stored encrypted")
    ana.taps("Tidy this chat")
    ana.sees("Tidied.")
    evening.comes_to_rest()
    assert [m["text"] for m in ana.messages()] == [ana.sees("Tidied.")["text"]]


def test_settings_change_name_hour_and_place(evening: Stage, couple: Couple) -> None:
    ana, ben = couple
    ana.says("/settings")
    ana.taps("Name and place")
    ana.taps("My name")
    ana.sees("What shall I call you?")
    ana.says("Anouk")
    ana.sees("Done, that is changed.")
    ana.says("/settings")
    ana.taps("Daily message")
    ana.sees("Berlin")
    ana.taps("Another hour")
    ana.taps("18:00")
    ana.sees("Done, that is changed.")
    opens_a_blank_page(ben)
    ben.says("Dear you.")
    ben.sees("1 part")
    ben.taps("Preview")
    ben.sees("This is exactly what Anouk will read")


def test_nobody_is_asked_twice_what_is_known(ana: Phone) -> None:
    begins(ana)
    ana.starts()
    ana.sees("What would you like to do?")


def test_a_newcomer_who_stops_half_way_goes_on_where_they_were(ana: Phone) -> None:
    ana.starts()
    reads_the_notice(ana)
    ana.sees("Shall I call you Ana?")
    ana.starts()
    ana.sees("Shall I call you Ana?")


def test_telegram_refused_nothing_that_a_person_could_notice(evening: Stage) -> None:
    """Buttons that are gone already are all that may come to nothing: unchanged, or in a message that was deleted."""
    fine = (
        "message is not modified",
        "editMessageReplyMarkup: Bad Request: message to edit not found",
        "bot was blocked by the user",
        "fault on order",
    )
    assert [one for one in refusals(evening.control) if not any(each in one for each in fine)] == []
