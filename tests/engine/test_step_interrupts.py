"""Stop, back, help and danger: what comes before any question."""

import pytest

from bot.engine.effects import Domain, End, RetireKeyboard, StartTimer
from bot.engine.events import Start, Tap

REF = "7:0:0:draft"
WAYS = ("command", "word", "button")


@pytest.fixture
def asked(chat):
    chat.start("letter")
    chat.tap("upset")
    return chat


# -- stop


@pytest.mark.parametrize(
    "how",
    [lambda chat: chat.command("stop"), lambda chat: chat.type("Stop!"), lambda chat: chat.tap("_stop")],
    ids=WAYS,
)
def test_stop_ends_everything_at_once(asked, how):
    how(asked)
    assert asked.at == "ended stopped"
    assert asked.said == ["interrupts.stopped"]
    assert asked.last.effects[0] == RetireKeyboard()
    assert asked.last.outcome == "interrupted"


def test_stop_ends_the_callers_too(chat):
    chat.start("menu")
    chat.tap("form")
    chat.command("stop")
    assert chat.at == "ended stopped"
    assert chat.done == []


# -- back


@pytest.mark.parametrize(
    "how",
    [lambda chat: chat.command("back"), lambda chat: chat.type("go back"), lambda chat: chat.tap("_back")],
    ids=WAYS,
)
def test_back_asks_the_question_before_with_the_values_of_that_time(asked, how):
    how(asked)
    assert (asked.at, asked.said, asked.session.turn) == ("letter.mood", ["letter.mood.say"], 3)
    assert "mood" not in asked.session.top.vars
    assert asked.choices == ["calm", "upset", "_stop"]


def test_with_nothing_before_it_the_question_is_asked_again(chat):
    chat.start("letter")
    chat.command("back")
    assert chat.said == ["interrupts.no_way_back", "letter.mood.say"]
    assert (chat.at, chat.session.turn) == ("letter.mood", 2)


def test_back_leads_out_of_a_sub_dialog_to_the_question_before_it(asked):
    asked.facts |= {"draft.parts": 1, "draft.heat": 3}
    asked.tap("ready", "done")
    assert asked.at == "letter.soften > check.look"
    asked.tap("yes", "_back")
    assert asked.at == "letter.soften > check.look"
    asked.tap("_back")
    assert asked.at == "letter.write"


def test_back_after_a_sub_dialog_leads_to_the_question_before_it(asked):
    asked.facts |= {"draft.parts": 1, "draft.heat": 3}
    asked.tap("ready", "done", "yes", "yes")
    assert (asked.at, asked.session.top.vars["result"]) == ("letter.review", "fine")
    asked.tap("_back")
    assert (asked.at, "result" in asked.session.top.vars) == ("letter.write", False)


def test_what_cannot_be_undone_cannot_be_gone_back_behind_in_any_dialog(chat):
    chat.start("menu")
    chat.tap("letter")
    chat.facts |= {"draft.parts": 1}
    chat.tap("calm", "done", "send")
    assert chat.choices == ["bye", "on", "_stop"]
    assert all(frame.history == () for frame in chat.session.frames)
    chat.command("back")
    assert chat.said == ["interrupts.no_way_back", "letter.sent.say"]
    chat.tap("on", "_back")
    assert chat.at == "menu.letter > letter.sent"
    assert chat.done == []


def test_twenty_questions_are_remembered(chat):
    chat.start("form")
    for _ in range(8):
        chat.tap("skip")
        chat.type("1", "utc")
        chat.tap("again")
    assert len(chat.session.top.history) == 20


# -- help


def test_help_opens_on_top_and_leads_back_to_the_question(asked):
    asked.command("help")
    assert asked.at == "letter.cool > help.help"
    assert [timer.kind for timer in asked.timers] == ["expire"]
    asked.tap("how", "back")
    assert (asked.at, asked.said) == ("letter.cool", ["letter.cool.say"])
    assert [timer.kind for timer in asked.timers] == ["expire", "timeout"]
    assert asked.session.top.vars["mood"] == "upset"


def test_back_under_help_is_the_question_that_help_interrupted(asked):
    asked.type("help")
    asked.command("back")
    assert asked.at == "letter.cool"
    asked.type("help")
    asked.tap("country")
    asked.command("back")
    assert asked.at == "letter.cool > help.help"


def test_help_inside_help_begins_anew_however_often(asked):
    for _ in range(20):
        asked.command("help")
        assert asked.at == "letter.cool > help.help"
        asked.tap("country")
        assert asked.at == "letter.cool > help.country > country.where"


def test_help_inside_a_danger_over_help_begins_the_danger_anew(asked):
    asked.command("help")
    asked.type("I want to die")
    asked.tap("country")
    asked.command("help")
    assert asked.at == "letter.cool > help.help > harm.harm"
    assert asked.session.top.held.text == "I want to die"


