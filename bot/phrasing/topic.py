"""Is a message about the couple at all? Pure."""

from bot.phrasing.evidence import Evidence
from bot.phrasing.reading import Hit
from bot.phrasing.spelling import MARKS


def is_off_topic(evidence: Evidence) -> bool:
    """Questions to the bot, small talk, other people and things."""
    if _is_small_talk(evidence):
        return True
    if evidence["slang"] and not evidence["feeling"]:
        return True
    if _is_about_others(evidence):
        return True
    if _judges_partner(evidence):
        return False
    if _is_to_bot(evidence):
        return True
    return not _has_matter(evidence)


def _words(evidence: Evidence) -> list[str]:
    return [w.form for w in evidence.reading.words if w.form not in MARKS and w.form[0] != ":"]


def _is_small_talk(evidence: Evidence) -> bool:
    """All of it made of greetings, thanks and single commands."""
    phrases = evidence.grammar.small_talk
    words = _words(evidence)
    place = 0
    while place < len(words):
        size = next((n for n in (5, 4, 3, 2, 1) if " ".join(words[place : place + n]) in phrases), 0)
        if not size and not words[place][0].isdigit():
            return False
        place += size or 1
    return True


def _judges_partner(evidence: Evidence) -> bool:
    return bool(evidence["label"] or evidence["victim_role"] or evidence["faux_act"]) and _names_partner(evidence)


def _is_about_others(evidence: Evidence) -> bool:
    return not _names_surely(evidence) and any(_is_outsider(hit, evidence) for hit in evidence["outsider_subject"])


def _is_outsider(hit: Hit, evidence: Evidence) -> bool:
    """Marked `alone`: a couple may well talk of them too, so only where neither of the two was named before."""
    if evidence.reading.words[hit.first - 1].form in evidence.grammar.preposition_of_place:
        return False
    if "alone" not in hit.marks:
        return True
    before = {word.form for word in evidence.reading.words[: hit.first]}
    return before.isdisjoint(evidence.grammar.partner_sign) and before.isdisjoint(evidence.grammar.us_words)


def _names_partner(evidence: Evidence) -> bool:
    return evidence.has(evidence.grammar.partner_sign)


def _names_surely(evidence: Evidence) -> bool:
    """Beside another person, "he" and "her" may be anybody, and "her boyfriend" is not the writer's."""
    return evidence.has(evidence.grammar.partner_sure)


def _names_couple(evidence: Evidence) -> bool:
    return _names_partner(evidence) or evidence.has(evidence.grammar.us_words)


def _is_to_bot(evidence: Evidence) -> bool:
    if any("sure" in hit.marks for hit in evidence["to_bot"]):
        return not evidence["feeling"]
    if evidence.has(evidence.grammar.us_words):
        return False
    if evidence.has(evidence.grammar.bot_word):
        return True
    return bool(evidence["to_bot"]) and not evidence["feeling"]


def _has_matter(evidence: Evidence) -> bool:
    """Something that a coach of couples can work with: a feeling, a wish, the two of them."""
    kinds = (
        "feeling",
        "need",
        "frame",
        "faux_act",
        "faux_connect",
        "demand",
        "contempt",
        "label",
        "accuse",
        "situation",
    )
    told = _names_couple(evidence) or any(evidence[kind] for kind in kinds)
    return told or evidence.has(evidence.grammar.feeling_verb)
