"""The second opinion on danger: what it may do beside the rules, and what it costs."""

from dataclasses import replace

import pytest

from bot.phrasing import Lexicon, Opinion, danger
from bot.phrasing.opinion import LONGEST, features, kin_of, pack
from tests.support.pace import Spent

KIN = "@third he she\nslap punch\nsoup\n"


def made(likely: float, unlikely: float, grave: float | None = None) -> Opinion:
    """Weights that lean to danger by one, and to the second of two kinds."""
    tables = ([0.0] * 8, [0.0] * 4, [0.0] * 4)
    limits = {"self_harm": unlikely if grave is None else grave, "child_at_risk": unlikely}
    return Opinion.from_data(pack(tables, (1.0, 0.0, 0.5), likely, limits), KIN)


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
        Opinion.from_data(head.replace(b"[8, 4]", b"[8, 8]") + b"\n" + body, KIN)


def test_words_of_one_kin_are_counted_alike() -> None:
    kin = kin_of(KIN)
    slap, punch = (set(features([".", "he", word, "me", "."], kin)) for word in ("slap", "punch"))
    assert "1#1" in slap & punch
    assert set(features(["he", "."], kin)) == set(features(["she", "."], kin))


def test_it_tells_softly_what_the_rules_did_not_hear(lexicon: Lexicon) -> None:
    text = "the soup is cold"
    found = danger(text, replace(lexicon, opinion=made(likely=0.9, unlikely=-2)))
    assert found is not None
    assert (found.kind, found.tier) == ("child_at_risk", "soft")
    assert text[found.start : found.end] == text


def test_it_takes_back_only_what_is_soft(lexicon: Lexicon) -> None:
    calm = replace(lexicon, opinion=made(likely=9, unlikely=8))
    assert danger("everyone would be better off without me", calm) is None
    careful = replace(lexicon, opinion=made(likely=9, unlikely=8, grave=0))
    assert danger("everyone would be better off without me", careful) is not None
    found = danger("I am going to kill myself tonight", calm)
    assert found is not None
    assert found.tier == "hard"


@pytest.mark.parametrize("text", ["", " ", "Anna", "very sad", "so " * LONGEST])
def test_it_has_none_on_a_word_or_two_and_on_a_long_text(text: str, lexicon: Lexicon) -> None:
    assert danger(text, replace(lexicon, opinion=made(likely=0.9, unlikely=-2))) is None


def test_a_language_without_weights_is_left_to_the_rules(lexicon: Lexicon) -> None:
    assert danger("he hits me", replace(lexicon, opinion=None)) is not None


def test_what_it_adds_is_never_hard(lexicon: Lexicon) -> None:
    bare = replace(lexicon, rules={}, by_word={})
    found = danger("i want to die and i have the pills here", bare)
    assert found is not None
    assert found.tier == "soft"


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
