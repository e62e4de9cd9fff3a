import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.engine.answers import Chosen, Near, fold, interrupt_word, match, match_option
from bot.engine.script import Button, Option, Text


def button(name, label, *also, consent=None):
    return Button(name, Text(f"d.n.ask.{name}", (label,)), "n", None, consent, also)


BUTTONS = (
    button("calm", "Calm enough", "fine", "I\u2019m fine"),
    button("upset", "Still upset"),
    button("give", "Yes, give it", "go ahead", consent="draft"),
)
ZONES = (Option("utc", "Universal time"), Option("cet", "Central Europe"))
words = st.text(max_size=80)


@pytest.mark.parametrize(
    "typed",
    [
        "Calm enough",
        "calm  ENOUGH!",
        " \u201ccalm enough\u201d",
        "\uff43\uff41\uff4c\uff4d enough",
        "fine.",
        "i'm fine",
        "1",
    ],
)
def test_a_label_a_synonym_or_its_place_is_a_choice(typed):
    assert match(typed, BUTTONS, numbers=True) == Chosen("calm")


def test_places_count_only_where_nothing_else_could_be_meant_by_a_number():
    assert match("2", BUTTONS, numbers=True) == Chosen("upset")
    assert match("2", BUTTONS, numbers=False) is None
    assert match("4", BUTTONS, numbers=True) is None


def test_what_is_near_a_label_is_a_suggestion_and_no_choice():
    assert match("calm enouhg", BUTTONS, numbers=True) == Near("Calm enough")
    assert match("purple", BUTTONS, numbers=True) is None


@pytest.mark.parametrize("typed", ["go ahead", "3", "yes give it", "yes", "Yes, give i", "ok"])
def test_consent_is_given_by_nothing_but_its_label_and_never_suggested(typed):
    assert match(typed, BUTTONS, numbers=True) is None


def test_consent_is_given_by_its_whole_label():
    assert match("yes, give it!", BUTTONS, numbers=False) == Chosen("give")


@given(words)
def test_whatever_is_typed_consent_needs_its_label(typed):
    found = match(typed, BUTTONS, numbers=True)
    assert found != Near("Yes, give it")
    assert found != Chosen("give") or fold(typed) == "yes, give it"


@given(words)
def test_folding_twice_is_folding_once(typed):
    assert fold(fold(typed)) == fold(typed)


@pytest.mark.parametrize("mark", ["?", "!!", "...", "\u2026"])
def test_a_message_of_marks_alone_is_kept_and_matches_no_word(mark):
    assert fold(mark) != ""
    assert match(mark, (button("a", "?!"), *BUTTONS), numbers=True) is None


def test_an_entry_of_a_list_is_known_by_label_or_id_and_else_suggested():
    assert match_option("central europe", ZONES) == Chosen("cet")
    assert match_option("UTC", ZONES) == Chosen("utc")
    assert match_option("Centrall Europe", ZONES) == Near("Central Europe")
    assert match_option("Mars", ZONES) is None


def test_words_for_stop_back_and_help_count_only_as_the_whole_message(book):
    assert interrupt_word(book, "Stop!") == "stop"
    assert interrupt_word(book, " Go back.") == "back"
    assert interrupt_word(book, "help") == "help"
    assert interrupt_word(book, "please stop that") is None
