"""kill -9 of the bot at random moments of a busy scenario, again and again; after each life everything is checked."""

from __future__ import annotations

import contextlib
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

from bench.crash import evidence, storms
from bench.crash.figures import Figures
from bench.crash.nursery import Nursery
from bench.crash.scene import Input, Person, burst, meet
from bench.crash.storms import Excuses
from tests.support.phones import NotSeen
from tests.support.process import Stage

PATIENCE = 120.0
A_WHILE = 15.0  # of it, after which a webhook's next try is brought forward: Telegram waits twice as long each time
RESTING = 0.3  # of the letters
TAKEN_BACK = 0.3  # of the bursts, by each person who has a letter that is not opened yet
SOON = 0.7  # of the kills; the others come when the ticks may have begun to give letters and daily messages out
KILLED_TWICE = 0.25  # of the bursts: once more while the new process is coming up

Models = dict[str, list[str]]


def run(
    folder: Path,
    *,
    kills: int,
    seed: int,
    seconds: float = float("inf"),
    webhook: bool = False,
    faults: bool = False,
    watched: Sequence[str] = (),
    on_death: Callable[[], None] = lambda: None,
) -> Figures:
    """Until so many kills have happened, or so many seconds have passed since the first burst and some hit hard."""
    begun, figures = time.monotonic(), Figures(seed)
    with Nursery(folder, watched) as nursery, Stage(folder, webhook=webhook, bear=nursery.bear) as stage:
        stage.start_bot()
        people = meet(stage)
        stage.comes_to_rest()
        campaign = Campaign(stage, people, random.Random(seed), figures, faults=faults, on_death=on_death)
        campaign.live_undisturbed()
        until = time.monotonic() + seconds
        while figures.kills < kills and not figures.wrong and (time.monotonic() < until or not campaign.has_seen_much):
            campaign.live_a_burst(left=kills - figures.kills)
        read_the_last_letters(stage, people, figures)
        campaign.conclude()
        if figures.wrong:
            figures.log = stage.logs()
    figures.seconds = time.monotonic() - begun
    return figures


