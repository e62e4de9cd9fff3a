"""Answers: taps, typed words, lists and checked texts."""

import pytest

from bot.engine.effects import Choice, Domain, RetireKeyboard, Say
from bot.engine.events import Tap, Text, Timer
from bot.engine.step import MAX_TYPED

MOVED_ON = "interrupts.moved_on"


@pytest.fixture
def asked(chat):
    chat.start("letter")
    return chat


@pytest.fixture
def form(chat):
    chat.start("form")
    return chat


def test_a_tap_saves_the_choice_retires_the_keyboard_and_goes_on(asked):
    done = asked.tap("upset")
    assert (asked.at, asked.session.top.vars["mood"], asked.session.turn) == ("letter.cool", "upset", 2)
    assert done.effects[0] == RetireKeyboard()
    assert asked.choices == ["ready", "_back", "_stop"]


@pytest.mark.parametrize("tap", [Tap(0, "calm"), Tap(2, "calm"), Tap(1, "nothing"), Tap(1, "utc"), Tap(1, "")])
def test_a_tap_of_another_turn_or_on_no_button_of_the_question_changes_nothing(asked, tap):
    before = asked.session
    done = asked.send(tap)
    assert (done.outcome, done.toast, done.effects, done.session) == ("stale", MOVED_ON, (), before)


def test_a_button_that_is_hidden_now_cannot_be_tapped(asked):
    asked.tap("calm")
    assert "done" not in asked.choices
    done = asked.tap("done")
    assert (done.outcome, done.toast) == ("retry", MOVED_ON)
    assert "done" not in asked.choices
    asked.facts["draft.parts"] = 1
    assert asked.tap("done").outcome == "waiting"


def test_nothing_is_heard_before_the_start_or_after_the_end(chat):
    assert chat.send(Text("hello")).outcome == "ignored"
    done = chat.send(Tap(0, "calm"))
    assert (done.outcome, done.toast) == ("stale", MOVED_ON)
    chat.start("letter")
    chat.command("stop")
    assert chat.send(Text("hello")).effects == ()
    assert chat.send(Tap(chat.session.turn, "calm")).outcome == "stale"
    assert chat.send(Timer(chat.session.turn, "expire")).outcome == "ignored"


@pytest.mark.parametrize("typed", ["Still upset", "still UPSET!", "angry", "2"])
def test_a_choice_may_be_typed(asked, typed):
    asked.type(typed)
    assert asked.at == "letter.cool"
    assert asked.session.top.vars["mood"] == "upset"


def test_what_is_near_a_choice_is_asked_back_with_the_buttons(asked):
    before = asked.session
    done = asked.type("stil upset")
    assert done.outcome == "unknown_input"
    assert done.session == before
    assert done.effects[0] == RetireKeyboard()
    assert done.effects[1].message == "interrupts.did_you_mean"
    assert done.effects[1].args == {"label": "Still upset"}
    assert asked.choices == ["calm", "upset", "_stop"]


def test_what_is_like_no_choice_is_answered_with_the_buttons(asked):
    done = asked.type("purple")
    assert (done.outcome, asked.said) == ("unknown_input", ["interrupts.please_tap"])
    assert asked.choices == ["calm", "upset", "_stop"]


def test_consent_is_never_given_by_half_a_label(asked):
    asked.facts["draft.parts"] = 1
    asked.tap("calm", "done")
    for typed in ("give", "1", "yes give", "yes, give i"):
        assert asked.type(typed).outcome == "unknown_input"
        assert asked.said == ["interrupts.please_tap"]
    asked.type("yes, give it.")
    assert asked.done == [Domain("seal", {"letter": "7:0:0:draft"})]


# -- checked texts


def test_an_accepted_text_is_saved_with_what_the_checker_found(form):
    done = form.type("Ada Lovelace")
    assert form.at == "form.age"
    assert {"name": "Ada Lovelace", "name.kind": "long"}.items() <= form.session.top.vars.items()
    assert done.trace[0].by == "text"


def test_a_tap_saves_words_in_a_text_and_none_where_the_button_has_none(book_with, chat_in, files):
    button = "        none:\n          text: No name at all\n          saves: nobody\n          go: age\n"
    form = files["form"].replace("      buttons:\n", "      save: name\n      buttons:\n" + button, 1)
    chat = chat_in(book_with(form=form))
    chat.start("form")
    chat.type("Ada Lovelace")
    chat.command("back")
    chat.tap("none")
    assert (chat.at, chat.session.top.vars) == ("form.age", {"name": "nobody"})
    chat.command("back")
    chat.tap("skip")
    assert (chat.at, chat.session.top.vars) == ("form.age", {})
    chat.command("back")
    chat.type("no NAME at all")
    assert chat.session.top.vars == {"name": "nobody"}


@pytest.mark.parametrize(("named", "shown"), [("cet mars", ["cet"]), ("cet utc", ["cet", "utc"]), ("", ["utc", "cet"])])
def test_a_list_shows_the_entries_that_a_text_names_and_takes_any(book_with, chat_in, files, named, shown):
    naming = files["form"].replace("{of: zones, save", "{of: zones, only: partner, save")
    chat = chat_in(book_with(form=naming.replace("about:", "needs: [paired]\nabout:", 1)))
    chat.facts["partner"] = named
    chat.start("form")
    chat.tap("skip")
    chat.type("33")
    assert chat.choices == [*shown, "other", "_back", "_stop"]
    chat.type("Universal time")
    assert chat.session.top.vars["zone"] == "utc"


