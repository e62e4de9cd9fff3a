"""One local Telegram and one bot for all chats, fresh people a test; every test ends with what Telegram would say.

Modules that move the clock far, or start and end the bot, bring a stage of their own.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator

import pytest

from tests.support.phones import Phone
from tests.support.process import Stage
from tests.support.stories import connect
from tests.support.verdict import nothing_wrong


@pytest.fixture(scope="session")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with Stage(tmp_path_factory.mktemp("stage")) as stage:
        stage.start_bot()
        yield stage


@pytest.fixture
def evening(stage: Stage, request: pytest.FixtureRequest) -> Iterator[Stage]:
    """The stage between four and five in the afternoon (UTC), whatever the test before has made of the clock."""
    request.node.stash[STAGE] = stage
    stage.move_to_evening()
    since = len(stage.control.lines("/control/calls"))
    yield stage
    nothing_wrong(stage.control, since=since)


@pytest.fixture
def ana(evening: Stage) -> Phone:
    return evening.phone("Ana")


@pytest.fixture
def ben(evening: Stage) -> Phone:
    return evening.phone("Ben")


@pytest.fixture
def couple(ana: Phone, ben: Phone) -> tuple[Phone, Phone]:
    """Ana in Berlin (nine o'clock) and Ben in London (eight o'clock), connected."""
    connect(ana, ben)
    return ana, ben


STAGE = pytest.StashKey[Stage]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A failure shows what both processes said."""
    report = yield
    if report.failed and STAGE in item.stash:
        report.sections.append(("processes", item.stash[STAGE].logs()))
    return report
