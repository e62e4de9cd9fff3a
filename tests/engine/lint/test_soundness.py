"""What the lint lets through never breaks the engine, whatever people do: random dialogs, random chats."""

import random
import re
from datetime import UTC, datetime, timedelta

import pytest

from bot.engine.effects import Env, Say, StartTimer, Status
from bot.engine.events import Command, Edited, Media, Resume, Start, Tap, Text, Timer
from bot.engine.lint import lint
from bot.engine.script import Danger, EffectSpec
from bot.engine.step import fresh, step

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
WORDS = ["calm", "yes", "help", "back", "17", "I will hurt myself", "hello", "1", "2", "utc"]
DIALOGS = ("letter", "check")


def danger(text):
    return Danger("self_harm", hard=True) if "hurt" in text else None


def mutated(text, dice):
    """The same dialog with some ways leading elsewhere, and sometimes a consent at another button."""
    nodes = re.findall(r"^  ([a-z]+):\n", text, re.MULTILINE)
    nodes = [name for name in nodes if f"\n  {name}:\n    " in text]
    for _ in range(dice.randint(1, 3)):
        found = list(re.finditer(r"(?<=go: |to: )[a-z]+", text))
        way = dice.choice(found)
        text = text[: way.start()] + dice.choice(nodes) + text[way.end() :]
    if dice.random() < 0.3:
        place = dice.choice(list(re.finditer(r"^          text: .*\n", text, re.MULTILINE))).end()
        text = text[:place] + "          consent: draft\n" + text[place:].replace("          consent: draft\n", "")
    return text


def an_event(dice, session, choices):
    kind = dice.randrange(20)
    own = [choice for choice in choices if not choice.exit]
    if kind < 13 and own:
        return Tap(session.turn, dice.choice(own).id)
    if kind < 18:
        return Text(dice.choice(WORDS), dice.randrange(5))
    return dice.choice(
        [
            Command("back"),
            Command("back"),
            Command("help"),
            Edited(1, dice.choice(WORDS)),
            Media("photo", 2, "file"),
            Resume(),
            Timer(session.turn, "timeout"),
            Timer(session.turn, "expire"),
            Tap(session.turn - 1, "send"),
            Command("stop"),
        ]
    )


def chat(book, dialog, dice):
    """One conversation to its end or 40 events; the names of its acts, each with whether only a clock led there."""
    session, choices, acts = fresh(1, 1, 1), (), []
    event = Start(dialog, {"draft": "d", "strict": True})
    for _ in range(40):
        facts = {"paired": True, "partner": "Bo", "left": dice.randrange(3)}
        facts |= {"draft.parts": dice.randrange(3), "draft.heat": dice.randrange(5), "draft.angry": False}
        done = step(book, session, event, Env(NOW, facts))
        session = done.session
        for effect in done.effects:
            if isinstance(effect, Say | Status):
                choices = effect.choices or choices
            if isinstance(effect, StartTimer):
                assert timedelta() < effect.at - NOW <= timedelta(days=7)
            if isinstance(book.effects.get(getattr(effect, "name", "")), EffectSpec):
                acts.append((effect.name, isinstance(event, Timer)))
        if session.status != "waiting":
            break
        event = an_event(dice, session, choices)
    return acts


@pytest.fixture
def book_of(make_book, standard, letter):
    def making(text=letter, check=None):
        book = make_book(letter=text, check=check or standard["check"])
        return type(book)(**{name: getattr(book, name) for name in book.__slots__} | {"danger": danger})

    return making


def test_random_chats_in_a_sound_book_never_break_and_nothing_goes_by_a_clock(book_of):
    book = book_of()
    acts = [act for seed in range(300) for act in chat(book, DIALOGS[seed % 2], random.Random(seed))]
    assert ("seal", False) in acts
    assert ("seal", True) not in acts


def test_random_dialogs_that_pass_the_lint_never_break_the_engine(book_of, letter, standard):
    passed, sealed = 0, 0
    for seed in range(150):
        dice = random.Random(seed)
        book = book_of(mutated(letter, dice))
        if any(one.severity == "error" for one in lint(book, danger_kinds={"self_harm"})):
            continue
        passed += 1
        for _ in range(12):
            acts = chat(book, "letter", dice)
            assert ("seal", True) not in acts
            sealed += ("seal", False) in acts
    assert passed > 20
    assert sealed > 20
