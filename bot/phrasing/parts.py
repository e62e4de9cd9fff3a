"""One step of guided practice: only what matters for that step. Pure."""

from typing import Literal

from bot.phrasing.evidence import gather
from bot.phrasing.findings import Finding, findings_of
from bot.phrasing.lexicon import Lexicon

Part = Literal["situation", "feeling", "why", "wish", "seeing"]
_MATTERS: dict[Part, frozenset[str]] = {
    "situation": frozenset(("absolute", "label_or_insult", "mind_reading", "blame", "contempt_or_sarcasm")),
    "feeling": frozenset(("faux_feeling", "disguised_you", "label_or_insult", "contempt_or_sarcasm")),
    "why": frozenset(("label_or_insult", "mind_reading", "blame", "contempt_or_sarcasm", "absolute")),
    "wish": frozenset(("demand", "label_or_insult", "contempt_or_sarcasm")),
    "seeing": frozenset(("mind_reading", "label_or_insult", "contempt_or_sarcasm", "blame")),
}


def assess_part(kind: Part, text: str, lexicon: Lexicon) -> tuple[Finding, ...]:
    """Findings that matter for one step. Raises KeyError for an unknown step."""
    return findings_of(gather(text, lexicon), text, _MATTERS[kind])