def test_help_over_a_danger_leads_back_to_the_danger(asked):
    asked.type("I want to die")
    asked.command("help")
    assert asked.at == "letter.cool > harm.harm > help.help"
    asked.tap("back")
    assert (asked.at, asked.said) == ("letter.cool > harm.harm", ["harm.harm.say"])


def test_after_help_a_dialog_that_lacks_something_by_now_ends(asked):
    asked.command("help")
    asked.facts["paired"] = False
    asked.tap("back")
    assert (asked.at, asked.said) == ("ended unmet", ["interrupts.needs_paired"])


# -- danger


@pytest.fixture
def hurt(asked):
    asked.type("I want to die", ref=8)
    return asked


def test_a_hard_danger_opens_its_dialog_and_sets_the_words_aside(hurt):
    assert (hurt.at, hurt.last.outcome) == ("letter.cool > harm.harm", "interrupted")
    assert hurt.session.top.held.text == "I want to die"
    assert hurt.last.effects[0] == RetireKeyboard()
    assert hurt.choices == ["stop", "country", "not_this", "on"]


def test_stop_for_today_ends_the_interrupted_question_too(hurt):
    hurt.tap("stop")
    assert (hurt.at, hurt.done) == ("ended rested", [Domain("rest")])


def test_go_on_asks_the_question_again_without_the_words(hurt):
    hurt.tap("on")
    assert (hurt.at, hurt.said) == ("letter.cool", ["letter.cool.say"])
    assert hurt.session.top.held is None


def test_back_never_leads_out_of_a_danger(hurt):
    hurt.command("back")
    assert (hurt.at, hurt.said) == ("letter.cool > harm.harm", ["interrupts.no_way_back", "harm.harm.say"])
    hurt.tap("country")
    hurt.command("back")
    assert hurt.at == "letter.cool > harm.harm"


def test_not_this_makes_the_words_the_answer_after_all(chat):
    chat.start("form")
    chat.type("Call me die Schwarze")
    chat.tap("not_this")
    assert (chat.at, chat.session.top.vars["name"]) == ("form.age", "Call me die Schwarze")
    assert [edge.by for edge in chat.last.trace] == ["not_this", "end", "text"]
    chat.command("back")
    assert chat.at == "form.begin"


def test_words_that_were_no_answer_leave_the_question_with_its_buttons(hurt):
    hurt.tap("not_this")
    assert (hurt.at, hurt.last.outcome, hurt.said) == ("letter.cool", "waiting", ["letter.cool.say"])
    assert hurt.choices == ["ready", "_back", "_stop"]
    hurt.tap("ready")
    assert hurt.at == "letter.write"


def test_words_too_long_for_the_question_leave_it_with_its_buttons(chat):
    chat.start("form")
    chat.type("die " * 1000)
    chat.tap("not_this")
    assert (chat.said, chat.choices) == (["interrupts.too_long"], ["skip", "_stop"])


def test_a_released_part_of_a_letter_is_added_and_a_threat_is_not(asked):
    asked.tap("ready")
    asked.type("I could die of laughter", ref=9)
    asked.tap("not_this")
    assert asked.done[0].args["text"] == "I could die of laughter"
    assert asked.choices == ["done", "later", "_back", "_stop"]
    asked.type("I will hit him", ref=9)
    assert asked.at == "letter.write > violence.violence"
    asked.tap("not_this")
    assert (asked.done, asked.said) == ([], ["interrupts.threat_held", "letter.write.say"])


def test_a_threat_as_an_answer_to_a_question_is_released(chat):
    chat.start("form")
    chat.type("I hit him")
    chat.tap("not_this")
    assert chat.session.top.vars["name"] == "I hit him"


def test_a_photo_comes_back_with_its_caption(asked):
    asked.tap("ready")
    asked.media("photo", "to die for")
    assert (asked.at, asked.done) == ("letter.write > harm.harm", [])
    asked.tap("not_this")
    expected = {"letter": REF, "kind": "photo", "ref": 5, "text": "to die for", "file": "file"}
    assert asked.done == [Domain("add_part", expected)]


def test_a_danger_in_a_caption_is_heard_where_no_photo_can_be_used(asked):
    asked.media("photo", "I want to die")
    assert asked.at == "letter.cool > harm.harm"
    asked.tap("not_this")
    assert (asked.said, asked.choices) == (["interrupts.media_not_here"], ["ready", "_back", "_stop"])


@pytest.fixture
def reviewing(asked):
    asked.facts["draft.parts"] = 1
    asked.tap("ready", "done")
    return asked


