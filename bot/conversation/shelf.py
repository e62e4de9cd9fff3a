"""Opens dialogs/ as a Library: the texts, and everything that they may refer to by name."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

from bot.content.catalogue import build_catalogue
from bot.content.check import Checked, Registry, check, read
from bot.content.data import Data, gesture_texts, read_data
from bot.content.data import read_lexicon as read_words
from bot.content.helplines import Helplines
from bot.content.library import Library
from bot.content.paths import load_paths, texts_of
from bot.content.translations import load_translations
from bot.content.zones import Zones
from bot.conversation.acts import FOCUSES, effect_specs
from bot.conversation.checkers import checkers
from bot.conversation.vocabulary import facts, letter_fields
from bot.engine.diagnostics import errors
from bot.engine.script import Danger, Option
from bot.errors import ContentError
from bot.phrasing import Lexicon, danger

PROGRAM = Path(__file__).resolve().parents[1]
DIALOGS = PROGRAM.parent / "dialogs"
DANGERS = (
    "self_harm",
    "fear_of_partner_or_abuse",
    "violence_towards_partner",
    "child_at_risk",
    "medical_or_other_emergency",
)


def mark_of(folder: Path) -> str:
    """Another one for every change in the folder, and in the program that reads it."""
    found = sha256()
    for root, pattern in ((folder, "*"), (PROGRAM, "*.py")):
        for path in sorted(path for path in root.rglob(pattern) if path.is_file()):
            found.update(repr((str(path.relative_to(root)), sha256(path.read_bytes()).digest())).encode())
    return found.hexdigest()


def open_library(folder: Path, *, known: bool = False) -> Library:
    """Everything in the folder. Raises ContentError with file, line and a sentence for the first faults.

    A folder that is `known` to be without faults is read and not looked through again, which takes half as long.
    """
    data = read_data(folder)
    checked: Checked = (read if known else check)(folder, registry(data))
    faults = errors(checked.diagnostics)
    if faults or checked.loaded.book is None or data.lexicon is None or data.helplines is None or data.zones is None:
        shown = "\n".join(f"{folder.name}/{fault}" for fault in faults[:10])
        raise ContentError(f"The dialogs cannot be used:\n{shown}")
    translations, _ = load_translations(folder / "locale")
    paths = load_paths(folder / "paths.yaml", dialogs=checked.loaded.book.dialogs, focuses=FOCUSES)
    gestures = data.gestures or ()
    texts = {**checked.loaded.texts, **gesture_texts(data), **{text.id: text for text in texts_of(paths)}}
    return Library(
        book=checked.loaded.book,
        catalogue=build_catalogue(texts, checked.loaded.interface, translations),
        gestures={gesture.id: gesture for gesture in gestures},
        helplines=data.helplines,
        lexicon=data.lexicon,
        zones=data.zones.names(),
        near=data.zones.near(),
        paths=paths,
    )


def read_lexicon(folder: Path, lang: str = "en") -> Lexicon:
    """The word data of a language. Raises ContentError naming the key that is malformed."""
    return read_words(folder / "phrasing" / lang)


def open_registry(folder: Path) -> Registry:
    """The registry alone, for check-dialogs. Never raises on what the files hold."""
    return registry(read_data(folder))


def registry(data: Data) -> Registry:
    """What dialogs may name; what the data files lack stands in its `found`."""
    lexicon = data.lexicon or Lexicon.empty()

    def find_danger(text: str) -> Danger | None:
        found = danger(text, lexicon)
        return None if found is None else Danger(found.kind, found.tier == "hard")

    return Registry(
        effects=effect_specs(),
        checkers=checkers(
            lexicon,
            dict(data.lists.stems.items()) if data.lists else {},
            data.lists.months if data.lists else (),
        ),
        facts=facts(),
        lists={
            **(data.lists.options() if data.lists else {}),
            **(_countries(data.helplines) if data.helplines else {}),
            **(_zones(data.zones) if data.zones else {}),
        },
        letter_fields=letter_fields(),
        danger=find_danger,
        danger_kinds=DANGERS,
        gestures=gesture_texts(data),
        wording=data.wording,
        found=data.found,
    )


def _countries(helplines: Helplines) -> dict[str, tuple[Option, ...]]:
    return {"countries": tuple(Option(code.lower(), name) for code, name in helplines.countries)}


def _zones(zones: Zones) -> dict[str, tuple[Option, ...]]:
    return {
        f"zones_{name}": tuple(Option(zone_id, choice.label) for zone_id, choice in region.zones.items())
        for name, region in zones.regions.items()
    }
