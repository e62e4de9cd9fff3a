"""The engine: one event, one turn. Pure: no I/O, no clock, no randomness, no globals."""

from __future__ import annotations

from bot.engine.answers import Chosen, Near, interrupt_word, match, match_option
from bot.engine.conditions import holds
from bot.engine.effects import Domain, Env, Outcome, Status, Step
from bot.engine.events import Answer, Command, Edited, Event, Media, Resume, Start, Tap, Text, Timer
from bot.engine.run import Run, new_letters
from bot.engine.script import Accepted, Ask, Book, Button, Danger, Dialog, TextAsk, Value
from bot.engine.session import Frame, Held, Session, Visited

MAX_TYPED = 3500


def step(book: Book, session: Session, event: Event, env: Env) -> Step:
    """Applies one event to one session. Raises ScriptBroken only where check-dialogs was not heeded."""
    run = Run(book, session, env)
    if isinstance(event, Start):
        run.push(event.dialog, event.args, node=event.node)
        return _done(run, run.outcome())
    if session.status != "waiting" or not session.frames:
        return _done(run, "stale" if isinstance(event, Tap) else "ignored", toast=_moved_on(run, event))
    if _lost(run):
        run.retire()
        if not (isinstance(event, Timer) and event.kind == "expire"):
            run.tell("gone")
        run.finish("gone")
        return _done(run, "ended")
    done = _handle(run, event)
    if run.released is not None:
        return _release(run, run.released)
    return done


def _lost(run: Run) -> bool:
    """Whether today's dialogs no longer know where this session stands; otherwise it is brought up to them."""
    for depth, frame in enumerate(run.frames):
        found = _today(run, frame, depth)
        if found is None:
            return True
        run.frames[depth] = found
    return run.dialog.nodes[run.frame.node].ask is None


def _today(run: Run, frame: Frame, depth: int) -> Frame | None:
    """The frame with moved nodes followed, questions that are no more left out of Back, and new letters begun."""
    dialog = run.book.dialogs.get(frame.dialog)
    node = _moved(dialog, frame.node)
    if dialog is None or node is None or (dialog.nodes[node].ask is None and dialog.nodes[node].call is None):
        return None
    if node == frame.node and _is_of_today(dialog, frame):
        return frame
    letters = new_letters(run.session, dialog, depth)
    history = [
        Visited(place, {**letters, **visited.vars})
        for visited in frame.history
        if (place := _moved(dialog, visited.node)) is not None and dialog.nodes[place].ask is not None
    ]
    return frame.changed(node=node, vars={**letters, **frame.vars}, history=tuple(history))


def _is_of_today(dialog: Dialog, frame: Frame) -> bool:
    """Whether it has all letters, and so have its visits, which began as copies of it; and all of them still ask."""
    return all(map(frame.vars.__contains__, dialog.letters)) and all(
        visited.node in dialog.questions for visited in frame.history
    )


def _moved(dialog: Dialog | None, node: str) -> str | None:
    """What the node is called today."""
    if dialog is None or node in dialog.nodes:
        return node
    found = dialog.moved.get(node)
    return found if found in dialog.nodes else None


def _handle(run: Run, event: Answer) -> Step:
    match event:
        case Tap(turn=turn) if turn != run.turn:
            return _done(run, "stale", toast=_moved_on(run, event))
        case Tap(button="_back" | "_stop" as button):
            return _interrupt(run, button[1:])
        case Tap(button=button):
            return _still_possible(run) or _tap(run, button)
        case Timer(turn=turn) if turn != run.turn:
            return _done(run, "ignored")
        case Timer(kind=kind):
            return _timer(run, kind)
        case Command(name=name):
            return _interrupt(run, name)
        case Text(text=text, ref=ref):
            return _words(run, Held(text, ref))
        case Edited(text=text, ref=ref):
            return _listen(run, Held(text, ref, edited=True))
        case Media(kind=kind, ref=ref, file=file, caption=caption):
            return _listen(run, Held(caption, ref, kind=kind, file=file))
        case _:
            return _resumed(run, event)


def _resumed(run: Run, _: Resume) -> Step:
    run.retire()
    run.ask_again()
    return _done(run, run.outcome())


def _still_possible(run: Run) -> Step | None:
    """Ends a dialog kindly when what it needs (a partner who can be reached) is no longer so."""
    if not run.unmet():
        return None
    run.retire()
    run.end_unmet()
    return _done(run, run.outcome())


# -- interrupts


def _interrupt(run: Run, name: str) -> Step:
    if name == "stop":
        run.retire()
        run.tell("stopped")
        run.finish("stopped")
    elif name == "back":
        run.retire()
        if not run.back():
            run.tell("no_way_back")
            run.ask_again()
    else:
        run.retire()
        _help(run)
    return _done(run, "interrupted")


