"""Walking through nodes: what is said, done and called between two questions."""

import pytest

from bot.engine.effects import Domain, Edge, End, Say, Show
from bot.engine.events import Start
from bot.engine.run import MAX_FRAMES, ScriptBroken
from bot.engine.step import fresh

LOOP = """\
dialog: loop
about: Round and round.
start: one
expire: {after: 1d, go: one}
nodes:
  one:
    go: two
  two:
    go: one
"""
DEEP = """\
dialog: deep
about: Deeper and deeper.
start: down
expire: {after: 1d, go: up}
nodes:
  down:
    call: {dialog: deep}
    go: up
  up:
    end: up
"""
CALLS = """\
dialog: calls
about: Give and take.
start: call
expire: {after: 1d, go: out}
vars:
  mine: {type: letter, private: true}
  mood: {type: text}
nodes:
  call:
    call: {dialog: taken, with: {letter: mine, word: fixed, mood: {var: mood}}}
    go:
      - {if: result == "yes", to: pleased}
      - {to: out}
  pleased:
    say: |
      It was {result}.
    end: pleased
  out:
    end: out
"""
TAKEN = """\
dialog: taken
about: Take and give.
start: told
expire: {after: 1d, go: no}
vars:
  letter: {type: letter, private: true, given: true}
  word: {type: text, given: true}
  mood: {type: text}
  own: {type: letter, private: true}
nodes:
  told:
    do:
      - keep: {letter: letter}
      - note: {words: {var: word}}
    show: letter
    say: |
      {word}?
    ask:
      buttons:
        yes:
          text: Yes
          go: yes
        no:
          text: No
          go: no
  yes:
    end: yes
  no:
    end: no
"""
REALLY = """\
  sent:
    say: |
      Really?
    ask:
      buttons:
        yes:
          text: Really
          go: seal
  seal:
"""
TWO_SENDS = """\
dialog: two
about: Two acts on the way.
start: one
expire: {after: 1d, go: out}
nodes:
  one:
    do:
      - note: {words: first}
      - rest
    say: |
      One.
    go: two
  two:
    do:
      - note: {words: second}
    say: |
      Two.
    end: out
  out:
    end: out
"""


def test_a_start_walks_to_the_first_question_with_its_buttons(chat):
    done = chat.start("letter")
    assert done.outcome == "waiting"
    assert (chat.at, chat.session.turn, chat.said) == ("letter.mood", 1, ["letter.mood.say"])
    assert chat.choices == ["calm", "upset", "_stop"]


def test_acts_words_and_ways_come_in_the_order_they_are_written(book_with, chat_in):
    chat = chat_in(book_with(two=TWO_SENDS))
    done = chat.start("two")
    told = [
        effect.args["words"] if isinstance(effect, Domain) and effect.args else type(effect).__name__
        for effect in done.effects
    ]
    assert told == ["first", "Domain", "Say", "second", "Say", "End"]
    assert done.trace == (Edge("two", "one", "else", "two"), Edge("two", "two", "end", "out"))
    assert done.outcome == "ended"


def test_branches_read_variables_fields_and_facts_and_the_first_that_holds_is_taken(chat):
    chat.start("letter")
    chat.facts |= {"draft.heat": 3, "draft.parts": 1}
    done = chat.tap("upset", "ready", "done")
    assert chat.at == "letter.soften > check.look"
    assert done.trace == (
        Edge("letter", "write", "done", "weigh"),
        Edge("letter", "weigh", "if0", "soften"),
        Edge("letter", "soften", "call", "check"),
    )
    other = type(chat)(chat.book)
    other.start("letter")
    other.facts |= {"draft.heat": 3, "draft.parts": 1}
    other.tap("calm", "done")
    assert other.at == "letter.review"


def test_a_letter_is_shown_before_the_words_about_it(chat):
    chat.start("letter")
    chat.facts |= {"draft.parts": 1}
    done = chat.tap("calm", "done")
    shown = [effect for effect in done.effects if isinstance(effect, Show | Say)]
    assert shown[0] == Show("7:0:0:draft")
    assert shown[1].args == {"partner": "Bo"}


def test_a_sub_dialog_is_given_what_it_takes_and_its_result_comes_back(book_with, chat_in):
    chat = chat_in(book_with(calls=CALLS, taken=TAKEN))
    done = chat.start("calls", mood="glad")
    assert chat.at == "calls.call > taken.told"
    assert chat.session.top.vars == {"letter": "7:0:0:mine", "word": "fixed", "mood": "glad", "own": "7:0:1:own"}
    assert chat.done == [Domain("keep", {"letter": "7:0:0:mine"}), Domain("note", {"words": "fixed"})]
    assert Show("7:0:0:mine") in done.effects
    done = chat.tap("yes")
    assert chat.at == "ended pleased"
    assert Say("calls.pleased.say", {"result": "yes"}) in done.effects


def test_what_a_sub_dialog_saves_is_its_own(book_with, chat_in):
    chat = chat_in(book_with(calls=CALLS, taken=TAKEN))
    chat.start("calls")
    chat.tap("no")
    assert chat.at == "ended out"


def test_a_dialog_whose_needs_are_not_met_says_so_and_ends(chat):
    chat.facts["paired"] = False
    chat.start("letter")
    assert (chat.at, chat.said) == ("ended unmet", ["interrupts.needs_paired"])


