"""Opens dialogs/ as a Library: the texts, and everything that they may refer to by name."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from bot.content.catalogue import build_catalogue
from bot.content.check import Registry, check
from bot.content.gestures import Gesture, load_gestures
from bot.content.helplines import Helplines, load_helplines
from bot.content.library import Library
from bot.content.lists import Lists, load_lists
from bot.content.translations import load_translations
from bot.content.yaml_file import read_yaml
from bot.content.zones import Zones, load_zones
from bot.conversation.acts import effect_specs
from bot.conversation.checkers import checkers
from bot.conversation.vocabulary import facts, letter_fields
from bot.engine.diagnostics import errors
from bot.engine.script import Danger, Option, Text
from bot.errors import ContentError
from bot.phrasing import Lexicon, danger, join

DANGERS = (
    "self_harm",
    "fear_of_partner_or_abuse",
    "violence_towards_partner",
    "child_at_risk",
    "medical_or_other_emergency",
)


def open_library(folder: Path) -> Library:
    """Everything in the folder. Raises ContentError with file, line and a sentence for the first faults."""
    lexicon = read_lexicon(folder)
    lists, zones = load_lists(folder / "lists.yaml"), load_zones(folder / "zones.yaml")
    helplines, gestures = load_helplines(folder / "helplines.json"), load_gestures(folder / "gestures.yaml")
    checked = check(folder, registry(lexicon, lists, zones, helplines))
    faults = errors(checked.diagnostics)
    if faults or checked.loaded.book is None:
        shown = "\n".join(f"{folder.name}/{fault}" for fault in faults[:10])
        raise ContentError(f"The dialogs cannot be used:\n{shown}")
    translations, _ = load_translations(folder / "locale")
    texts = {**checked.loaded.texts, **_gesture_texts(gestures)}
    return Library(
        book=checked.loaded.book,
        catalogue=build_catalogue(texts, checked.loaded.interface, translations),
        gestures={gesture.id: gesture for gesture in gestures},
        helplines=helplines,
        lexicon=lexicon,
        zones=zones.names(),
    )


def read_lexicon(folder: Path, lang: str = "en") -> Lexicon:
    """The word data of a language. Raises ContentError naming the key that is malformed."""
    files = sorted((folder / "phrasing" / lang).glob("*.yaml"))
    parts: list[Any] = [read_yaml(file).data for file in files]
    try:
        return Lexicon.from_data(join(parts))
    except ValueError as error:
        raise ContentError(f"{folder.name}/phrasing/{lang}: {error}") from None


def open_registry(folder: Path) -> Registry:
    """The registry alone, for check-dialogs."""
    lists, zones = load_lists(folder / "lists.yaml"), load_zones(folder / "zones.yaml")
    return registry(read_lexicon(folder), lists, zones, load_helplines(folder / "helplines.json"))


def registry(lexicon: Lexicon, lists: Lists, zones: Zones, helplines: Helplines) -> Registry:
    """What dialogs may name."""

    def find_danger(text: str) -> Danger | None:
        found = danger(text, lexicon)
        return None if found is None else Danger(found.kind, found.tier == "hard")

    return Registry(
        effects=effect_specs(),
        checkers=checkers(lexicon, lists.stems),
        facts=facts(),
        lists={**lists.options(), **_countries(helplines), **_zones(zones)},
        letter_fields=letter_fields(),
        danger=find_danger,
        danger_kinds=DANGERS,
    )


def _countries(helplines: Helplines) -> dict[str, tuple[Option, ...]]:
    return {"countries": tuple(Option(code.lower(), name) for code, name in helplines.countries)}


def _zones(zones: Zones) -> dict[str, tuple[Option, ...]]:
    return {
        f"zones_{name}": tuple(Option(zone_id, choice.label) for zone_id, choice in region.zones.items())
        for name, region in zones.regions.items()
    }


def _gesture_texts(gestures: tuple[Gesture, ...]) -> dict[str, Text]:
    """Gestures are messages too, so that they can be translated."""
    return {f"gestures.{gesture.id}": Text(f"gestures.{gesture.id}", (gesture.text,)) for gesture in gestures}
