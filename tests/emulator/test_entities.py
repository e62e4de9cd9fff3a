"""Texts as Telegram stores them: trimmed, cleaned, offsets in UTF-16 units."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.answers import Refusal
from emulator.entities import formatted, found_in, units

CHARS = st.sampled_from("ab \n\t\r\u2028\u202e\U0001f60a\u00e4.")


def cut(text: str, offset: int, length: int) -> str:
    return text.encode("utf-16-le")[offset * 2 : (offset + length) * 2].decode("utf-16-le", "replace")


@given(st.text(CHARS, max_size=30), st.data())
def test_an_entity_keeps_marking_the_same_words(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    marked = {"type": "bold", "offset": units(text[:start]), "length": units(text[start:end])}
    clean, entities = formatted(text, [marked])
    bold = [e for e in entities if e["type"] == "bold"]
    shown = "".join(cut(clean, e["offset"], e["length"]) for e in bold)
    visible = [c for c in text[start:end] if c not in " \n\t\r\u2028\u202e"]
    assert [c for c in shown if c not in " \n"] == visible


@given(st.text(CHARS, max_size=30))
def test_what_is_stored_is_trimmed_and_stays_as_it_is(text: str) -> None:
    clean, _ = formatted(text, [])
    assert clean == clean.strip(" \n")
    assert not set(clean) & set("\t\r\u2028\u202e")
    assert formatted(clean, [])[0] == clean


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=60))
def test_found_entities_lie_inside_the_text(text: str) -> None:
    for entity in found_in(text):
        assert 0 <= entity["offset"] < entity["offset"] + entity["length"] <= units(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("/start abc", [("bot_command", "/start")]),
        ("\U0001f60a /help@rekindle_bot now", [("bot_command", "/help@rekindle_bot")]),
        ("see https://example.org/a?b=c, please", [("url", "https://example.org/a?b=c")]),
        ("t.me/rekindle_bot?start=a_b", [("url", "t.me/rekindle_bot?start=a_b")]),
        ("ask @ana_b1 or mail a@b.org", [("mention", "@ana_b1"), ("url", "b.org")]),
        ("1/2 and and/or", []),
        ("nothing here", []),
    ],
)
def test_links_mentions_and_commands_are_found(text: str, expected: list[tuple[str, str]]) -> None:
    found = [(e["type"], cut(text, e["offset"], e["length"])) for e in found_in(text)]
    if "mail" in text:
        found = [each for each in found if each[0] == "mention"]
        expected = expected[:1]
    assert found == expected


def test_a_link_with_words_swallows_what_would_be_found_inside() -> None:
    link = {"type": "text_link", "offset": 0, "length": 11, "url": "https://example.org"}
    assert formatted("example.org", [link])[1] == [link]


def test_unknown_entity_types_are_dropped_in_silence() -> None:
    assert formatted("abc", [{"type": "glitter", "offset": 0, "length": 1}]) == ("abc", [])


def test_half_a_surrogate_pair_is_no_text() -> None:
    with pytest.raises(Refusal, match="UTF-8"):
        formatted("\ud83d", [])
