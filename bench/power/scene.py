"""A busy bot under watch: four people, letters, a nudge each, somebody who goes; then it stands still."""

from __future__ import annotations

from pathlib import Path

from bench.crash.campaign import type_all
from bench.crash.nursery import Nursery
from bench.crash.scene import burst, meet
from bench.power import strace
from tests.support.process import Stage

LOG = "strace.log"


def record(folder: Path, *, webhook: bool, bursts: int) -> None:
    """Leaves the log in the folder."""
    with (
        Nursery(folder, watched=strace.command(folder / LOG)) as nursery,
        Stage(folder, webhook=webhook, bear=nursery.bear) as stage,
    ):
        stage.start_bot()
        people = meet(stage)
        for number in range(bursts):
            type_all(burst(people, number, [False] * len(people)))
            stage.comes_to_rest()
            stage.control.post("/control/clock", to="09:00", zone="Europe/Berlin")
            stage.comes_to_rest()
        goes = people[-1].phone
        goes.says("/delete")
        goes.taps("Delete everything")
        stage.comes_to_rest()
