"""The lexicon: what it refuses, and the little language of its rules."""

from typing import Any

import pytest

from bot.phrasing import Lexicon, join
from bot.phrasing.forms import verb_forms

EMPTY: dict[str, Any] = {
    name: {} for name in ("spelling", "before", "symbols", "verbs", "common", "classes", "rules", "rewrites")
}


def built(**parts: dict[str, Any]) -> Lexicon:
    return Lexicon.from_data({**EMPTY, **parts})


def said(rule: str, text: str, **parts: dict[str, Any]) -> list[str]:
    lexicon = built(rules={"r": rule}, **parts)
    return [text[hit.start : hit.end] for hit in lexicon.find("r", lexicon.read(text, quotes=True))]


@pytest.mark.parametrize(
    ("data", "named"),
    [
        ({**EMPTY, "rules": []}, "rules"),
        ({**EMPTY, "poems": {}}, "poems"),
        ({**EMPTY, "classes": {"a": 3}}, "classes.a"),
        ({**EMPTY, "classes": {"a": "@b"}}, "classes.b"),
        ({**EMPTY, "classes": {"a": "@a"}}, "classes.a"),
        ({**EMPTY, "rules": {"r": "(a b"}}, "rules.r"),
        ({**EMPTY, "rules": {"r": "a )"}}, "rules.r"),
        ({**EMPTY, "rules": {"r": "@nobody"}}, "classes.nobody"),
        ({**EMPTY, "rules": {"r": "..3"}}, "rules.r"),
        ({**EMPTY, "spelling": {"s": "dont do not"}}, "spelling.s"),
        ({**EMPTY, "rewrites": {"w": 1}}, "rewrites.w"),
    ],
)
def test_malformed_data_is_refused_by_name(data: dict[str, Any], named: str) -> None:
    with pytest.raises(ValueError, match=named):
        Lexicon.from_data(data)


def test_files_are_joined_and_a_key_may_stand_in_one_only() -> None:
    assert join([{"classes": {"a": "x"}}, {"classes": {"b": "y"}}]) == {"classes": {"a": "x", "b": "y"}}
    with pytest.raises(ValueError, match=r"classes\.a"):
        join([{"classes": {"a": "x"}}, {"classes": {"a": "y"}}])
    with pytest.raises(ValueError, match="classes"):
        join([{"classes": 3}])


def test_a_clause_begins_after_the_words_that_the_language_says() -> None:
    assert said("% you", "and you", classes={"clause_start": "and"}) == ["you"]
    assert said("% you", "and you") == []


def meant(text: str, **parts: dict[str, Any]) -> list[str]:
    return [word.form for word in built(**parts).read(text, quotes=True).words if word.form != "."]


def test_a_spelling_may_depend_on_the_words_around_it() -> None:
    parts = {"before": {"b": "were @after !@plural = we are"}, "classes": {"after": "drifting", "plural": "kids"}}
    assert meant("were drifting", **parts) == ["we", "are", "drifting"]
    assert meant("the kids were drifting", **parts) == ["the", "kids", "were", "drifting"]
    assert meant("were late", **parts) == ["were", "late"]


def test_what_ends_a_word_without_a_gap_is_a_word_where_the_language_says_so() -> None:
    assert meant("the dog's bowl", classes={"clitic": "'s"}) == ["the", "dog", "'s", "bowl"]
    assert meant("the dog's bowl") == ["the", "dog's", "bowl"]


@pytest.mark.parametrize(
    ("rule", "text", "found"),
    [
        ("you never", "But you never asked", ["you never"]),
        ("a|b c", "b c", ["b c"]),
        ("(a b|c d) e", "c d e", ["c d e"]),
        ("you so? late", "you late", ["you late"]),
        ("go !home", "go home go out", ["go"]),
        ("you ..2 late", "you are very late", ["you are very late"]),
        ("you ..2 late", "you, late", []),
        ("you ~2 late", "you, late", ["you, late"]),
        ("one =3 two", "one. two", ["one. two"]),
        ("^ stop", "Please stop. Stop", ["Stop"]),
        ("% you", "fine, you", ["you"]),
        ("late $", "late, very late now", ["late"]),
        ("why :q:", "why?", ["why?"]),
        ("eat+d", "they ate and eat", ["ate"]),
        ("eat+", "eating", ["eating"]),
    ],
)
def test_the_little_language_reads_as_documented(rule: str, text: str, found: list[str]) -> None:
    assert said(rule, text, verbs={"v": "eat ate eaten"}) == found


def test_a_negation_before_a_match_takes_it_away_unless_the_rule_says_so() -> None:
    classes = {"negator": "not"}
    assert said("afraid", "not very afraid", classes=classes) == []
    assert said("afraid :: negated", "not very afraid", classes=classes) == ["afraid"]
    assert said("afraid", "not now, afraid", classes=classes) == ["afraid"]


def test_lost_apostrophes_stretched_words_and_slips_are_read_as_meant() -> None:
    spelling = {"s": "dont = do not, u = you, any more = anymore"}
    classes = {"c": "so, always, late"}
    lexicon = built(spelling=spelling, classes=classes)
    reading = lexicon.read("U dont come soooo alwyas late any more", quotes=True)
    assert reading.line == " . you do not come so always late anymore . "


@pytest.mark.parametrize(
    ("base", "forms"),
    [
        ("slap", ("slap", "slaps", "slapped", "slapping")),
        ("cry", ("cry", "cries", "cried", "crying")),
        ("lie", ("lie", "lies", "lied", "lying")),
        ("push", ("push", "pushes", "pushed", "pushing")),
        ("love", ("love", "loves", "loved", "loving")),
        ("play", ("play", "plays", "played", "playing")),
    ],
)
def test_verbs_are_inflected(base: str, forms: tuple[str, ...]) -> None:
    assert verb_forms(base, {}) == forms