class Campaign:
    """Four people, one bot after the other, and what each burst of theirs must come to."""

    def __init__(
        self,
        stage: Stage,
        people: list[Person],
        rng: random.Random,
        figures: Figures,
        *,
        faults: bool,
        on_death: Callable[[], None],
    ) -> None:
        self._on_death = on_death
        self._stage, self._people, self._rng, self._figures, self._faults = stage, people, rng, figures, faults
        self._models: Models = {}
        self._excuses = Excuses.begin(stage)
        self._of_notices = 0  # repeated ones that are explained

    @property
    def has_seen_much(self) -> bool:
        """Whether a kill has come while something was under way, and bad weather, where it is asked for, has hit."""
        return self._figures.busy_kills > 0 and (not self._faults or bool(self._figures.hits))

    def live_undisturbed(self) -> None:
        """The same chats without a kill, which all others are held against."""
        type_all(burst(self._people, 0, [False, True, False, False]))
        come_to_rest(self._stage, self._figures)
        for person in self._people:
            said, repeated = evidence.answers(person)
            self._models[person.doing] = said
            shown = 2 if "rest" in person.doing else 1  # whoever chooses another time sees it once more before the yes
            if repeated or sum("(all of it)" in text for text in said) != shown:
                self._figures.wrong.append(f"{person.doing}, undisturbed: {said}")
        if self._excuses.missing(self._stage):
            self._figures.wrong.append("something was parked or dropped in fair weather")

    def live_a_burst(self, *, left: int) -> None:
        """All type at once, the bot dies in the middle, another one does the rest; then it is looked at."""
        stage, rng, figures = self._stage, self._rng, self._figures
        figures.bursts += 1
        resting = [rng.random() < RESTING for _ in self._people]
        inputs = burst(self._people, figures.bursts, resting, self._take_back())
        stage.control.post("/control/clock", to="09:00", zone="Europe/Berlin")
        self._excuses = Excuses.begin(stage)
        uneasy = evidence.apart(stage)
        closed = storms.begin(stage, self._people, rng) if self._faults else set()
        target = self._received() + rng.randint(1, len(inputs))
        typing = threading.Thread(target=type_all, args=(inputs,))
        typing.start()
        self._wait_a_moment(target)
        self._kill()
        typing.join()
        if left > 1 and rng.random() < KILLED_TWICE:
            stage.bot = stage.spawn_bot()
            threading.Event().wait(rng.uniform(0.0, 0.4))
            self._kill()
            figures.while_starting += 1
        stage.bot = stage.spawn_bot()
        if stage.webhook:
            stage.control.advance("20s")  # until a webhook brings again what it could not bring
        come_to_rest(self._stage, self._figures)
        hits = storms.end(stage) if self._faults else Counter()
        figures.hits.update(hits)
        self._look(uneasy | (closed if hits["403"] else set()))

    def _take_back(self) -> dict[int, str]:
        """Some of the letters that are sealed or wait unopened, one of a person, by their writers."""
        query = (
            "SELECT telegram_id, max(letter.id) FROM letter JOIN person ON person.id = writer_id"
            " WHERE letter.state IN ('sealed', 'waiting') AND kind = 'letter' GROUP BY telegram_id"
        )
        found = evidence.query(self._stage, query)
        return {int(user): evidence.base36(letter) for user, letter in found if self._rng.random() < TAKEN_BACK}

    def _wait_a_moment(self, target: int) -> None:
        """Until so many updates have come to the bot, and then a few milliseconds more."""
        until = time.monotonic() + 2.0
        while time.monotonic() < until and self._received() < target:
            threading.Event().wait(0.002)
        rng = self._rng
        threading.Event().wait(rng.uniform(0.0, 0.04) if rng.random() < SOON else rng.uniform(0.04, 0.9))

    def _received(self) -> int:
        return int(evidence.query(self._stage, "SELECT count(*) FROM inbox")[0][0])

    def _kill(self) -> None:
        stage, figures = self._stage, self._figures
        stage.kill_bot()
        self._on_death()
        inbox, outbox = stage.open_rows()
        figures.kills += 1
        figures.with_inbox += inbox > 0
        figures.with_outbox += outbox > 0
        figures.busy_kills += inbox + outbox > 0
        figures.with_a_message_on_its_way += bool(evidence.query(stage, "SELECT 1 FROM outbox WHERE state = 'sending'"))
        self._excuses.note_a_death(stage)

    def _look(self, closed: set[int]) -> None:
        """Each chat against its model; of couples of whom one chat was closed for a moment, only what is sure."""
        figures, excuses = self._figures, self._excuses
        excuses.note_calls(self._stage)
        missing = excuses.missing(self._stage)
        figures.refused_messages += sum(missing.values())
        figures.explained_repeats += sum(excuses.repeated.values())
        self._of_notices += sum(excuses.repeated.values())
        for person in self._people:
            chat, partner = person.phone.user, person.partner
            if partner is None or {chat, partner.phone.user} & closed:
                figures.closed_chats += chat in closed
                _perhaps(person)
                continue
            wrong, repeated = evidence.judge(
                person, self._models[person.doing], repeats=excuses.repeated[chat], missing=missing[chat]
            )
            figures.wrong += wrong
            figures.repeated_answers += repeated
        wrong, opened = evidence.letters_read(self._people)
        figures.wrong += wrong
        figures.pages_read += opened
        lines = self._stage.control.lines(f"/control/calls?since={excuses.since_line}")
        figures.early_calls += len(storms.too_early(lines))

    def conclude(self) -> None:
        """Holds everything that was sent and kept against what was typed."""
        stage, figures = self._stage, self._figures
        figures.letters_written = sum(len(person.letters) for person in self._people)
        wrong, figures.repeated_notices = evidence.notices(stage, self._of_notices)
        figures.wrong += wrong
        wrong, figures.nudges = evidence.nudges(stage)
        figures.wrong += wrong
        wrong, figures.updates = evidence.updates(stage)
        figures.wrong += wrong + evidence.states(stage, self._people)
        fates, wrong = evidence.fates(stage)
        figures.letters_opened, figures.letters_taken_back = fates["opened"], fates["withdrawn"]
        figures.wrong += wrong
        sure, sealed = figures.letters_written, sum(fates.values())
        if not sure <= sealed <= sure + sum(person.perhaps for person in self._people):
            figures.wrong.append(f"lost: {sure} letters were written, {sealed} are sealed")
        if figures.early_calls > figures.kills:  # who dies before it has noted the wait knows of none
            figures.wrong.append(f"early: {figures.early_calls} calls before the end of a wait that Telegram asked for")
        wrong, figures.taps_answered_twice = evidence.findings(stage)
        figures.wrong += wrong


def type_all(inputs: list[Input]) -> None:
    """One after the other, waiting for nothing."""
    for one in inputs:
        one.happen()


def come_to_rest(stage: Stage, figures: Figures) -> None:
    """All done, or it is noted that it is not."""
    for number in range(int(PATIENCE / A_WHILE)):
        with contextlib.suppress(NotSeen):
            stage.comes_to_rest(A_WHILE)
            return
        if stage.webhook and number < 3:  # a tap lives for 150 seconds
            stage.control.advance("20s")
    rows = evidence.left_over(stage)
    figures.wrong.append(f"not at rest after {PATIENCE:.0f} s: {stage.open_rows()} open rows; {rows}")


def read_the_last_letters(stage: Stage, people: list[Person], figures: Figures) -> None:
    """What rested or came last is opened as well, undisturbed; also what cannot be opened any more is tapped."""
    stage.control.post("/control/clock", to="12:00", zone="Europe/Berlin")
    come_to_rest(stage, figures)
    for person in people:  # whose chat was closed at the very end comes back, and what was missed with them
        person.phone.says("/stop")
    come_to_rest(stage, figures)
    for person in people:
        for message in person.phone.from_bot():
            for button in (b for row in message.get("buttons") or [] for b in row):
                if button["text"] == "Open":
                    # A notice that a kill has doubled may have gone with the first tap.
                    person.phone.presses(message["id"], button["data"], force=True)
    come_to_rest(stage, figures)
    wrong, opened = evidence.letters_read(people)
    figures.wrong += wrong
    figures.pages_read += opened


def _perhaps(person: Person) -> None:
    """What was typed this time is not counted on."""
    person.perhaps += 1
    if "write" in person.doing:
        person.letters.pop()
    else:
        person.sentences.pop()
