"""The fixed lists of dialogs/lists.yaml, and the beginnings of answers that sentences bring along themselves."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from bot.content.yaml_file import read_yaml
from bot.engine.script import Option

Step = Literal["situation", "feeling", "why", "wish", "seeing"]
Id = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,31}$")]


class Lists(BaseModel):
    """What the file holds."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    hours: dict[Id, str]
    day_hours: dict[Id, str]
    questions: dict[Id, str]
    months: tuple[tuple[str, ...], ...] = Field(min_length=12, max_length=12)
    stems: dict[Step, tuple[str, ...]]

    def options(self) -> Mapping[str, tuple[Option, ...]]:
        """The lists as dialogs ask for them."""
        named = {"hours": self.hours, "day_hours": self.day_hours, "questions": self.questions}
        return {name: tuple(Option(id_, label) for id_, label in of.items()) for name, of in named.items()}


def load_lists(path: Path) -> Lists:
    """Reads the file. Raises ContentError with file and line."""
    file = read_yaml(path)
    try:
        return Lists.model_validate(file.data)
    except ValidationError as error:
        raise file.refusal(error, ()) from None
