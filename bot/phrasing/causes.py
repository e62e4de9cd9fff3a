"""Which causes of drifting apart a message names. Pure; the words come from the lexicon."""

from typing import Literal

from bot.phrasing.evidence import covered, touches
from bot.phrasing.lexicon import Lexicon
from bot.phrasing.reading import Hit, Reading

CAUSES = (
    "lack_of_communication",
    "unresolved_conflicts",
    "lack_of_quality_time",
    "changes_in_priorities",
    "infidelity",
)


# How far below its limit the likeliest cause may be where no other is told: some cause is behind most messages.
_NEARLY = 1.3


def causes(text: str, lexicon: Lexicon) -> tuple[str, ...]:
    """Labels in the order of the five causes, or ("other",)."""
    reading = lexicon.read(text, quotes=True)
    return _weighed(_heard(reading, lexicon), reading, lexicon) or ("other",)


def _weighed(heard: tuple[str, ...], reading: Reading, lexicon: Lexicon) -> tuple[str, ...]:
    """What rules heard, or did not hear, after the second opinion."""
    words = [word.form for word in reading.words]
    above = lexicon.on_causes.margins(words, heard) if lexicon.on_causes else None
    if above is None:
        return heard
    told = tuple(cause for cause in CAUSES if above[cause] > 0)
    best = max(CAUSES, key=lambda cause: above[cause])
    return told or ((best,) if above[best] > -_NEARLY else ())


def _heard(reading: Reading, lexicon: Lexicon) -> tuple[str, ...]:
    found = {cause: _found(cause, reading, lexicon) for cause in CAUSES}
    plain = {cause: _plain(hits) for cause, hits in found.items()}
    named = tuple(cause for cause in CAUSES if _is_named(cause, plain))
    if not named and not lexicon.find("other_cause", reading):
        named = _likeliest(found)
    return named


def _likeliest(found: dict[str, list[Hit]]) -> tuple[str, ...]:
    """Where nothing is named outright: the cause that most words hint at, or both of two that are level."""
    hints = {cause: len(covered(hits)) for cause, hits in found.items()}
    most = max(hints.values())
    likely = tuple(cause for cause in CAUSES if most and hints[cause] == most)
    return likely[:2]


Focus = Literal["communication", "conflicts", "time", "priorities", "routine", "infidelity", "none"]
_FOCUS: dict[str, Focus] = {
    "lack_of_communication": "communication",
    "unresolved_conflicts": "conflicts",
    "lack_of_quality_time": "time",
    "changes_in_priorities": "priorities",
}


def sounds_like(text: str, lexicon: Lexicon) -> Focus:
    """What much of a message seems to be about, to be said back to its writer as a question.

    A break of trust only where the words name one outright; where they merely hint at one, nothing at all is guessed.
    Routine and duties only where nothing else is named. Of several the one that most words speak of.
    """
    reading = lexicon.read(text, quotes=True)
    if _found("named_infidelity", reading, lexicon):
        return "infidelity"
    named = causes(text, lexicon)
    if "infidelity" in named:
        return "none"
    weight = {cause: len(covered(_plain(_found(cause, reading, lexicon)))) for cause in named if cause in _FOCUS}
    if not any(weight.values()):
        return "routine" if _found("routine", reading, lexicon) else "none"
    return _FOCUS[max(weight, key=lambda cause: weight[cause])]


def _found(cause: str, reading: Reading, lexicon: Lexicon) -> list[Hit]:
    exceptions = covered(lexicon.find(f"not_{cause}", reading))
    return [hit for hit in lexicon.find(cause, reading) if not touches(hit, exceptions)]


def _plain(hits: list[Hit]) -> list[Hit]:
    return [hit for hit in hits if "weak" not in hit.marks]


# Words claimed by one of these do not also name a milder cause: "we never make up" is about the quarrel.
_CLAIMS = ("infidelity", "unresolved_conflicts")


def _is_named(cause: str, plain: dict[str, list[Hit]]) -> bool:
    stronger = _CLAIMS[: _CLAIMS.index(cause)] if cause in _CLAIMS else _CLAIMS
    claimed = covered(hit for other in stronger for hit in plain[other])
    return any(not touches(hit, claimed) for hit in plain[cause])