def _help(run: Run) -> None:
    """Opens help once: asked for inside help it begins anew, and inside a danger that came over help, the danger."""
    help_dialog = run.book.interrupts.help_dialog
    frames = run.frames
    if all(frame.dialog != help_dialog for frame in frames):
        run.push(help_dialog, {})
        return
    depth = max(place for place, frame in enumerate(frames) if frame.dialog == help_dialog or frame.held is not None)
    begun = frames[depth]
    run.unwind(depth)
    run.push(begun.dialog, {}, begun.held)


def _words(run: Run, said: Held) -> Step:
    """Anything typed: interrupts first, danger next, and only then the question."""
    word = interrupt_word(run.book, said.text)
    if word is not None and (_ask(run).collect is None or word == "help"):
        return _interrupt(run, word)
    return _listen(run, said)


def _listen(run: Run, said: Held) -> Step:
    """Looks for danger in the words: a hard one comes before the question, a soft one adds a line."""
    danger = run.book.danger(said.text)
    if danger is not None and danger.hard and run.book.interrupts.danger[danger.kind] != run.frame.dialog:
        return _danger(run, danger, said)
    done = _still_possible(run) or _answer(run, said)
    if danger is not None and not danger.hard:
        run.tell("soft_danger")
        return _done(run, done.outcome)
    return done


def _danger(run: Run, danger: Danger, held: Held) -> Step:
    """Sets the words aside and opens the dialog that is made for this danger; it never goes back by itself.

    Inside another danger it takes that one's place, and what was first set aside stays so.
    """
    dangers = run.book.interrupts.danger
    depth = next((place for place, frame in enumerate(run.frames) if frame.dialog in dangers.values()), None)
    aside = held if depth is None else run.frames[depth].held
    run.retire()
    if depth is not None:
        run.unwind(depth)
    run.push(dangers[danger.kind], {}, aside)
    return _done(run, "interrupted")


def _release(run: Run, held: Held) -> Step:
    """ "Not this": the words that were set aside become the answer after all; a threat in a letter does not."""
    danger = run.book.danger(held.text)
    in_letter = held.edited or _ask(run).collect is not None
    if in_letter and danger is not None and danger.kind == "violence_towards_partner":
        run.tell("threat_held")
        run.ask_again()
        return _done(run, run.outcome())
    if held.edited and not run.unmet():
        _edit_letters(run, held)
        run.ask_again()
        return _done(run, run.outcome())
    return _still_possible(run) or _answer(run, held)


# -- answers


def _answer(run: Run, said: Held) -> Step:
    if said.edited:
        return _edited(run, said)
    if said.kind != "text":
        return _media(run, said)
    return _typed(run, said)


def _typed(run: Run, said: Held) -> Step:
    ask, text = _ask(run), said.text
    buttons = _open_buttons(run, ask)
    found = match(text, buttons, numbers=ask.text is None and ask.list is None and ask.collect is None)
    if isinstance(found, Chosen):
        return _choose(run, found.id)
    if ask.collect is not None and "text" in ask.collect.kinds:
        return _collect(run, said)
    if ask.text is not None:
        return _check(run, ask.text, text)
    if ask.list is not None:
        found = match_option(text, run.book.lists[ask.list.of]) or found
        if isinstance(found, Chosen):
            return _choose(run, found.id)
    return _unknown(run, found)


def _unknown(run: Run, near: Near | None) -> Step:
    if near is None and run.released is not None:  # whoever has just spoken of a danger is not told to tap
        run.ask_again()
        return _done(run, run.outcome())
    if near is not None:
        _no_answer(run, "did_you_mean", {"label": near.label})
    else:
        _no_answer(run, "please_tap", {})
    return _done(run, "unknown_input")


def _no_answer(run: Run, name: str, args: dict[str, Value]) -> None:
    """Says so, with the buttons. Where what they say yes to was hidden, it is shown again, and the question asked."""
    run.retire()
    if run.out_of_sight():
        run.tell(name, args)
        run.ask_again()
    else:
        run.tell(name, args, run.open_choices())


def _check(run: Run, ask: TextAsk, text: str) -> Step:
    if len(text) > MAX_TYPED:
        _no_answer(run, "too_long", {})
        return _done(run, "retry")
    checker = run.book.checkers[ask.check]
    verdict = checker.check(text)
    if isinstance(verdict, Accepted):
        run.answered()
        run.set_vars({ask.save: verdict.value, **{f"{ask.save}.{k}": v for k, v in verdict.fields.items()}})
        run.go(ask.go, "text")
        return _done(run, run.outcome())
    tries = run.frame.tries + 1
    if ask.give_up is not None and tries >= ask.max_tries:
        run.answered()
        run.go(ask.give_up, "give_up")
        return _done(run, run.outcome())
    run.frame = run.frame.changed(tries=tries)
    run.retire()
    if ask.retry is not None:
        run.say(ask.retry, run.open_choices())
    else:
        run.tell(verdict.reason, {}, run.open_choices())
    return _done(run, "retry")


