"""Checkers of typed answers: names, free words, and the steps of an I-statement with what phrasing finds in them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Literal

from bot.conversation.acts import FOCUSES
from bot.conversation.vocabulary import finding_fields
from bot.engine.script import Accepted, Checker, Field, Rejected, Value
from bot.phrasing import (
    Assessment,
    Finding,
    Lexicon,
    assess,
    assess_part,
    danger,
    fitted,
    helpful,
    sounds_like,
)

MAX_NAME = 40
DAYS_IN = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
MAX_PIECE = 600  # characters of one piece of a sentence; five of them still fit into a message
Step = Literal["situation", "feeling", "why", "wish", "seeing"]
PRAISED = ("sees_partner", "feeling", "need", "situation")
PIECES = ("feeling", "need", "situation")
STEPS: Mapping[str, Step] = {
    "camera": "situation",
    "feeling": "feeling",
    "why": "why",
    "wish": "wish",
    "seeing": "seeing",
}


def checkers(
    lexicon: Lexicon, stems: Mapping[str, tuple[str, ...]], months: Sequence[tuple[str, ...]]
) -> dict[str, Checker]:
    """Every checker by its name; `stems` are beginnings that the sentence brings along itself, a step each.

    `months` are the names that a month is known by, January first.
    """
    found = [
        Checker("name", _name, reasons=frozenset({"name_empty", "name_too_long"})),
        Checker("words", _words, reasons=frozenset({"words_empty"})),
        Checker("date", _date(months), reasons=frozenset({"date_unclear"})),
        Checker(
            "trouble",
            _trouble(lexicon),
            fields={"cause": Field("choice", of=("none", *FOCUSES))},
            reasons=frozenset({"words_empty"}),
        ),
        Checker("sentence", _sentence(lexicon), fields=finding_fields(), reasons=frozenset({"words_empty"})),
    ]
    found += [
        Checker(
            name,
            _step(lexicon, step, stems.get(step, ())),
            fields=finding_fields(),
            reasons=frozenset({"words_empty", "piece_too_long"}),
            longest=MAX_PIECE,
        )
        for name, step in STEPS.items()
    ]
    return {checker.name: checker for checker in found}


def usable_name(text: str) -> str:
    """The name as it would be kept; empty where it cannot be one."""
    found = _name(text)
    return str(found.value) if isinstance(found, Accepted) else ""


def _name(text: str) -> Accepted | Rejected:
    visible = "".join(char for char in text if unicodedata.category(char) not in ("Cc", "Cf", "Co", "Cs"))
    name = " ".join(visible.split())
    if not any(char.isalnum() for char in name):
        return Rejected("name_empty")
    return Accepted(name) if len(name) <= MAX_NAME else Rejected("name_too_long")


def _words(text: str) -> Accepted | Rejected:
    return Accepted(text.strip()) if text.strip() else Rejected("words_empty")


def _date(months: Sequence[tuple[str, ...]]) -> Callable[[str], Accepted | Rejected]:
    """A day of the year, kept as MM-DD: "24 December", "Dec 24th", "24.12."; the day comes before the month."""
    numbers = {name: number for number, names in enumerate(months, 1) for name in names}

    def check(text: str) -> Accepted | Rejected:
        words = re.findall(r"\d+|[^\W\d_]+", text.casefold())
        found = [int(word) for word in words if word.isdecimal() and len(word) < 5]
        named = [numbers[word] for word in words if word in numbers]
        day, month = (*found, 0)[0], (*named, *found[1:], 0)[0]
        if not 1 <= month <= 12 or not 1 <= day <= DAYS_IN[month - 1]:
            return Rejected("date_unclear")
        return Accepted(f"{month:02}-{day:02}")

    return check


def _trouble(lexicon: Lexicon) -> Callable[[str], Accepted | Rejected]:
    """What hurts, in the person's words, and what it sounds like; words of danger are not read as a mere cause."""

    def check(text: str) -> Accepted | Rejected:
        if not text.strip():
            return Rejected("words_empty")
        cause = "none" if danger(text, lexicon) is not None else sounds_like(text, lexicon)
        return Accepted(text.strip(), {"cause": cause})

    return check


def _sentence(lexicon: Lexicon) -> Callable[[str], Accepted | Rejected]:
    def check(text: str) -> Accepted | Rejected:
        if not text.strip():
            return Rejected("words_empty")
        found = assess(text, lexicon)
        good = _praise(found)
        fields = _fields(found.findings) | {"verdict": found.verdict, "good": good, "holds": _held(found)}
        return Accepted(text.strip(), fields)

    return check


def _held(found: Assessment) -> str:
    """The weightiest piece that a sentence has, which says what it could do with next."""
    return next((piece for piece in PIECES if piece in found.strengths), "none")


def _praise(found: Assessment) -> str:
    """The one good thing to name, seeing the other side first: nothing in an accusation, no feeling found hidden."""
    if found.verdict in ("you_statement", "disguised_you", "off_topic"):
        return "none"
    hidden = {"feeling"} if any(one.flag == "faux_feeling" for one in helpful(found.findings)) else set()
    good = next((one for one in PRAISED if one in found.strengths and one not in hidden), "none")
    return "none" if good == "situation" and "absolute" in found.flags else good


def _step(lexicon: Lexicon, step: Step, stems: tuple[str, ...]) -> Callable[[str], Accepted | Rejected]:
    def check(text: str) -> Accepted | Rejected:
        if not text.strip():
            return Rejected("words_empty")
        if len(text.strip()) > MAX_PIECE:
            return Rejected("piece_too_long")
        value = _without_stem(text.strip(), stems)
        fields = _fields(_whole(step, value, stems, lexicon)) | {
            "verdict": "incomplete",
            "good": "none",
            "holds": "none",
        }
        return Accepted(value, fields)

    return check


def _whole(step: Step, value: str, stems: tuple[str, ...], lexicon: Lexicon) -> tuple[Finding, ...]:
    """Looks at the piece as the sentence will say it; what is found in the beginning itself does not count."""
    form, _ = fitted(step, value, lexicon)
    stem = f"{stems[0]} " if stems and not form else ""
    found = assess_part(step, stem + value, lexicon)
    kept = [
        replace(one, words=one.words[max(0, len(stem) - one.start) :] if one.start < len(stem) < one.end else one.words)
        for one in found
        if one.end > len(stem)
    ]
    return tuple(kept)


def _without_stem(text: str, stems: tuple[str, ...]) -> str:
    """The answer without the beginning that the sentence brings along itself ("When you ..." after "When ...")."""
    for stem in sorted(stems, key=len, reverse=True):
        rest = re.sub(rf"^{re.escape(stem)}(?![\w'\u2019])[\s,]*", "", text, flags=re.IGNORECASE)
        if rest != text and rest:
            return rest
    return text


def _fields(findings: tuple[Finding, ...]) -> dict[str, Value]:
    """The two most helpful findings."""
    fields: dict[str, Value] = {}
    findings = helpful(findings)
    for place, prefix in enumerate(("", "second_")):
        finding = findings[place] if place < len(findings) else None
        fields[f"{prefix}flag"] = finding.flag if finding else "none"
        fields[f"{prefix}words"] = finding.words if finding else ""
        fields[f"{prefix}rewrite"] = (finding.rewrite or "") if finding else ""
        fields[f"{prefix}has_rewrite"] = bool(finding and finding.rewrite)
    return fields
