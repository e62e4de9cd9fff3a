"""Danger in a message: who, what, and how plainly it is said. Pure; it only finds, help is given elsewhere."""

from dataclasses import dataclass
from typing import Literal

from bot.phrasing.evidence import overlaps
from bot.phrasing.lexicon import Lexicon

Kind = Literal[
    "self_harm",
    "fear_of_partner_or_abuse",
    "violence_towards_partner",
    "child_at_risk",
    "medical_or_other_emergency",
]
Tier = Literal["hard", "soft"]
# A child in danger goes first, an emergency next; fear goes last, because its words are the most common.
_ORDER: tuple[Kind, ...] = (
    "child_at_risk",
    "medical_or_other_emergency",
    "self_harm",
    "violence_towards_partner",
    "fear_of_partner_or_abuse",
)


@dataclass(frozen=True, slots=True)
class Danger:
    """`hard` interrupts the dialog, `soft` adds one line. `start` and `end` are offsets of the words that said it."""

    kind: Kind
    tier: Tier
    start: int
    end: int


def danger(text: str, lexicon: Lexicon) -> Danger | None:
    """The gravest danger said in the text, or None."""
    reading = lexicon.read(text, quotes=True)
    harmless = lexicon.find("harmless", reading)
    calmed = bool(lexicon.find("calmed", reading))
    for kind in _ORDER:
        for hit in lexicon.find(kind, reading):
            if ("sure" in hit.marks or not calmed) and not overlaps(hit, harmless):
                return Danger(kind, "hard" if "hard" in hit.marks else "soft", hit.start, hit.end)
    return None