def test_saving_anew_forgets_the_fields_of_the_value_before(form, book_with, chat_in, files):
    form.type("Ada Lovelace")
    form.command("back")
    form.tap("skip")
    assert "name.kind" not in form.session.top.vars
    anew = chat_in(
        book_with(form=files["form"].replace("save: name\n        check: words", "save: name\n        check: whole"))
    )
    anew.start("form", **{"name": "Ada", "name.kind": "short"})
    anew.type("17")
    assert anew.session.top.vars["name"] == 17
    assert "name.kind" not in anew.session.top.vars


def test_a_button_beside_a_text_may_be_typed_but_its_place_is_a_text(form):
    form.type("no name")
    assert form.session.top.history[0].node == "begin"
    assert "name" not in form.session.top.vars
    form.command("back")
    form.type("1")
    assert form.session.top.vars["name"] == "1"


def test_a_rejected_text_is_asked_for_again_in_the_words_of_the_dialog(form):
    done = form.type(" ")
    assert done.outcome == "retry"
    assert done.effects[-1] == Say("form.begin.retry", {"left": 2}, done.effects[-1].choices)
    assert form.choices == ["skip", "_stop"]
    assert (form.session.turn, form.session.top.tries) == (1, 1)


def test_after_the_last_try_the_dialog_goes_on_by_itself_and_back_leads_to_the_question(form):
    form.type(" ", " ")
    assert form.at == "form.nameless"
    assert form.last.trace[0].by == "give_up"
    assert form.session.top.tries == 0
    form.command("back")
    assert (form.at, form.session.top.tries) == ("form.begin", 0)
    assert form.type(" ").outcome == "retry"


def test_without_words_of_the_dialog_the_checker_says_why_and_may_do_so_for_ever(form):
    form.type("Ada")
    for tries in range(1, 6):
        done = form.type("many")
        assert (done.outcome, form.said, form.session.top.tries) == ("retry", ["interrupts.not_whole"], tries)
    form.type("36")
    assert (form.at, form.session.top.tries) == ("form.zone", 0)


def test_a_text_that_is_too_long_is_refused_kindly_and_costs_no_try(form):
    assert form.type("a" * (MAX_TYPED + 1)).outcome == "retry"
    assert (form.said, form.choices) == (["interrupts.too_long"], ["skip", "_stop"])
    assert form.session.top.tries == 0
    form.type("a" * MAX_TYPED)
    assert form.at == "form.age"


# -- lists


@pytest.fixture
def listed(form):
    form.type("Ada", "36")
    return form


def test_the_entries_of_a_list_are_buttons_with_their_own_words(listed):
    choices = listed.last.effects[1].choices
    assert choices[0] == Choice("utc", "Universal time", literal=True)
    assert [choice.id for choice in choices] == ["utc", "cet", "other", "_back", "_stop"]


@pytest.mark.parametrize("typed", ["cet", "Central europe", None])
def test_an_entry_is_tapped_or_typed_and_saved(listed, typed):
    if typed is None:
        listed.tap("cet")
    else:
        listed.type(typed)
    assert listed.session.top.vars["zone"] == "cet"
    assert listed.last.trace[0].by == "list"


def test_the_button_beside_a_list_saves_nothing(listed):
    listed.type("somewhere else")
    assert (listed.at, "zone" in listed.session.top.vars) == ("form.sum", False)


def test_what_is_near_an_entry_or_the_button_is_a_suggestion(listed):
    for typed, label in (("Central Europa", "Central Europe"), ("somewhere els", "Somewhere else")):
        done = listed.type(typed)
        assert (done.outcome, done.effects[1].args) == ("unknown_input", {"label": label})
    assert listed.type("1").outcome == "unknown_input"
    assert listed.said == ["interrupts.please_tap"]


# -- media


def test_media_where_they_cannot_be_used_are_answered_with_the_buttons(asked):
    before = asked.session
    done = asked.media("photo")
    assert (done.outcome, asked.said) == ("unknown_input", ["interrupts.media_not_here"])
    assert (asked.choices, done.session) == (["calm", "upset", "_stop"], before)


# -- what a dialog needs


@pytest.mark.parametrize("how", ["tap", "type", "media", "edit", "resume"])
def test_a_dialog_ends_kindly_at_the_next_act_when_its_needs_are_no_longer_met(asked, how):
    asked.facts["paired"] = False
    {
        "tap": lambda: asked.tap("calm"),
        "type": lambda: asked.type("calm"),
        "media": lambda: asked.media("photo"),
        "edit": lambda: asked.edit("other"),
        "resume": asked.resume,
    }[how]()
    assert (asked.at, asked.said) == ("ended unmet", ["interrupts.needs_paired"])
    assert asked.last.effects[0] == RetireKeyboard()


def test_only_the_dialog_that_lacks_something_ends(chat):
    chat.start("menu")
    chat.tap("letter", "calm")
    chat.facts["paired"] = False
    chat.type("Hello")
    assert chat.at == "menu.menu"
    assert chat.said[0] == "interrupts.needs_paired"


def test_a_sub_dialog_does_not_lead_back_into_a_dialog_that_lacks_something(asked):
    asked.facts |= {"draft.parts": 1, "draft.heat": 3}
    asked.tap("upset", "ready", "done", "yes")
    asked.facts["paired"] = False
    asked.tap("yes")
    assert (asked.at, asked.said) == ("ended unmet", ["interrupts.needs_paired"])
