"""Which causes of drifting apart a message names. Pure; the words come from the lexicon."""

from bot.phrasing.lexicon import Lexicon
from bot.phrasing.reading import Reading

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
    weights = {cause: _weight(cause, reading, lexicon) for cause in CAUSES}
    named = tuple(cause for cause in CAUSES if weights[cause] >= 2)
    if not named and not lexicon.find("other_cause", reading):
        named = tuple(cause for cause in CAUSES if weights[cause])
    return named or ("other",)


def _weight(cause: str, reading: Reading, lexicon: Lexicon) -> int:
    hits = lexicon.find(cause, reading)
    return sum(1 if "weak" in hit.marks else 2 for hit in hits)
