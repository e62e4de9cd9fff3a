"""The gestures themselves: enough of each kind, plain words, none like another, and refusals with a line."""

import re
from collections import Counter
from pathlib import Path
from typing import get_args

import pytest

from bot.content.gestures import TEXT_LIMIT, Category, Focus, Gesture, load_gestures
from bot.errors import ContentError

SOURCE = Path(__file__).parents[2] / "dialogs" / "gestures.yaml"

AMERICAN = re.compile(
    r"\b(\w*(?:colou?r(?<!colour))\w*|favorite|favor|neighbor\w*|humor|apologize|realize|program|mom|behavior|gray)\b",
    re.IGNORECASE,
)
VOWELS = re.compile(r"[aeiouy]+")


@pytest.fixture(scope="module")
def gestures() -> tuple[Gesture, ...]:
    return load_gestures(SOURCE)


def grade(text: str) -> float:
    """Flesch-Kincaid grade with vowel groups for syllables; 7 is about the age of twelve."""
    words = re.findall(r"[A-Za-z']+", text)
    sentences = max(1, len(re.findall(r"[.!?](?:\s|$)", text)))
    syllables = sum(max(1, len(VOWELS.findall(word.lower().removesuffix("e")))) for word in words)
    return 0.39 * len(words) / sentences + 11.8 * syllables / len(words) - 15.59


def test_there_are_enough_gestures_of_every_kind(gestures: tuple[Gesture, ...]) -> None:
    assert len(gestures) >= 100
    by_category = Counter(gesture.category for gesture in gestures)
    assert min(by_category[category] for category in get_args(Category)) >= 6
    by_focus = Counter(focus for gesture in gestures for focus in gesture.focus)
    assert min(by_focus[focus] for focus in get_args(Focus)) >= 15
    assert {gesture.effort for gesture in gestures} == {1, 2, 3}


def test_a_year_without_repeats_is_not_needed_but_ninety_days_are_for_everybody(gestures: tuple[Gesture, ...]) -> None:
    for living in ("living_together", "living_apart", None):
        assert sum(gesture.together in ("any", living) for gesture in gestures) >= 100
    quick_without_touch = [g for g in gestures if g.effort <= 2 and g.category != "touch" and g.together == "any"]
    assert len(quick_without_touch) >= 90


def test_ids_and_texts_are_unique(gestures: tuple[Gesture, ...]) -> None:
    assert len({gesture.id for gesture in gestures}) == len(gestures)
    assert len({gesture.text.casefold() for gesture in gestures}) == len(gestures)


def test_spelling_is_british(gestures: tuple[Gesture, ...]) -> None:
    assert AMERICAN.search("Their favorite color.")
    assert [(g.id, found[0]) for g in gestures if (found := AMERICAN.search(g.text))] == []


def test_texts_are_one_paragraph_of_plain_sentences(gestures: tuple[Gesture, ...]) -> None:
    for gesture in gestures:
        assert 40 <= len(gesture.text) <= TEXT_LIMIT, gesture.id
        assert "\n" not in gesture.text, gesture.id
        assert gesture.text[0].isupper(), gesture.id
        assert gesture.text[-1] in ".?", gesture.id
        assert re.fullmatch(r"[A-Za-z0-9 ,.:;?\"'-]+", gesture.text), gesture.id


def test_texts_read_at_about_twelve(gestures: tuple[Gesture, ...]) -> None:
    grades = sorted(grade(gesture.text) for gesture in gestures)
    assert grades[len(grades) // 2] <= 6
    assert [(g.id, round(grade(g.text), 1)) for g in gestures if grade(g.text) > 10] == []


def test_openings_vary(gestures: tuple[Gesture, ...]) -> None:
    openings = Counter(gesture.text.split()[0] for gesture in gestures)
    assert max(openings.values()) <= len(gestures) // 12
    pairs = Counter(" ".join(gesture.text.split()[:2]) for gesture in gestures)
    assert max(pairs.values()) <= 3


def test_every_text_is_about_the_other_one(gestures: tuple[Gesture, ...]) -> None:
    other = re.compile(r"\b(partner|them|they|their|each other|both|the two of you|you two|couple)\b", re.IGNORECASE)
    unaddressed = [gesture.id for gesture in gestures if not other.search(gesture.text)]
    assert len(unaddressed) <= 5, unaddressed


def test_a_gesture_at_home_with_both_there_says_so(gestures: tuple[Gesture, ...]) -> None:
    assert [g.id for g in gestures if g.place == "home" and g.together != "living_together"] == []
    assert [g.id for g in gestures if g.together == "living_apart" and g.place != "apart"] == []


ENTRY = """first:
  category: rest
  effort: 1
  place: any
  time: any
  focus: [time]
  together: any
  text: |
    Sit down with them.
"""


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("effort: 1", "effort: 4", 3),
        ("effort: 1", "effort: '1'", 3),
        ("category: rest", "category: naps", 2),
        ("focus: [time]", "focus: []", 6),
        ("focus: [time]", "focus: [love]", 6),
        ("  time: any\n", "", 1),
        ("together: any", "together: any\n  colour: red", 8),
        ("together: any", "together: any\n  id: other", 8),
        ("first:", "First:", 1),
        ("first:", "f" * 33 + ":", 1),
        ("Sit down with them.", "x" * 201, 8),
        ("first:", "zero: 1\nfirst:", 1),
    ],
)
def test_a_wrong_entry_is_refused_with_its_line(tmp_path: Path, old: str, new: str, line: int) -> None:
    path = tmp_path / "gestures.yaml"
    path.write_text(ENTRY)
    assert load_gestures(path)[0].text == "Sit down with them."
    path.write_text(ENTRY.replace(old, new))
    with pytest.raises(ContentError, match=f"^{re.escape(str(path))}:{line}: "):
        load_gestures(path)


@pytest.mark.parametrize("text", ["", "- a\n", "{}\n"])
def test_a_file_without_gestures_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "gestures.yaml"
    path.write_text(text)
    with pytest.raises(ContentError, match="holds no gestures"):
        load_gestures(path)