def _tap(run: Run, button: str) -> Step:
    ask = _ask(run)
    known = {choice.id for choice in _open_buttons(run, ask)}
    if ask.list is not None:
        known |= {option.id for option in run.book.lists[ask.list.of]}
    if button in known:
        return _choose(run, button)
    toast = run.book.interrupts.messages["moved_on"].id
    if not any(button == hidden.id for hidden in ask.buttons):
        return _done(run, "stale", toast=toast)
    run.retire()  # what it stood for has changed meanwhile: the question is asked as it is now
    run.ask_again()
    return _done(run, "retry", toast=toast)


def _choose(run: Run, button_id: str) -> Step:
    ask = _ask(run)
    button = next((button for button in ask.buttons if button.id == button_id), None)
    if button is not None and button.consent is not None and run.out_of_sight():
        run.retire()
        run.ask_again()
        return _done(run, "retry")
    run.answered()
    if button is None:
        assert ask.list is not None  # noqa: S101 - _tap and match_option let nothing else through
        run.set_vars({ask.list.save: button_id})
        run.go(ask.list.go, "list")
        return _done(run, run.outcome())
    if (kept := run.dialog.kept_by(ask, button)) is not None:
        run.set_vars({kept: button_id if button.saves is None else run.env.words(button.saves)})
    if button.consent is not None:
        run.consent(button.consent)
    run.go(button.go, button_id)
    return _done(run, run.outcome())


# -- letters in the making


def _media(run: Run, media: Held) -> Step:
    collect = _ask(run).collect
    if collect is None or media.kind not in collect.kinds:
        _no_answer(run, "media_not_here", {})
        return _done(run, "unknown_input")
    return _collect(run, media)


def _collect(run: Run, part: Held) -> Step:
    """Adds a part to the letter. The buttons are those that the letter has *with* this part."""
    collect = _ask(run).collect
    assert collect is not None  # noqa: S101 - callers have looked
    letter = str(run.read(collect.into))
    parts = run.fact(f"{collect.into}.parts")
    run.counted[f"{collect.into}.parts"] = (parts if isinstance(parts, int) else 0) + 1
    made: dict[str, Value] = {
        "letter": letter,
        "kind": part.kind,
        "ref": part.ref,
        "text": part.text,
        "file": part.file,
    }
    run.effects.append(Domain("add_part", made))
    run.effects.append(Status(letter, run.open_choices()))
    run.timers(run.dialog.nodes[run.frame.node])
    return _done(run, "waiting")


def _edited(run: Run, said: Held) -> Step:
    """An earlier message changed: the letter follows, and what was shown of it is shown again."""
    if not _edit_letters(run, said):
        return _done(run, "ignored")
    if run.dialog.nodes[run.frame.node].show is not None:
        run.retire()
        run.ask_again()
    return _done(run, "waiting")


def _edit_letters(run: Run, said: Held) -> bool:
    """Tells every letter of this dialog, since only they know their messages; False where there is none."""
    letters = run.dialog.letters
    for name in letters:
        args: dict[str, Value] = {"letter": str(run.read(name)), "ref": said.ref, "text": said.text}
        run.effects.append(Domain("edit_part", args))
    return bool(letters)


# -- timers


def _timer(run: Run, kind: str) -> Step:
    if kind == "expire":
        run.retire()
        run.expire()
        return _done(run, "ended")
    timeout = _ask(run).timeout
    if timeout is None or any(map(run.lacks, run.frames)):
        # That the partner is out of reach is said at this person's own next act, never by a clock.
        return _done(run, "ignored")
    run.answered()
    run.go(timeout.go, "timeout")
    return _done(run, run.outcome())


# -- small things


def _ask(run: Run) -> Ask:
    ask = run.dialog.nodes[run.frame.node].ask
    assert ask is not None  # noqa: S101 - _lost has looked
    return ask


def _open_buttons(run: Run, ask: Ask) -> list[Button]:
    return [button for button in ask.buttons if button.when is None or holds(button.when, run.read)]


def _moved_on(run: Run, event: Event) -> str | None:
    return run.book.interrupts.messages["moved_on"].id if isinstance(event, Tap) else None


def _done(run: Run, outcome: Outcome, toast: str | None = None) -> Step:
    return Step(run.session, tuple(run.effects), tuple(run.trace), outcome, toast)


def fresh(session_id: int, person_id: int, release: int) -> Session:
    """A session in which nothing has been said."""
    return Session(id=session_id, person_id=person_id, release=release)
