"""Which causes of drifting apart a message names. Pure; the words come from the lexicon."""

from bot.phrasing.lexicon import Lexicon

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
    named = tuple(cause for cause in CAUSES if lexicon.find(cause, reading))
    return named or ("other",)
