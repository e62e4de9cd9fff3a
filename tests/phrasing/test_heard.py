"""What somebody's own words sound like: said back as a question, and never more than the words hold."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.phrasing import Lexicon, causes, sounds_like

DEV = Path(__file__).parent / "language_eval" / "dev" / "cause_matching.jsonl"
LABELS = {
    "lack_of_communication": "communication",
    "unresolved_conflicts": "conflicts",
    "lack_of_quality_time": "time",
    "changes_in_priorities": "priorities",
    "infidelity": "infidelity",
}


@pytest.fixture(scope="module")
def examples() -> list[tuple[str, set[str]]]:
    items = [json.loads(line) for line in DEV.read_text(encoding="utf-8").splitlines()]
    return [(item["text"], {LABELS[label] for label in item["labels"] if label in LABELS}) for item in items]


@pytest.mark.parametrize(
    ("words", "cause"),
    [
        ("That we hardly talk any more", "communication"),
        ("we only argue about money", "conflicts"),
        ("I miss him. We have no time for each other", "time"),
        ("she does not want children and I do", "priorities"),
        ("we are like flatmates", "routine"),
        ("We are just bored, the spark is gone", "routine"),
        ("It is all so grey", "none"),
        ("", "none"),
        ("he had an affair", "infidelity"),
        ("I cheated on her last year", "infidelity"),
        ("she slept with someone else", "infidelity"),
        ("I am afraid that he is cheating", "infidelity"),
        ("he had an affair and now we hardly talk", "infidelity"),
    ],
)
def test_what_words_sound_like(lexicon: Lexicon, words: str, cause: str) -> None:
    assert sounds_like(words, lexicon) == cause


@pytest.mark.parametrize(
    "words",
    [
        "he hides his phone at night",
        "I found a receipt from a hotel",
        "she texts her ex every evening",
        "he smells of another perfume",
        "I do not trust him any more",
        "he never cheated, he is just never home",
        "there is no affair, we just do not talk",
        "he cheats at cards",
        "my best friend had an affair",
        "the love affair is over",
        "her affair with her work",
    ],
)
def test_a_break_of_trust_is_never_read_out_of_hints(lexicon: Lexicon, words: str) -> None:
    assert sounds_like(words, lexicon) != "infidelity"


def test_a_hint_of_one_leaves_the_whole_question_open(lexicon: Lexicon) -> None:
    words = "I found a receipt from a hotel, and he is never home in the evening"
    assert "infidelity" in causes(words, lexicon)
    assert sounds_like(words, lexicon) == "none"


def test_nobody_in_the_examples_is_told_of_trust_who_did_not_speak_of_it(
    lexicon: Lexicon, examples: list[tuple[str, set[str]]]
) -> None:
    assert [
        text for text, meant in examples if sounds_like(text, lexicon) == "infidelity" and not meant & {"infidelity"}
    ] == []


def test_what_is_said_back_is_seldom_beside_the_point(lexicon: Lexicon, examples: list[tuple[str, set[str]]]) -> None:
    said = [(sounds_like(text, lexicon), meant) for text, meant in examples]
    heard = [(cause, meant) for cause, meant in said if cause not in ("none", "routine")]
    assert len(heard) >= 0.65 * len(examples)
    assert sum(cause in meant for cause, meant in heard) >= 0.93 * len(heard)


@given(words=st.text(max_size=200))
def test_any_text_is_answered(lexicon: Lexicon, words: str) -> None:
    assert sounds_like(words, lexicon) in {*LABELS.values(), "routine", "none"}
