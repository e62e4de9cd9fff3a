"""What stands beside a danger: by chance it does not silence it, by denying it does."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path

import pytest

from bot.phrasing import Lexicon, danger
from tests.phrasing.test_kept import labelled

OWN = Path(__file__).parent / "own"
BESIDE = (
    "{} and i love him so much",
    "{}, i dont know what to do",
    "{} when i got the promotion",
    "{} because the dinner was cold",
    "{}, my sister says i should leave",
    "{}, it happened at the game",
    "{} and then he apologised",
    "{}, he was drunk after the film",
    "we were watching a film. {}",
    "i have to tell you that {}",
    "i know it sounds silly but {}",
    "it was his birthday. {}",
    "{}, for the first time in 11 yrs",
    "{} when i was 20 weeks pregnant",
    "{} at uni",
    "{} and i went to a school meeting at 10 in the morning",
)
DENIED = (
    "he does not hit me",
    "he does not choke me, we only shout",
    "i did not slap him, we only shouted",
    "i would never hurt her",
    "she asked if i am suicidal, no, just sad",
    "i dont want to die or anything, im only tired",
    "i dont want to die or harm myself, im sad thats all",
    "when i was nineteen i wanted to die, therapy helped, today its a part of my story",
    "he had a heart attack four years ago, he's fit again and sings in the choir",
    "i do not want to die, i just want one free weekend",
    "my first husband beat me. that was 1988, i am happy with walter now",
    "my ex choked me, long ago, and with paul i have never been afraid",
    "i was suicidal at 19, im 34 now and happy",
    "we thought he collapsed but it was nothing",
    "he had a heart attack in spring, he has recovered well",
    "hes choking on deadlines, how can i support him",
    "he left the gate open again, sheep everywhere, i could murder him",
    "she would strangle me if i forget our anniversary haha",
    "i teach first aid and made my wife practise choking rescue on a teddy",
)
NOT_DENIED = (
    "i do not want to die but i cant go on like this",
    "he does not hit me anymore, now he chokes me",
    "i did not mean to hit her",
    "i'm afraid i could kill her",
    "he does not stop hitting me",
    "he beats me in the kitchen",
    "he pushed me away and i fell down the stairs",
    "the baby is choking on toys",
    "he is drowning in the river at work",
    "my boyfriend slapped me at uni",
    "he hit me at 11",
    "she was 22 weeks pregnant and he hit her in the stomach, i saw it",
    "i slapped my wife when she was 22 weeks pregnant",
    "he did not care and hit me in the face",
    "he does not only hit me, he locks me in",
    "he said that he would kill me",
    "he shouted again that he would kill me",
    "i hit my girlfriend with a belt lol",
    "i want to kill myself and i love him",
    "just curious, is it normal that he chokes me",
    "he hit me during the film because i laughed",
    "he threw a plate at me at our rehearsal dinner",
    "he threatened me with a knife, he caught it from his brother",
)


@cache
def openly_said() -> list[str]:
    """Every fourth of the sentences whose danger interrupts."""
    names = (OWN / "hard.txt").read_text("utf-8").split()
    texts = dict(labelled())
    return [texts[name].rstrip(".! ") for name in names[::4]]


def silenced(frame: str, texts: Iterable[str], lexicon: Lexicon) -> list[str]:
    return [text for text in map(frame.format, texts) if danger(text, lexicon) is None]


@pytest.mark.parametrize("frame", BESIDE)
def test_what_stands_beside_it_by_chance_silences_no_open_danger(frame: str, lexicon: Lexicon) -> None:
    assert silenced(frame, openly_said(), lexicon) == []


@pytest.mark.parametrize("frame", ["{} lol", "haha {}", "{} 😂"])
def test_laughter_silences_no_emergency_and_no_violence_that_was_suffered(frame: str, lexicon: Lexicon) -> None:
    kinds = {"child_at_risk", "medical_or_other_emergency", "fear_of_partner_or_abuse"}
    found = [(text, danger(text, lexicon)) for text in openly_said()]
    suffered = [text for text, one in found if one is not None and one.kind in kinds]

    assert len(suffered) > 100
    assert silenced(frame, suffered, lexicon) == []


@pytest.mark.parametrize("text", DENIED)
def test_what_is_denied_joked_about_or_over_is_left_alone(text: str, lexicon: Lexicon) -> None:
    assert danger(text, lexicon) is None


@pytest.mark.parametrize("text", NOT_DENIED)
def test_half_a_denial_denies_nothing(text: str, lexicon: Lexicon) -> None:
    assert danger(text, lexicon) is not None
