"""Letters in the making: parts gathered, edits followed, the preview shown again."""

import pytest

from bot.engine.effects import Domain, RetireKeyboard, Show, StartTimer, Status
from bot.engine.events import Tap

REF = "7:0:0:draft"


@pytest.fixture
def writing(chat):
    chat.start("letter")
    chat.tap("calm")
    return chat


@pytest.fixture
def reviewing(writing):
    writing.facts["draft.parts"] = 1
    writing.tap("done")
    return writing


def part(kind, ref, text, file=""):
    return Domain("add_part", {"letter": REF, "kind": kind, "ref": ref, "text": text, "file": file})


def test_each_message_is_a_part_and_the_buttons_are_those_with_it(writing):
    turn = writing.session.turn
    done = writing.type("Hello", ref=9)
    assert done.outcome == "waiting"
    assert writing.done == [part("text", 9, "Hello")]
    status = next(effect for effect in done.effects if isinstance(effect, Status))
    assert (status.letter, [choice.id for choice in status.choices]) == (REF, ["done", "later", "_back", "_stop"])
    assert RetireKeyboard() not in done.effects
    assert writing.session.turn == turn
    assert writing.timers == [StartTimer("expire", writing.timers[0].at, turn)]


def test_parts_counted_by_the_shell_are_counted_on(book_with, files, chat_in):
    chat = chat_in(book_with(letter=files["letter"].replace("draft.parts > 0", "draft.parts > 2")))
    chat.start("letter")
    chat.tap("calm")
    shown = []
    for parts in range(4):
        chat.facts["draft.parts"] = parts
        chat.type("More")
        shown.append("done" in chat.choices)
    assert shown == [False, False, True, True]


def test_a_photo_with_its_caption_is_a_part_and_a_sticker_or_a_voice_is_not(writing):
    writing.media("photo", "Us")
    assert writing.done == [part("photo", 5, "Us", "file")]
    for kind in ("voice", "sticker"):
        assert writing.media(kind).outcome == "unknown_input"
        assert (writing.done, writing.choices) == ([], ["later", "_back", "_stop"])


def test_a_letter_of_photos_alone_takes_no_words(book_with, files, chat_in):
    chat = chat_in(book_with(letter=files["letter"].replace("kinds: [text, photo]", "kinds: [photo]")))
    chat.start("letter")
    chat.tap("calm")
    assert chat.type("Hello").outcome == "unknown_input"
    assert (chat.done, chat.said) == ([], ["interrupts.please_tap"])


def test_a_label_typed_while_writing_is_a_tap_and_a_number_is_a_part(writing):
    writing.type("1")
    assert writing.done == [part("text", 1, "1")]
    writing.type("not now")
    assert writing.at == "ended later"


def test_words_for_stop_and_back_belong_to_the_letter_but_help_is_help(writing):
    for word in ("stop", "back"):
        writing.type(word)
        assert writing.done == [part("text", 1, word)]
    writing.type("help")
    assert writing.at == "letter.write > help.help"
    assert writing.done == []


def test_an_edited_message_changes_the_letter_without_a_word(writing):
    done = writing.edit("Hi", ref=9)
    assert done.effects == (Domain("edit_part", {"letter": REF, "ref": 9, "text": "Hi"}),)
    assert (done.outcome, writing.at) == ("waiting", "letter.write")


def test_an_edit_under_a_preview_shows_it_again_and_the_old_yes_is_stale(reviewing):
    turn = reviewing.session.turn
    done = reviewing.edit("Hi", ref=9)
    kinds = [type(effect).__name__ for effect in done.effects]
    assert kinds == ["Domain", "RetireKeyboard", "Show", "Say", "StartTimer"]
    assert reviewing.session.turn == turn + 1
    assert reviewing.send(Tap(turn, "send")).outcome == "stale"
    reviewing.tap("send")
    assert reviewing.done == [Domain("seal", {"letter": REF})]


def test_an_edited_word_for_stop_is_no_interrupt(reviewing):
    reviewing.edit("stop")
    assert reviewing.at == "letter.review"


def test_an_edit_where_there_is_no_letter_is_ignored(chat):
    chat.start("form")
    done = chat.edit("Hi")
    assert (done.outcome, done.effects) == ("ignored", ())


def test_a_sub_dialog_follows_the_letter_it_was_given(chat):
    chat.start("letter")
    chat.facts |= {"draft.parts": 1, "draft.heat": 4}
    chat.tap("upset", "ready", "done")
    done = chat.edit("Softer", ref=2)
    assert chat.done == [Domain("edit_part", {"letter": REF, "ref": 2, "text": "Softer"})]
    assert Show(REF) in done.effects
    assert chat.choices == ["yes", "strictly", "no", "_back", "_stop"]


def test_each_start_begins_letters_of_its_own(chat):
    chat.start("menu")
    chat.tap("letter")
    first = chat.session.top.vars["draft"]
    chat.tap("calm", "later", "letter")
    assert chat.session.top.vars["draft"] != first
