"""Timeouts and expiry, and sessions that meet dialogs newer than themselves."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.engine.effects import Domain, RetireKeyboard, StartTimer
from bot.engine.events import Timer

REF = "7:0:0:draft"
KEEP = Domain("keep", {"letter": REF})


@pytest.fixture
def cooling(chat):
    chat.start("letter")
    chat.tap("upset")
    return chat


def test_a_question_sets_its_clocks(cooling):
    now = cooling.now
    assert cooling.timers == [
        StartTimer("expire", now + timedelta(days=7), 2),
        StartTimer("timeout", now + timedelta(minutes=20), 2),
    ]


def test_a_timeout_goes_on_and_is_spoken_and_back_leads_before_it(cooling):
    done = cooling.clock("timeout")
    assert (done.outcome, cooling.at, cooling.said) == ("waiting", "letter.write", ["letter.write.say"])
    assert done.effects[0] == RetireKeyboard()
    cooling.command("back")
    assert cooling.at == "letter.cool"


@pytest.mark.parametrize("kind", ["timeout", "expire"])
def test_a_clock_of_another_turn_is_not_heard(cooling, kind):
    done = cooling.clock(kind, turn=1)
    assert (done.outcome, done.effects, cooling.at) == ("ignored", (), "letter.cool")


def test_a_timeout_where_the_question_has_none_is_not_heard(chat):
    chat.start("letter")
    assert chat.clock("timeout").outcome == "ignored"
    assert chat.at == "letter.mood"


def test_a_timeout_tells_nobody_that_the_partner_is_gone(cooling):
    cooling.facts["paired"] = False
    done = cooling.clock("timeout")
    assert (done.outcome, done.effects) == ("ignored", ())
    cooling.tap("ready")
    assert cooling.at == "ended unmet"


def test_a_timeout_inside_a_sub_dialog_does_not_lead_where_the_partner_is_missing(book_with, files, chat_in):
    waiting = (
        files["check"]
        .replace("  fine:\n", "  fine:\n", 1)
        .replace(
            "        no:\n          text: Rather not\n          go: again\n",
            "        no:\n          text: Rather not\n          go: again\n      timeout: {after: 1h, go: fine}\n",
        )
    )
    chat = chat_in(book_with(check=waiting))
    chat.start("letter")
    chat.facts |= {"draft.parts": 1, "draft.heat": 3}
    chat.tap("upset", "ready", "done")
    chat.facts["paired"] = False
    assert chat.clock("timeout").outcome == "ignored"
    chat.facts["paired"] = True
    chat.clock("timeout")
    assert chat.at == "letter.review"


def test_an_expiry_does_what_it_should_and_says_nothing(cooling):
    done = cooling.clock("expire")
    assert (done.outcome, cooling.at) == ("ended", "ended expired")
    assert done.effects[:2] == (RetireKeyboard(), KEEP)
    assert cooling.said == []


def test_an_expiry_is_heard_where_the_partner_is_missing_and_says_nothing(cooling):
    cooling.facts["paired"] = False
    cooling.clock("expire")
    assert (cooling.at, cooling.said, cooling.done) == ("ended expired", [], [KEEP])


def test_every_caller_has_its_own_expiry(cooling):
    cooling.facts |= {"draft.parts": 1, "draft.heat": 3}
    cooling.tap("ready", "done")
    assert cooling.at == "letter.soften > check.look"
    cooling.clock("expire")
    assert (cooling.at, cooling.said) == ("ended expired", [])
    assert cooling.done == [Domain("rest"), KEEP]


def test_an_interrupted_question_expires_with_the_help_over_it(cooling):
    cooling.command("help")
    cooling.tap("country")
    cooling.facts["paired"] = False
    cooling.clock("expire")
    assert (cooling.at, cooling.said, cooling.done) == ("ended expired", [], [KEEP])


def test_an_expiry_that_leads_to_a_question_ends_all_the_same(book_with, files, chat_in):
    asking = files["form"].replace("go: gone}", "go: nameless}")
    chat = chat_in(book_with(form=asking))
    chat.start("form")
    chat.clock("expire")
    assert (chat.at, chat.said) == ("ended expired", [])


def test_an_expiry_shows_no_letter(book_with, files, chat_in):
    showing = files["letter"].replace("  expired:\n    do:", "  expired:\n    show: draft\n    do:")
    chat = chat_in(book_with(letter=showing))
    chat.start("letter")
    done = chat.clock("expire")
    assert [type(effect).__name__ for effect in done.effects] == ["RetireKeyboard", "Domain", "End"]


def test_a_question_passed_over_leaves_no_clock_behind(chat):
    chat.start("menu")
    chat.tap("letter", "upset")
    chat.type("I want to die")
    chat.facts["paired"] = False
    chat.tap("not_this")
    assert chat.at == "menu.menu"
    assert [(timer.kind, timer.turn) for timer in chat.timers] == [("expire", chat.session.turn)]


def test_back_to_a_question_counts_its_tries_anew(chat):
    chat.start("form")
    chat.type("Ada", "many", "36")
    chat.command("back")
    chat.type("many")
    assert chat.session.top.tries == 1
    chat.command("back")
    assert (chat.at, chat.session.top.tries) == ("form.begin", 0)


# -- dialogs of today


def renamed(files, old, new, **more):
    """The letter dialog with a node renamed, moved there, and other replacements."""
    text = files["letter"].replace(f"  {old}:\n", f"  {new}:\n").replace(f"go: {old}\n", f"go: {new}\n")
    text = text.replace(f"start: {old}\n", f"start: {new}\n").replace(f"to: {old}}}", f"to: {new}}}")
    text = text.replace(f"go: {old}}}", f"go: {new}}}")
    moved = "".join(f"{key}: {value}, " for key, value in more.items()).rstrip(", ")
    return text.replace("expire:", f"moved: {{{moved}}}\nexpire:") if moved else text


def test_a_moved_question_goes_on_where_it_is_now(cooling, book_with, files):
    cooling.now_in(book_with(letter=renamed(files, "cool", "rest", cool="rest")))
    cooling.tap("ready")
    assert cooling.at == "letter.write"
    cooling.command("back")
    assert cooling.at == "letter.rest"


def test_back_follows_moved_questions_too(cooling, book_with, files):
    cooling.tap("ready")
    cooling.now_in(book_with(letter=renamed(files, "cool", "rest", cool="rest")))
    cooling.command("back")
    assert cooling.at == "letter.rest"


def test_back_leaves_out_questions_that_are_no_more(cooling, book_with, files):
    cooling.tap("ready")
    cooling.now_in(book_with(letter=renamed(files, "cool", "rest")))
    cooling.command("back")
    assert cooling.at == "letter.mood"


def test_back_leaves_out_what_asks_nothing_by_now(cooling, book_with, files):
    cooling.tap("ready")
    text = files["letter"]
    start, end = text.index("    ask:\n      buttons:\n        ready:"), text.index("  write:\n")
    cooling.now_in(book_with(letter=text[:start] + "    go: write\n" + text[end:]))
    cooling.command("back")
    assert cooling.at == "letter.mood"


def test_a_session_at_a_lost_question_ends_kindly(cooling, book_with, files):
    cooling.now_in(book_with(letter=renamed(files, "cool", "rest")))
    done = cooling.tap("ready")
    assert (cooling.at, cooling.said, done.outcome) == ("ended gone", ["interrupts.gone"], "ended")
    assert done.effects[0] == RetireKeyboard()


def test_a_session_moved_to_nowhere_ends_kindly(cooling, book_with, files):
    cooling.now_in(book_with(letter=renamed(files, "cool", "rest", cool="nowhere")))
    cooling.tap("ready")
    assert cooling.at == "ended gone"


def test_a_session_in_a_lost_dialog_ends_kindly(cooling, book_with):
    book = cooling.book
    cooling.now_in(replace(book, dialogs={name: dialog for name, dialog in book.dialogs.items() if name != "letter"}))
    cooling.type("ready")
    assert (cooling.at, cooling.said) == ("ended gone", ["interrupts.gone"])


def test_a_lost_session_expires_without_a_word(cooling, book_with, files):
    cooling.now_in(book_with(letter=renamed(files, "cool", "rest")))
    cooling.clock("expire")
    assert (cooling.at, cooling.said) == ("ended gone", [])


def test_a_question_that_asks_nothing_any_more_ends_kindly(cooling, book_with, files):
    quiet = files["letter"].replace("      timeout: {after: 20m, go: write}\n", "")
    start = quiet.index("    ask:\n      buttons:\n        ready:")
    end = quiet.index("  write:\n")
    cooling.now_in(book_with(letter=quiet[:start] + "    go: write\n" + quiet[end:]))
    cooling.tap("ready")
    assert cooling.at == "ended gone"


def test_a_session_waiting_at_what_is_a_call_by_now_ends_kindly(cooling, book_with, files):
    text = files["letter"]
    start = text.index("    say: |\n      Wait a little.")
    end = text.index("  write:\n")
    cooling.now_in(book_with(letter=text[:start] + "    call: {dialog: country}\n    go: write\n" + text[end:]))
    cooling.tap("ready")
    assert cooling.at == "ended gone"


def test_a_caller_that_is_lost_ends_its_sub_dialog(cooling, book_with, files):
    cooling.facts |= {"draft.parts": 1, "draft.heat": 3}
    cooling.tap("ready", "done")
    cooling.now_in(book_with(letter=renamed(files, "soften", "gently")))
    cooling.tap("yes")
    assert cooling.at == "ended gone"


def test_a_letter_that_a_dialog_declares_by_now_is_begun(chat, book_with, files):
    with_letter = files["form"].replace("  name: {type: text}\n", "  name: {type: text}\n  own: {type: letter}\n")
    chat.start("form")
    chat.tap("skip")
    chat.now_in(book_with(form=with_letter))
    chat.edit("Hi")
    assert chat.done[0].args["letter"] == "7:2:0:own"
    chat.command("back")
    assert chat.session.top.vars["own"] == "7:2:0:own"


def test_a_clock_of_a_session_that_has_ended_is_not_heard(cooling):
    cooling.clock("expire")
    assert cooling.send(Timer(cooling.session.turn, "expire")).outcome == "ignored"
