"""What "ready" takes, one condition at a time, and that no label can name anybody."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import text

from bot import meters
from bot.clock import Clock
from bot.db import migrate
from bot.db.session import Database
from bot.meters import Durations, Moment
from bot.operations import health as health_module
from bot.operations.backlog import Backlog, Reader
from bot.operations.health import POLL_SECONDS, ROUND_SECONDS, Health
from bot.operations.metrics import Exposition
from tests.support.units import NOON

LABELS = {"urgency", "outcome", "state", "le", "version", "migration", "python"}
OF_THE_LIBRARY = {"implementation", "major", "minor", "patchlevel", "generation"}


def ago(moment: Moment, seconds: float) -> None:
    moment._at = time.monotonic() - seconds


def as_now() -> None:
    for moment in (meters.polled, meters.hooked, meters.round_made):
        moment.now()


@pytest.fixture(autouse=True)
def as_after_a_good_start() -> Iterator[None]:
    as_now()
    yield
    for moment in (meters.polled, meters.hooked, meters.round_made):
        moment.forget()


@pytest_asyncio.fixture
async def health(url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Health]:
    monkeypatch.setattr(health_module, "DATABASE_SECONDS", 60.0)
    database = Database(url)
    await database.run(migrate.upgrade)  # may take as long as a round may be away
    as_now()
    yield Health(database=database, reader=Reader(url, Clock()), clock=Clock(), webhook=False)
    await database.close()


async def missing(health: Health) -> set[str]:
    return {name for name, holds in (await health.checks()).items() if not holds}


@pytest.mark.asyncio
async def test_each_condition_is_one_of_its_own(health: Health) -> None:
    assert await missing(health) == set()
    ago(meters.polled, POLL_SECONDS + 1)
    assert await missing(health) == {"intake"}
    meters.polled.forget()
    assert await missing(health) == {"intake"}
    meters.polled.now()
    ago(meters.round_made, ROUND_SECONDS + 1)
    assert await missing(health) == {"sender"}


@pytest.mark.asyncio
async def test_by_webhook_the_registration_counts_and_no_poll(health: Health) -> None:
    health._webhook = True
    meters.polled.forget()
    assert await missing(health) == set()
    meters.hooked.forget()
    assert await missing(health) == {"intake"}


@pytest.mark.asyncio
async def test_a_release_is_ready_on_a_newer_database_and_not_on_an_older_one(health: Health) -> None:
    set_to = "UPDATE alembic_version SET version_num = '{}'"
    await health._database.run(lambda connection: connection.execute(text(set_to.format("9999"))) and None)
    assert await missing(health) == set()
    await health._database.run(lambda connection: connection.execute(text(set_to.format("0001"))) and None)
    assert await missing(health) == {"migrations"}


@pytest.mark.asyncio
async def test_a_database_that_is_closed_is_neither_reached_nor_current(health: Health) -> None:
    await health._database.close()
    assert await missing(health) == {"database", "migrations"}


def test_durations_fall_into_the_bucket_that_ends_with_them() -> None:
    durations = Durations()
    for seconds in (0.0005, 0.00051, 99.0):
        durations.add(seconds)
    counts, total = durations.read()
    assert (counts[0], counts[1], counts[-1], sum(counts)) == (1, 1, 1, 3)
    assert total == pytest.approx(99.00101)


def test_labels_are_our_own_words_and_nothing_else() -> None:
    meters.sends.add("answer", "sent")
    seen = Backlog({"open": 2}, {("nudge", "parked"): 3}, NOON, {"nudge": NOON})
    families = list(text_string_to_metric_families(Exposition().text(seen, now=NOON).decode()))
    samples = [sample for family in families for sample in family.samples]
    used = {label for sample in samples for label in sample.labels}
    assert used <= LABELS | OF_THE_LIBRARY
    ours = [sample for sample in samples if sample.name.startswith("rekindle_")]
    assert len(ours) > 40
    urgencies = {sample.labels["urgency"] for sample in ours if "urgency" in sample.labels}
    assert urgencies == {"safety", "answer", "letter", "appointment", "nudge"}
    assert {sample.value for sample in ours if sample.labels.get("state") == "parked"} == {0.0, 3.0}
