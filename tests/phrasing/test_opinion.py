"""The second opinion on danger and on letters: what it may do beside the rules, and what it costs."""

from dataclasses import replace

import pytest

from bot.phrasing import Lexicon, Opinion, assess, causes, danger, heat, marks
from bot.phrasing.causes import CAUSES
from bot.phrasing.opinion import LONGEST, features, kin_of, pack
from tests.support.pace import Spent

KIN = "@third he she\nslap punch\nsoup\n"


def made(likely: float, unlikely: float, grave: float | None = None) -> Opinion:
    """Weights that lean to danger by one, and to the second of two kinds."""
    tables = ([0.0] * 8, [0.0] * 4, [0.0] * 4)
    limits = {"self_harm": unlikely if grave is None else grave, "child_at_risk": unlikely}
    return Opinion.from_data(pack(tables, (1.0, 0.0, 0.5), likely, limits), kin_of(KIN))


def test_what_was_packed_is_read_back() -> None:
    opinion = made(likely=2, unlikely=-2)
    assert (opinion.likely, opinion.kinds) == (2, ("self_harm", "child_at_risk"))
    assert opinion.unlikely == {"self_harm": -2, "child_at_risk": -2}
    assert opinion.of([".", "he", "is", "late", "."]) == 1.0


def test_tables_of_another_length_are_refused() -> None:
    packed = made(likely=2, unlikely=-2)
    head, _, body = pack(([0.0] * 8, [0.0] * 4), (0, 0), 1, {"self_harm": 0}).partition(b"\n")
    assert packed.kinds
    with pytest.raises(ValueError, match="not as long"):
        Opinion.from_data(head.replace(b"[8, 4]", b"[8, 8]") + b"\n" + body, kin_of(KIN))


def test_words_of_one_kin_are_counted_alike() -> None:
    kin = kin_of(KIN)
    slap, punch = (set(features([".", "he", word, "me", "."], kin)) for word in ("slap", "punch"))
    assert "1#1" in slap & punch
    assert set(features(["he", "."], kin)) == set(features(["she", "."], kin))


def test_it_tells_softly_what_the_rules_did_not_hear(lexicon: Lexicon) -> None:
    text = "the soup is cold"
    found = danger(text, replace(lexicon, on_danger=made(likely=0.9, unlikely=-2)))
    assert found is not None
    assert (found.kind, found.tier) == ("child_at_risk", "soft")
    assert text[found.start : found.end] == text


def test_it_takes_back_only_what_is_soft(lexicon: Lexicon) -> None:
    calm = replace(lexicon, on_danger=made(likely=9, unlikely=8))
    assert danger("everyone would be better off without me", calm) is None
    careful = replace(lexicon, on_danger=made(likely=9, unlikely=8, grave=0))
    assert danger("everyone would be better off without me", careful) is not None
    found = danger("I am going to kill myself tonight", calm)
    assert found is not None
    assert found.tier == "hard"


@pytest.mark.parametrize("text", ["", " ", "Anna", "very sad", "so " * LONGEST])
def test_it_has_none_on_a_word_or_two_and_on_a_long_text(text: str, lexicon: Lexicon) -> None:
    assert danger(text, replace(lexicon, on_danger=made(likely=0.9, unlikely=-2))) is None


def test_a_language_without_weights_is_left_to_the_rules(lexicon: Lexicon) -> None:
    assert danger("he hits me", replace(lexicon, on_danger=None)) is not None


def test_what_it_adds_is_never_hard(lexicon: Lexicon) -> None:
    bare = replace(lexicon, rules={}, by_word={})
    found = danger("i want to die and i have the pills here", bare)
    assert found is not None
    assert found.tier == "soft"


def on_letters(likely: float, unlikely: float, threat: float | None = None) -> Opinion:
    """Weights that lean to a mark by one, and to contempt and threat of the four kinds."""
    limits = dict.fromkeys(("blame", "contempt", "absolute", "threat"), unlikely)
    limits["threat"] = unlikely if threat is None else threat
    tables = ([0.0] * 8, *([0.0] * 4 for _ in limits))
    return Opinion.from_data(pack(tables, (1.0, -0.5, 0.5, -0.5, 0.2), likely, limits), kin_of(KIN))


