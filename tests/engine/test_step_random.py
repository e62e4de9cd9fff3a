"""Whatever people do in a rich book, a turn keeps its promises."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.delivery.buttons import callback, parse
from bot.engine.effects import Domain, End, Env, RetireKeyboard, Say, Show, StartTimer, Status
from bot.engine.events import Command, Edited, Media, Resume, Start, Tap, Text, Timer
from bot.engine.run import MAX_FRAMES, MAX_HISTORY, ScriptBroken
from bot.engine.session import dump, load
from bot.engine.step import fresh, step

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
LARGEST = 2**63 - 1
CONTROLS = ["stop", "back", "help", "1", "2", "utc", "calm enough", "stil upset", "preview", "yes, give it", "36", " "]
DANGERS = ["I want to die", "I hit him", "unsafe", "not what I meant", "choose a country", "rather not say", "go on"]
SAID = st.sampled_from([*CONTROLS, *DANGERS])
words = st.one_of(SAID, SAID, st.text(max_size=20), st.just("long " * 800))
# Most taps are on a button that is there; the number chooses which one.
taps = st.integers(0, 9)
events = st.one_of(
    taps,
    taps,
    taps,
    words.map(Text),
    st.builds(Media, st.sampled_from(["photo", "voice", "sticker"]), caption=st.one_of(st.just(""), SAID)),
    st.builds(Edited, st.integers(0, 3), words),
    st.sampled_from([Command("back"), Command("help"), Resume()]),
    st.sampled_from(["timeout", "expire", "old timeout", "old tap", Command("stop")]),
)
worlds = st.fixed_dictionaries(
    {
        "paired": st.sampled_from([True, True, True, False]),
        "partner": st.just("Bo"),
        "left": st.integers(0, 3),
        "draft.parts": st.integers(0, 2),
        "draft.heat": st.integers(0, 4),
    }
)
turns = st.lists(st.tuples(events, worlds), max_size=25)
starts = st.sampled_from(["letter", "form", "secret", "menu", "help", "harm"])


class Rich:
    """Holds the book, which is too long to be printed with a failure."""

    def __init__(self, book):
        self.book = book


@pytest.fixture(scope="module")
def rich(book):
    return Rich(book)


def event_of(drawn, session, choices):
    if isinstance(drawn, int):
        return Tap(session.turn, choices[drawn % len(choices)] if choices else "none")
    if isinstance(drawn, str):
        old = {"old timeout": Timer(session.turn - 1, "timeout"), "old tap": Tap(session.turn - 1, "calm")}
        return old.get(drawn) or Timer(session.turn, drawn)
    return drawn


def shown_in(done):
    """The buttons that stand under the question after this turn; None where they are those of before."""
    found = [effect.choices for effect in done.effects if isinstance(effect, Say | Status) and effect.choices]
    if found:
        return [choice.id for choice in found[-1]]
    return [] if RetireKeyboard() in done.effects else None


def choices_count_a_part(done):
    """Under a letter the buttons are already those of the letter with its new part."""
    return any(isinstance(effect, Status) for effect in done.effects)


def raise_unless_planted(broken):
    """Two buttons of the dialog `secret` tell without consent, on purpose."""
    if "secret" not in str(broken):
        raise broken


def turns_of(book, start, drawn):
    """Every turn of a chat as (event, session before, what came of it, env, buttons before)."""
    session, choices, event, world = (
        fresh(LARGEST, 1, 1),
        [],
        Start(start),
        {"paired": True, "partner": "Bo", "left": 1},
    )
    for next_event, next_world in [*drawn, (Command("stop"), {})]:
        env = Env(NOW, world)
        try:
            done = step(book, session, event, env)
        except ScriptBroken as broken:
            raise_unless_planted(broken)
            return
        yield event, session, done, env, choices
        session, choices = done.session, choices if (shown := shown_in(done)) is None else shown
        if session.status == "ended":
            return
        event, world = event_of(next_event, session, choices), next_world or world


@given(start=starts, drawn=turns)
def test_a_turn_ends_in_a_question_with_a_way_out_or_in_an_end(rich, start, drawn):
    for event, before, done, env, choices in turns_of(rich.book, start, drawn):
        session = done.session
        ends = [effect for effect in done.effects if isinstance(effect, End)]
        if session.status == "ended":
            assert (len(ends), session.frames) == (1, ())
            continue
        assert ends == []
        assert session.status == "waiting"
        assert len(session.frames) <= MAX_FRAMES
        assert all(len(frame.history) <= MAX_HISTORY for frame in session.frames)
        shown = shown_in(done)
        open_now = choices if shown is None else shown
        assert open_now or rich.book.dialogs[session.top.dialog].nodes[session.top.node].ask.text, (event, before)
        later = replace(env, facts={**env.facts, "draft.parts": 1}) if choices_count_a_part(done) else env
        for choice in open_now if shown is not None else ():
            try:
                assert step(rich.book, session, Tap(session.turn, choice), later).outcome != "stale"
            except ScriptBroken as broken:
                raise_unless_planted(broken)


@given(start=starts, drawn=turns)
def test_turns_are_counted_up_and_old_buttons_and_clocks_do_nothing(rich, start, drawn):
    for event, before, done, env, _ in turns_of(rich.book, start, drawn):
        assert done.session.turn >= before.turn
        if done.session.frames and before.frames and done.session.top.node != before.top.node:
            assert done.session.turn > before.turn
        if isinstance(event, Tap | Timer) and event.turn != before.turn:
            assert (done.session, done.effects) == (before, ())
        for late in (Tap(before.turn, "calm"), Timer(before.turn, "expire")):
            if done.session.turn != before.turn:
                assert step(rich.book, done.session, late, env).effects == ()
        if done.session.status == "waiting":
            clocks = [effect for effect in done.effects if isinstance(effect, StartTimer)]
            assert all((clock.turn, clock.at > NOW) == (done.session.turn, True) for clock in clocks)
            assert len({clock.kind for clock in clocks}) == len(clocks)


@given(start=starts, drawn=turns)
def test_the_same_event_in_the_same_session_makes_the_same_turn_also_after_a_night_on_disk(rich, start, drawn):
    for event, before, done, env, _ in turns_of(rich.book, start, drawn):
        assert load(dump(before)) == before
        assert step(rich.book, load(dump(before)), event, env) == done


@given(start=starts, drawn=turns)
def test_every_button_fits_into_telegrams_64_bytes_and_comes_back(rich, start, drawn):
    for _, _, done, _, _ in turns_of(rich.book, start, drawn):
        for choice in shown_in(done) or ():
            data = callback(LARGEST, done.session.turn, choice)
            assert len(data.encode()) <= 64
            found = parse(data)
            assert (found.id, found.turn, found.act) == (LARGEST, done.session.turn, choice)


@given(start=starts, drawn=turns)
def test_hard_danger_is_heard_at_every_question_and_none_of_the_words_gets_past_it(rich, start, drawn):
    for _, before, done, env, _ in turns_of(rich.book, start, drawn):
        if done.session.status != "waiting":
            continue
        said = "oh I want to die now"
        heard = step(rich.book, done.session, Text(said, 4), env)
        assert heard.session.top.dialog == "harm"
        acts = [effect for effect in heard.effects if isinstance(effect, Domain)]
        assert acts == []
        assert before.person_id == heard.session.person_id


@given(start=starts, drawn=turns)
def test_a_letter_is_sealed_only_in_the_turn_of_the_yes_to_it(rich, start, drawn):
    for event, _, done, _, _ in turns_of(rich.book, start, drawn):
        sealed = [effect for effect in done.effects if isinstance(effect, Domain) and effect.name == "seal"]
        if sealed:
            assert any(edge.by == "send" for edge in done.trace)
            assert not isinstance(event, Timer)


@given(start=starts, drawn=turns)
def test_an_expiry_ends_everything_without_a_word(rich, start, drawn):
    for _, _, done, env, _ in turns_of(rich.book, start, drawn):
        if done.session.status != "waiting":
            continue
        over = step(rich.book, done.session, Timer(done.session.turn, "expire"), env)
        assert over.session.status == "ended"
        assert not [effect for effect in over.effects if isinstance(effect, Say | Show | Status)]


@pytest.mark.parametrize("start", ["letter", "form", "menu"])
def test_long_chats_of_nothing_but_interrupts_stay_shallow(book, start):
    session = step(book, fresh(1, 1, 1), Start(start), env := Env(NOW, {"paired": True})).session
    for number in range(60):
        said = ("help", "Choose a country", "I want to die", "Choose a country", "I hit him")[number % 5]
        session = step(book, session, Text(said, number), env).session
        assert len(session.frames) <= 5
    assert len(dump(session)) < 4000
