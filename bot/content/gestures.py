"""The gestures of dialogs/gestures.yaml: what a nudge may propose. Reads and checks them; choosing is nudges' work."""

from pathlib import Path
from typing import Annotated, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from bot.content.yaml_file import YamlFile, read_yaml

TEXT_LIMIT = 200
"""Characters; a nudge holds at most 280 and needs room for a line above it."""

Category = Literal[
    "gratitude",
    "chores",
    "interest",
    "touch",
    "hello_goodbye",
    "rest",
    "bids",
    "humour",
    "memory",
    "appreciation",
    "listening",
    "presence",
    "surprise",
    "reliability",
    "support",
]
Focus = Literal["communication", "conflicts", "time", "priorities", "routine"]
Place = Literal["any", "home", "apart", "out"]
PartOfDay = Literal["morning", "day", "evening"]
Home = Literal["living_together", "living_apart"]
Together = Literal["any"] | Home

CATEGORIES: tuple[Category, ...] = get_args(Category)
HOMES: tuple[Home, ...] = get_args(Home)


class Gesture(BaseModel):
    """One small act: under ten minutes and free. `effort` 1, 2, 3 is about one, five, ten minutes."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    id: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,31}$")]
    category: Category
    effort: Literal[1, 2, 3]
    place: Place
    time: Literal["any"] | PartOfDay
    focus: Annotated[tuple[Focus, ...], Field(min_length=1, strict=False)]
    together: Together
    text: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=TEXT_LIMIT)]


def load_gestures(path: Path) -> tuple[Gesture, ...]:
    """All gestures in the order of the file. Raises ContentError with file and line."""
    return gestures_of(read_yaml(path))


def gestures_of(file: YamlFile) -> tuple[Gesture, ...]:
    """The same, of a file that has been read."""
    if not isinstance(file.data, dict) or not file.data:
        raise file.error("holds no gestures")
    return tuple(_gesture(file, name, entry) for name, entry in file.data.items())


def _gesture(file: YamlFile, name: str, entry: object) -> Gesture:
    if not isinstance(entry, dict):
        raise file.error(f"{name} needs a category, effort, place, time, focus, together and text", (name,))
    if "id" in entry:
        raise file.error(f"{name}: the key above is the id", (name, "id"))
    try:
        return Gesture(id=name, **entry)
    except ValidationError as error:
        raise file.refusal(error, (name,)) from None
