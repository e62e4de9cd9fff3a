"""The fixed lists of dialogs/lists.yaml, and the beginnings of answers that sentences bring along themselves."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError

from bot.content.yaml_file import read_yaml
from bot.engine.script import Option

Id = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,31}$")]


class Lists(BaseModel):
    """What the file holds."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    hours: dict[Id, str]
    stems: dict[str, tuple[str, ...]]

    def options(self) -> Mapping[str, tuple[Option, ...]]:
        """The lists as dialogs ask for them."""
        return {"hours": tuple(Option(name, label) for name, label in self.hours.items())}


def load_lists(path: Path) -> Lists:
    """Reads the file. Raises ContentError with file and line."""
    file = read_yaml(path)
    try:
        return Lists.model_validate(file.data)
    except ValidationError as error:
        raise file.refusal(error, ()) from None
