"""What `bot/meters.py` counted and what the backlog holds, in Prometheus' text format 0.0.4."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import datetime
from importlib.metadata import version
from itertools import accumulate

from prometheus_client import CollectorRegistry, GCCollector, PlatformCollector, ProcessCollector
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, InfoMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from bot import meters
from bot.db import revisions
from bot.delivery.outbox import Urgency
from bot.meters import Durations, Tally
from bot.operations.backlog import LEFT, Backlog

CONTENT_TYPE = CONTENT_TYPE_PLAIN_0_0_4
TALLIES = {
    "rekindle_sends": (meters.sends, "Calls that send, edit or delete, by class and outcome."),
    "rekindle_nudges_planned": (meters.nudges_planned, "Daily messages that were planned."),
    "rekindle_letters_delivered": (meters.letters_delivered, "Letters whose notice was written for their reader."),
    "rekindle_database_errors": (meters.database_errors, "Units that the database did not take."),
    "rekindle_webhook_refusals": (meters.webhook_refusals, "Requests to the webhook that were not Telegram's."),
}
DURATIONS = {
    "rekindle_unit_work_seconds": (meters.unit_work, "Time inside of a unit of the database."),
    "rekindle_unit_wait_seconds": (meters.unit_wait, "Time from asking for a unit until it is committed."),
}
AGES = {
    "rekindle_polled_age_seconds": (meters.polled, "Since the last good answer to getUpdates."),
    "rekindle_sender_round_age_seconds": (meters.round_made, "Since the sender last looked through the outbox."),
}


class Counts(Collector):
    """One reading of everything; `seen` is the backlog that goes with it."""

    def __init__(self) -> None:
        self.seen = Backlog()
        self.now: datetime | None = None

    def collect(self) -> Iterator[Metric]:
        """Every metric of our own."""
        yield InfoMetricFamily("rekindle_build", "What runs here.", value=build())
        for name, (tally, about) in TALLIES.items():
            yield _tally(name, about, tally)
        for name, (durations, about) in DURATIONS.items():
            yield _durations(name, about, durations)
        for name, (moment, about) in AGES.items():
            age = moment.age()
            if age is not None:
                yield GaugeMetricFamily(name, about, value=age)
        yield from self._backlog()

    def _backlog(self) -> Iterator[Metric]:
        inbox = GaugeMetricFamily("rekindle_inbox_rows", "Updates that are not done, by state.", labels=("state",))
        outbox = GaugeMetricFamily(
            "rekindle_outbox_rows", "Messages that are not done, by class and state.", labels=("urgency", "state")
        )
        for state in LEFT:
            if state != "sending":
                inbox.add_metric((state,), self.seen.inbox.get(state, 0))
            for urgency in _urgencies():
                outbox.add_metric((urgency, state), self.seen.outbox.get((urgency, state), 0))
        yield inbox
        yield outbox
        age = GaugeMetricFamily("rekindle_inbox_age_seconds", "How long the oldest due update waits; 0 when none does.")
        age.add_metric((), self._age(self.seen.inbox_since))
        yield age
        ages = GaugeMetricFamily(
            "rekindle_outbox_age_seconds", "How long the oldest due message waits; 0 for none.", labels=("urgency",)
        )
        for urgency in _urgencies():
            ages.add_metric((urgency,), self._age(self.seen.outbox_since.get(urgency)))
        yield ages

    def _age(self, since: datetime | None) -> float:
        return max(0.0, (self.now - since).total_seconds()) if since is not None and self.now is not None else 0.0


def build() -> dict[str, str]:
    """Release, newest migration and Python, as labels."""
    return {"version": version("rekindle"), "migration": revisions.head(), "python": sys.version.split()[0]}


def _urgencies() -> list[str]:
    return [urgency.name.lower() for urgency in Urgency]


def _tally(name: str, about: str, tally: Tally) -> Metric:
    family = CounterMetricFamily(name, about, labels=tally.labels)
    counts = tally.counts()
    for labels, count in counts.items():
        family.add_metric(labels, count)
    if not counts and not tally.labels:
        family.add_metric((), 0)
    return family


def _durations(name: str, about: str, durations: Durations) -> Metric:
    counts, seconds = durations.read()
    edges = (*map(str, meters.EDGES), "+Inf")
    family = HistogramMetricFamily(name, about)
    family.add_metric((), list(zip(edges, map(float, accumulate(counts)), strict=True)), sum_value=seconds)
    return family


class Exposition:
    """The text of one answer."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._counts = Counts()
        self._registry.register(self._counts)
        for collector in (ProcessCollector, PlatformCollector, GCCollector):
            collector(registry=self._registry)

    def text(self, backlog: Backlog, *, now: datetime) -> bytes:
        """Everything as it is now. Called from the loop alone."""
        self._counts.seen, self._counts.now = backlog, now
        return generate_latest(self._registry)
