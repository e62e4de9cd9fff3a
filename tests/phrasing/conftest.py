"""The English lexicon, read from dialogs/ as the loader does."""

from dataclasses import replace
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from bot.content.data import read_opinions
from bot.phrasing import Lexicon, join

DATA = Path(__file__).parents[2] / "dialogs" / "phrasing" / "en"


@pytest.fixture(scope="session")
def lexicon() -> Lexicon:
    data = join(YAML(typ="safe").load(path.read_text("utf-8")) for path in sorted(DATA.glob("*.yaml")))
    return Lexicon.from_data(data, read_opinions(DATA))


@pytest.fixture(scope="session")
def rules(lexicon: Lexicon) -> Lexicon:
    """What is written by hand, without what was learned."""
    return replace(lexicon, on_danger=None, on_letters=None)
