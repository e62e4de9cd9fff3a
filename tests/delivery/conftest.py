"""What tests of the sender share."""

from __future__ import annotations

import pytest

from bot.content.library import Library
from bot.db.keystore import KeyStore
from bot.delivery import noting, sender, workers
from bot.delivery.turn import Desk
from tests.support.units import a_desk


@pytest.fixture
def desk(shelf: Library, key_store: KeyStore) -> Desk:
    return a_desk(shelf, key_store)


@pytest.fixture
def no_long_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """The sender looks and tries again at once."""
    monkeypatch.setattr(noting, "FIRST_PAUSE", 0.01)
    monkeypatch.setattr(workers, "FIRST_PAUSE", 0.01)
    monkeypatch.setattr(sender, "LOOK", 0.02)