def test_it_marks_a_sentence_of_a_letter_whole_and_says_that_no_rule_did(lexicon: Lexicon) -> None:
    text = "The soup was cold. So was I."
    first, _ = marks(text, replace(lexicon, on_letters=on_letters(likely=0.9, unlikely=-2)))
    assert (first.flags, first.words, first.rewrite) == ({"contempt", "threat"}, "The soup was cold.", None)
    assert first.felt
    assert not any(mark.flags for mark in marks(text, replace(lexicon, on_letters=on_letters(likely=2, unlikely=-2))))


def test_of_the_kinds_there_is_always_one(lexicon: Lexicon) -> None:
    opinion = on_letters(likely=0.9, unlikely=-2)
    assert replace(opinion, base=(1.0, -0.5, -0.1, -0.5, -0.2)).kinds_in([".", "so", "was", "i", "."]) == {"contempt"}


def test_it_takes_back_a_mark_of_the_rules_but_a_threat_less_easily(lexicon: Lexicon) -> None:
    text = "You are a coward. If you leave me I will make you regret it."
    calm = replace(lexicon, on_letters=on_letters(likely=9, unlikely=8, threat=0))
    label, threat = marks(text, calm)
    assert label.flags == frozenset()
    assert "threat" in threat.flags
    assert not threat.felt


def test_what_it_feels_makes_a_letter_no_hotter_than_a_plain_mark(lexicon: Lexicon) -> None:
    [mark] = marks("The soup was cold.", replace(lexicon, on_letters=on_letters(likely=0.9, unlikely=-2)))
    assert heat([mark]) == 1


def test_what_is_felt_in_a_message_to_the_partner_is_quoted_whole(lexicon: Lexicon) -> None:
    sure = replace(lexicon, on_letters=on_letters(likely=0.9, unlikely=-2))
    judged = assess(" your soup was cold ", sure)
    assert judged.verdict == "you_statement"
    assert [(one.flag, one.words, one.rewrite) for one in judged.findings] == [
        ("contempt_or_sarcasm", "your soup was cold", None)
    ]
    assert "no_blame" not in judged.strengths


@pytest.mark.parametrize("text", ["the soup was cold", "I was sad that your soup was cold"])
def test_nothing_is_felt_of_nobody_or_beside_a_feeling_of_ones_own(text: str, lexicon: Lexicon) -> None:
    sure = replace(lexicon, on_letters=on_letters(likely=0.9, unlikely=-2))
    assert assess(text, sure) == assess(text, replace(lexicon, on_letters=None))


def on_causes(*base: float, likely: float, unlikely: float) -> Opinion:
    """Weights that lean to each of the five causes by so much."""
    limits = dict.fromkeys(CAUSES, unlikely)
    return Opinion.from_data(pack([[0.0] * 4 for _ in limits], base, likely, limits), kin_of(KIN))


def test_a_cause_is_told_by_words_and_by_what_they_are_like(lexicon: Lexicon) -> None:
    text = "we have the same fight every sunday"
    leaning = on_causes(2, 0, 0, 0, 0, likely=1, unlikely=-1)
    assert causes(text, replace(lexicon, on_causes=leaning)) == ("lack_of_communication", "unresolved_conflicts")
    unlike = on_causes(2, -2, 0, 0, 0, likely=1, unlikely=-1)
    assert causes(text, replace(lexicon, on_causes=unlike)) == ("lack_of_communication",)


def test_the_likeliest_cause_is_told_where_it_is_nearly_likely_enough(lexicon: Lexicon) -> None:
    text = "the soup is cold"
    assert causes(text, replace(lexicon, on_causes=on_causes(0, -3, -3, 0.1, -3, likely=1, unlikely=-1))) == (
        "changes_in_priorities",
    )
    assert causes(text, replace(lexicon, on_causes=on_causes(-3, -3, -3, -3, -3, likely=1, unlikely=-1))) == ("other",)


def test_a_sentence_takes_less_than_two_milliseconds(lexicon: Lexicon) -> None:
    texts = [
        "she keeps the cable and my shoes with her when she goes out, and i wait",
        "we argued about the dishes",
    ] * 100
    for text in texts[:2]:
        danger(text, lexicon)  # rules are compiled at first use
    spent = Spent()
    for text in texts:
        danger(text, lexicon)
    assert spent.seconds() / len(texts) < 0.002