def test_a_sub_dialog_whose_needs_are_not_met_goes_back_to_its_caller(chat):
    chat.facts["paired"] = False
    chat.start("menu")
    chat.tap("letter")
    assert chat.at == "menu.menu"
    assert chat.said == ["interrupts.needs_paired", "menu.after.say", "menu.menu.say"]
    assert chat.done == [Domain("note", {"words": "unmet", "by": "menu"})]


def test_variants_are_chosen_by_session_and_visit_and_stay(book, chat_in):
    def said(session_id):
        chat = chat_in(book)
        chat.session = fresh(session_id, 1, 1)
        chat.start("form")
        first = chat.said
        chat.tap("skip")
        chat.type("7", "utc")
        chat.tap("again")
        return (*first, *chat.said)

    seen = [said(number) for number in range(40)]
    assert seen == [said(number) for number in range(40)]
    assert {first for first, _ in seen} == {f"form.begin.say.{number}" for number in range(3)}
    assert any(first != again for first, again in seen)


def test_plurals_carry_their_number(chat):
    chat.start("form")
    done = chat.type("Ada", "1", "utc")
    said = next(effect for effect in done.effects if isinstance(effect, Say))
    assert (said.message, said.count) == ("form.sum.say", 1)
    assert said.args == {"age": 1, "zone": "utc", "name": "Ada", "name.kind": "short"}


def test_a_plural_without_its_number_counts_as_none(book_with, files, chat_in):
    chat = chat_in(book_with(form=files["form"].replace("start: begin", "start: sum")))
    done = chat.start("form")
    assert next(effect.count for effect in done.effects if isinstance(effect, Say)) == 0


def test_a_circle_without_a_question_is_broken_off(book_with, chat_in):
    with pytest.raises(ScriptBroken, match=r"loop\.\w+: more than 50 nodes"):
        chat_in(book_with(loop=LOOP)).start("loop")


def test_dialogs_can_stand_in_one_another_only_so_deep(book_with, chat_in):
    with pytest.raises(ScriptBroken, match=f"deep: more than {MAX_FRAMES} dialogs"):
        chat_in(book_with(deep=DEEP)).start("deep")


def test_a_branch_without_an_else_is_broken_off(book_with, files, chat_in):
    text = files["letter"].replace("      - {to: review}\n  soften:", "  soften:")
    chat = chat_in(book_with(letter=text))
    chat.facts |= {"draft.parts": 1, "draft.heat": 0}
    chat.start("letter")
    with pytest.raises(ScriptBroken, match=r"letter\.weigh: no branch is unconditional"):
        chat.tap("calm", "done")


# -- consent


def test_a_yes_to_the_value_lets_it_be_told(chat):
    chat.start("secret")
    chat.type("I am afraid")
    chat.tap("tell", "sure")
    assert chat.at == "ended told"
    assert chat.done == [Domain("tell", {"words": "I am afraid"})]


@pytest.mark.parametrize("way", ["blurt", "kind"])
def test_without_a_yes_neither_a_private_value_nor_its_fields_are_told(chat, way):
    chat.start("secret")
    chat.type("I am afraid")
    with pytest.raises(ScriptBroken, match=r"secret\.\w+: tell without consent to words"):
        chat.tap(way)


def test_saving_anew_takes_the_yes_back(chat):
    chat.start("secret")
    chat.type("One")
    chat.tap("tell", "other")
    chat.type("Two")
    with pytest.raises(ScriptBroken, match="without consent"):
        chat.tap("blurt")


def test_a_yes_to_words_that_cannot_change_outlives_a_sub_dialog(chat):
    chat.start("secret")
    chat.type("One")
    chat.tap("tell", "aside")
    assert chat.at == "secret.aside > menu.menu"
    chat.tap("close")
    assert chat.done == [Domain("tell", {"words": "One"})]


def test_a_yes_to_a_letter_does_not_outlive_a_question(book_with, files, chat_in):
    chat = chat_in(book_with(letter=files["letter"].replace("  sent:\n", REALLY)))
    chat.facts |= {"draft.parts": 1}
    chat.start("letter")
    chat.tap("calm", "done", "send")
    assert not any(name.startswith("consent:") for frame in chat.session.frames for name in frame.vars)
    with pytest.raises(ScriptBroken, match=r"letter\.seal: seal without consent to draft"):
        chat.tap("yes")


def test_what_a_node_forgets_was_never_said_nor_agreed_to(book_with, files, chat_in):
    text = files["secret"].replace("  sure:\n    say", "  sure:\n    forget: [words]\n    say")
    chat = chat_in(book_with(secret=text))
    chat.start("secret")
    chat.type("One")
    assert {"words", "words.kind"} <= chat.session.top.vars.keys()
    chat.tap("tell")
    assert chat.session.top.vars == {}
    with pytest.raises(ScriptBroken, match="without consent to words"):
        chat.tap("sure")


def test_constants_need_no_consent(book_with, files, chat_in):
    text = files["secret"].replace("tell: {words: {var: words.kind}}", "tell: {words: nothing}")
    chat = chat_in(book_with(secret=text))
    chat.start("secret")
    chat.type("One")
    chat.tap("kind")
    assert chat.done == [Domain("tell", {"words": "nothing"})]


def test_a_start_on_top_of_a_question_returns_to_it(chat):
    chat.start("form")
    chat.send(Start("country"))
    assert chat.at == "form.begin > country.where"
    chat.tap("none")
    assert chat.at == "form.begin"
    assert not any(isinstance(effect, End) for effect in chat.last.effects)
