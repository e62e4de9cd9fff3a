"""How an answer of guided practice stands in the whole sentence: which form takes it, and in which letters. Pure."""

from bot.phrasing.lexicon import Lexicon
from bot.phrasing.parts import Part

# Forms beside the usual one, each with a group of rules `<step>_<form>`; the first that fits is taken.
_FORMS: dict[Part, tuple[str, ...]] = {"wish": ("question", "whole", "act"), "seeing": ("that",)}
_OPENING = frozenset(("question", "whole"))
_END = " .?!"


def fitted(kind: Part, text: str, lexicon: Lexicon) -> tuple[str, str]:
    """The form of the sentence that takes this answer, empty for the usual one, and the answer as it stands there."""
    answer = text.strip().rstrip(_END)
    reading = lexicon.read(answer, quotes=True)
    form = next((form for form in _FORMS.get(kind, ()) if lexicon.find(f"{kind}_{form}", reading)), "")
    if form in _OPENING:
        return form, answer[:1].upper() + answer[1:]
    small = lexicon.find("small_start", reading)
    return form, answer[:1].lower() + answer[1:] if small else answer


def is_over(situation: str, lexicon: Lexicon) -> bool:
    """Whether what happened is told as something past."""
    reading = lexicon.read(situation, quotes=False)
    return bool(lexicon.find("is_over", reading)) and not lexicon.find("is_now", reading)
