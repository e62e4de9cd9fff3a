"""What all walks of a test run share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.walks.service import Premises


@pytest.fixture(scope="module")
def premises(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Premises]:
    folder: Path = tmp_path_factory.mktemp("walks")
    made = Premises(folder)
    yield made
    made.close()
