"""For any text: no exception, the same answer twice, offsets that point at the quoted words, work in proportion."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.phrasing import Lexicon, assess, assess_part, causes, danger, heat, marks, sentences

WORDS = [
    "i",
    "you",
    "we",
    "he",
    "she",
    "never",
    "always",
    "feel",
    "like",
    "that",
    "are",
    "is",
    "not",
    "so",
    "sad",
    "angry",
    "because",
    "when",
    ",",
    ".",
    "?",
    "!",
    '"',
    "'",
    "\n",
    "lol",
    "😂",
    "kill",
    "hit",
    "me",
    "my",
    "wife",
    "our",
    "son",
    "selfish",
    "should",
    "want",
    "need",
    "to",
    "die",
    "please",
    "🙄",
    "don\u2019t",
    "u",
    "ur",
    "hits",
    "late",
    "phone",
    "stop",
    "if",
    "leave",
]
TEXTS = st.one_of(
    st.text(max_size=120),
    st.lists(st.sampled_from(WORDS), max_size=30).map(" ".join),
    st.text(alphabet="\u202e\u200d\u0301\x00😀é'\u2019\"\u2026-\ufe0f\U000e0041a. ", max_size=60),
)
RELAXED = settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])


@RELAXED
@given(text=TEXTS)
def test_findings_point_at_their_words(text: str, lexicon: Lexicon) -> None:
    for finding in assess(text, lexicon).findings:
        assert finding.words == text[finding.start : finding.end]
        assert finding.words


@RELAXED
@given(text=TEXTS)
def test_marks_and_danger_point_into_the_text(text: str, lexicon: Lexicon) -> None:
    for (start, end), mark in zip(sentences(text), marks(text, lexicon), strict=True):
        assert (mark.start, mark.end) == (start, end)
        assert mark.words in text[start:end]
    found = danger(text, lexicon)
    assert found is None or 0 <= found.start < found.end <= len(text)


@RELAXED
@given(text=TEXTS)
def test_the_same_text_gets_the_same_answer(text: str, lexicon: Lexicon) -> None:
    assert assess(text, lexicon) == assess(text, lexicon)
    assert danger(text, lexicon) == danger(text, lexicon)
    assert causes(text, lexicon) == causes(text, lexicon)


@RELAXED
@given(text=TEXTS, part=st.sampled_from(["situation", "feeling", "why", "wish", "seeing"]))
def test_every_step_answers_every_text(text: str, part: str, lexicon: Lexicon) -> None:
    for finding in assess_part(part, text, lexicon):
        assert finding.words == text[finding.start : finding.end]


@RELAXED
@given(text=TEXTS)
def test_sentences_are_in_order_and_hold_all_that_is_not_blank(text: str) -> None:
    spans = sentences(text)
    assert list(spans) == sorted(spans)
    kept = "".join(text[start:end] for start, end in spans)
    assert "".join(kept.split()) == "".join(text.split())


@RELAXED
@given(text=TEXTS)
def test_heat_stays_between_nought_and_five(text: str, lexicon: Lexicon) -> None:
    assert 0 <= heat(marks(text, lexicon)) <= 5


HOSTILE = {
    "astral emoji": "😀" * 4096,
    "one long word": "x" * 30_000,
    "apostrophes": "a'" * 15_000,
    "quotes": '"' * 30_000,
    "lines": "\n" * 30_000,
    "one sentence": "you never i feel like you are so angry he hits me i want to die " * 460,
    "one pronoun": "you " * 7_500,
    "denials": "not " * 7_500,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_texts_are_answered(name: str, lexicon: Lexicon) -> None:
    text = HOSTILE[name]
    assert assess(text, lexicon).verdict
    assert causes(text, lexicon)
    assert len(marks(text, lexicon)) == len(sentences(text))
    danger(text, lexicon)


def test_matches_grow_in_proportion_to_the_text(lexicon: Lexicon) -> None:
    def count(times: int) -> int:
        reading = lexicon.read("you never listen and i want to die when he hits me " * times, quotes=True)
        return sum(len(lexicon.find(group, reading)) for group in lexicon.rules)

    small, large = count(20), count(200)
    assert large <= 11 * small