def test_an_edit_is_set_aside_and_released_and_the_preview_shown_again(reviewing):
    reviewing.edit("I could die", ref=9)
    assert reviewing.at == "letter.review > harm.harm"
    reviewing.tap("not_this")
    assert reviewing.done == [Domain("edit_part", {"letter": REF, "ref": 9, "text": "I could die"})]
    assert (reviewing.at, reviewing.said) == ("letter.review", ["letter.review.say"])


def test_a_threat_edited_into_a_letter_is_not_released(reviewing):
    reviewing.edit("I will hit him", ref=9)
    reviewing.tap("not_this")
    assert (reviewing.done, reviewing.said) == ([], ["interrupts.threat_held", "letter.review.say"])


def test_an_edit_released_where_nothing_is_shown_leaves_the_question_with_its_buttons(chat):
    chat.start("form")
    chat.edit("I want to die")
    chat.tap("not_this")
    assert (chat.at, chat.said, chat.done) == ("form.begin", chat.said[:1], [])
    assert chat.choices == ["skip", "_stop"]


def test_words_are_not_released_into_a_dialog_that_lacks_something(reviewing):
    reviewing.edit("I could die", ref=9)
    reviewing.facts["paired"] = False
    reviewing.tap("not_this")
    assert (reviewing.at, reviewing.done) == ("ended unmet", [])


def test_the_same_danger_again_is_an_answer_to_its_dialog(hurt):
    hurt.type("I really want to die")
    assert (hurt.at, hurt.said) == ("letter.cool > harm.harm", ["interrupts.please_tap"])


def test_another_danger_takes_the_place_of_the_first_however_often(hurt):
    for words, dialog in (("I hit him", "violence"), ("I want to die", "harm")) * 10:
        hurt.type(words)
        assert hurt.at == f"letter.cool > {dialog}.{dialog}"
        hurt.tap("country")
        assert hurt.session.frames[1].held.text == "I want to die"
        assert hurt.session.frames[1].held.ref == 8


def test_a_danger_in_idle_chat_ends_with_its_dialog(chat):
    chat.start("harm")
    chat.tap("country")
    chat.type("I hit him")
    assert chat.at == "violence.violence"
    chat.tap("not_this")
    assert chat.at == "ended not_this"


def test_a_danger_whose_dialog_asks_nothing_gives_the_question_back(book_with, files, chat_in):
    silent = files["harm"].replace("start: harm", "start: not_this")
    chat = chat_in(book_with(harm=silent))
    chat.start("form")
    chat.type("To die for")
    assert (chat.at, chat.session.top.vars["name"]) == ("form.age", "To die for")
    assert all(frame.held is None for frame in chat.session.frames)


def test_a_soft_danger_adds_a_line_and_the_words_count(chat):
    chat.start("form")
    done = chat.type("Unsafe harbour".lower())
    assert (chat.at, chat.said) == ("form.age", ["form.age.say", "interrupts.soft_danger"])
    assert done.outcome == "waiting"
    assert chat.type("unsafe").outcome == "retry"


def test_a_soft_danger_in_a_caption_adds_a_line_too(asked):
    asked.tap("ready")
    asked.media("photo", "unsafe")
    assert asked.said == ["interrupts.soft_danger"]
    assert asked.choices == ["done", "later", "_back", "_stop"]


def test_danger_expires_without_a_word_and_the_question_under_it_too(hurt):
    hurt.clock("expire")
    assert (hurt.at, hurt.said) == ("ended expired", [])
    assert hurt.done == [Domain("rest"), Domain("keep", {"letter": REF})]


def test_a_dialog_called_in_the_way_of_a_danger_is_no_interrupt(chat, book_with, files, chat_in):
    called = files["menu"].replace("call: {dialog: form}", "call: {dialog: harm}")
    chat = chat_in(book_with(menu=called))
    chat.start("menu")
    chat.tap("form", "not_this")
    assert (chat.at, chat.done[0].args["words"]) == ("menu.menu", "not_this")
    assert not any(isinstance(effect, End) for effect in chat.last.effects)


def test_buttons_of_a_question_under_an_interrupt_are_stale(hurt):
    assert hurt.send(Tap(2, "ready")).outcome == "stale"
    assert hurt.at == "letter.cool > harm.harm"


def test_a_resumed_question_is_asked_again_with_new_clocks_and_buttons(asked):
    done = asked.resume()
    assert (done.outcome, asked.said, asked.session.turn) == ("waiting", ["letter.cool.say"], 3)
    assert asked.timers == [
        StartTimer("expire", asked.timers[0].at, 3),
        StartTimer("timeout", asked.timers[1].at, 3),
    ]
    assert asked.send(Tap(2, "ready")).outcome == "stale"


def test_a_danger_started_by_the_shell_has_no_words_to_release(chat):
    chat.send(Start("violence"))
    assert chat.session.top.held is None
