"""Which causes of drifting apart a message names. Pure; the words come from the lexicon."""

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


def causes(text: str, lexicon: Lexicon) -> tuple[str, ...]:
    """Labels in the order of the five causes, or ("other",)."""
    reading = lexicon.read(text, quotes=True)
    found = {cause: _found(cause, reading, lexicon) for cause in CAUSES}
    plain = {cause: [hit for hit in hits if "weak" not in hit.marks] for cause, hits in found.items()}
    named = tuple(cause for cause in CAUSES if _is_named(cause, plain))
    if not named and not lexicon.find("other_cause", reading):
        named = tuple(cause for cause in CAUSES if found[cause])
    return named or ("other",)


def _found(cause: str, reading: Reading, lexicon: Lexicon) -> list[Hit]:
    exceptions = covered(lexicon.find(f"not_{cause}", reading))
    return [hit for hit in lexicon.find(cause, reading) if not touches(hit, exceptions)]


# Words claimed by one of these do not also name a milder cause: "we never make up" is about the quarrel.
_CLAIMS = ("infidelity", "unresolved_conflicts")


def _is_named(cause: str, plain: dict[str, list[Hit]]) -> bool:
    stronger = _CLAIMS[: _CLAIMS.index(cause)] if cause in _CLAIMS else _CLAIMS
    claimed = covered(hit for other in stronger for hit in plain[other])
    return any(not touches(hit, claimed) for hit in plain[cause])
