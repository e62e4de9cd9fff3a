"""Forms of English verbs, for word lists that name only the base. Pure.

English only: another language writes its forms out, and no `+`.
"""

from collections.abc import Mapping

_VOWELS = "aeiou"


def _doubles(base: str) -> bool:
    if len(base) < 3 or base[-1] in "aeiouwxy" or base[-2] not in _VOWELS or base[-3] in _VOWELS:
        return False
    return sum(letter in _VOWELS for letter in base) == 1


def _third(base: str) -> str:
    if base.endswith(("s", "x", "z", "ch", "sh", "o")):
        return base + "es"
    return base[:-1] + "ies" if base.endswith("y") and base[-2:-1] not in _VOWELS else base + "s"


def _past(base: str) -> str:
    if base.endswith("e"):
        return base + "d"
    if base.endswith("y") and base[-2:-1] not in _VOWELS:
        return base[:-1] + "ied"
    return base + base[-1] + "ed" if _doubles(base) else base + "ed"


def _ing(base: str) -> str:
    if base.endswith("ie"):
        return base[:-2] + "ying"
    if base.endswith("e") and not base.endswith(("ee", "oe", "ye")) and base != "be":
        return base[:-1] + "ing"
    return base + base[-1] + "ing" if _doubles(base) else base + "ing"


def verb_forms(base: str, irregular: Mapping[str, tuple[str, ...]], which: str = "") -> tuple[str, ...]:
    """All forms of a verb, or those named by `which`: "0" base, "s" third person, "d" past and participle, "g" -ing."""
    past = irregular.get(base, ()) or (_past(base),)
    ing = tuple(form for form in past if form.endswith("ing"))
    past = tuple(form for form in past if form not in ing)
    kinds = {"0": (base,), "s": (_third(base),), "d": past, "g": ing or (_ing(base),)}
    chosen = kinds[which] if which else tuple(form for forms in kinds.values() for form in forms)
    return tuple(dict.fromkeys(chosen))
