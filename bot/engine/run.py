"""One turn in the making: walks nodes from an answer to the next wait. Pure; the only mutable part of the engine."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from hashlib import blake2b

from bot.engine import conditions
from bot.engine.effects import Choice, Domain, Edge, Effect, End, Env, Outcome, RetireKeyboard, Say, Show, StartTimer
from bot.engine.script import Argument, Ask, Book, Dialog, ListAsk, Name, Node, Option, Text, Value
from bot.engine.session import Frame, Held, Session, Vars, Visited

MAX_NODES = 50
MAX_FRAMES = 16
MAX_HISTORY = 20


class ScriptBroken(Exception):
    """The dialogs break a promise that check-dialogs proves; the unit fails and nothing is half done."""


def new_letters(session: Session, dialog: Dialog, depth: int) -> dict[str, Value]:
    """A name for each letter of a dialog that begins now on `depth` others, unique to this person."""
    return {name: f"{session.id}:{session.turn}:{depth}:{name}" for name in dialog.letters}


class Run:
    """Collects the effects and the trace of one turn."""

    def __init__(self, book: Book, session: Session, env: Env) -> None:
        self.book = book
        self.env = env
        self.frames = list(session.frames)
        self._begun = session
        self.turn = session.turn
        self._status = session.status
        self.effects: list[Effect] = []
        self.trace: list[Edge] = []
        self.silent = False
        self.released: Held | None = None
        self.counted: dict[str, Value] = {}  # facts as they are after what this turn has done
        self._nodes_left = MAX_NODES
        self._expired: set[int] = set()

    # -- reading

    @property
    def session(self) -> Session:
        """The session as it stands now."""
        begun = self._begun
        return Session(begun.id, begun.person_id, tuple(self.frames), self.turn, self._status, begun.release)

    @property
    def frame(self) -> Frame:
        """The frame that is being worked on."""
        return self.frames[-1]

    @frame.setter
    def frame(self, frame: Frame) -> None:
        self.frames[-1] = frame

    @property
    def dialog(self) -> Dialog:
        """The dialog of that frame."""
        return self.book.dialogs[self.frames[-1].dialog]

    def read(self, name: str) -> Value:
        """A variable, a field or a fact; unknown names read as None, which check-dialogs excludes."""
        values = self.frames[-1].vars
        return values[name] if name in values else self.fact(name)

    def fact(self, name: str) -> Value:
        """A fact, with what this turn has added to it; None for one that nobody knows."""
        facts = self.counted if name in self.counted else self.env.facts
        if name not in facts:
            return None
        return facts[name]

    def unmet(self) -> bool:
        """Whether the uppermost dialog needs what is not (any longer) so."""
        return self.lacks(self.frame)

    def lacks(self, frame: Frame) -> bool:
        """Whether the dialog of this frame needs what is not so."""
        return any(not self.fact(need) for need in self.book.dialogs[frame.dialog].needs)

    def out_of_sight(self) -> bool:
        """Whether the letter that the present question asks a yes to was hidden since it was shown."""
        node = self.dialog.nodes[self.frame.node]
        asks = node.ask is not None and any(button.consent for button in node.ask.buttons)
        return asks and node.show is not None and bool(self.fact(f"{node.show}.hidden"))

    # -- changing the frame

    def set_vars(self, values: Mapping[str, Value]) -> None:
        """Saves values; what was consented to before no longer holds for a value saved anew."""
        kept = _without(self.frame.vars, _dependents(self.frame.vars, values))
        self.frame = self.frame.changed(vars={**kept, **values})

    def consent(self, name: str) -> None:
        """The person has said yes to giving this value away, as it is now."""
        self.frame = self.frame.changed(vars={**self.frame.vars, f"consent:{name}": True})

    def _end_consents(self) -> None:
        """A letter can change whenever we wait, so a yes to it does not outlive the turn, in no frame."""
        self.frames = [self._without_consents(frame) for frame in self.frames]

    def _without_consents(self, frame: Frame) -> Frame:
        ended = {f"consent:{name}" for name in self.book.dialogs[frame.dialog].letters}
        if ended.isdisjoint(frame.vars):
            return frame
        return frame.changed(vars={name: value for name, value in frame.vars.items() if name not in ended})

    def answered(self) -> None:
        """Closes the wait: the question can be come back to, its buttons go, the turn is over."""
        frame = self.frame
        visited = Visited(frame.node, frame.vars)
        self.frame = frame.changed(tries=0, history=(*frame.history, visited)[-MAX_HISTORY:])
        self.retire()

    def retire(self) -> None:
        """Takes the buttons of the last question away."""
        self.effects.append(RetireKeyboard())

    def cut_history(self) -> None:
        """What cannot be undone cannot be gone back behind, in no frame."""
        self.frames = [frame.changed(history=()) for frame in self.frames]

    # -- walking

    def go(self, target: str, by: str) -> None:
        """Leaves the present node for `target` and walks on until the next wait or the end."""
        self._edge(by, target)
        self._enter(target)

    def unwind(self, depth: int) -> None:
        """Drops what stands on the lowest `depth` dialogs; `push` must follow."""
        del self.frames[depth:]

    def push(
        self, dialog_id: str, args: Mapping[str, Value], held: Held | None = None, *, node: str | None = None
    ) -> None:
        """Begins a (sub-)dialog on top of the stack, at its start unless a node is named."""
        dialog = self.book.dialogs[dialog_id]
        if len(self.frames) >= MAX_FRAMES:
            raise ScriptBroken(f"{dialog_id}: more than {MAX_FRAMES} dialogs inside one another")
        letters = new_letters(self.session, dialog, len(self.frames))
        first = node or dialog.start
        self.frames.append(Frame(dialog=dialog_id, node=first, vars={**letters, **args}, held=held))
        if not self._left_unmet():
            self._enter(first)

    def _left_unmet(self) -> bool:
        """Ends the uppermost dialog kindly where its needs are not met; an expiry is past caring."""
        if self.silent or not self.unmet():
            return False
        self.end_unmet()
        return True

    def end_unmet(self) -> None:
        """Ends the uppermost dialog kindly, because what it needs is not so."""
        self.tell("needs_paired")
        self.pop("unmet")

    def _enter(self, node_id: str) -> None:
        self._nodes_left -= 1
        if self._nodes_left < 0:
            raise ScriptBroken(f"{self.frame.dialog}.{node_id}: more than {MAX_NODES} nodes in one turn")
        frame = self.frame
        visits = {**frame.visits, node_id: frame.visits.get(node_id, 0) + 1}
        self.frame = frame.changed(node=node_id, visits=visits)
        node = self.dialog.nodes[node_id]
        if node.forget:
            self._forget(node.forget)
        for do in node.do:
            self._do(do.effect, do.args)
        self._speak(node, with_choices=node.ask is not None)
        self._leave(node)

    def _forget(self, names: tuple[str, ...]) -> None:
        """These variables are as if they had never been set, with their fields and the consent to them."""
        values = self.frame.vars
        known = [name for name in names if name in values or f"consent:{name}" in values]
        if known:  # seldom: what was skipped was mostly never said
            self.frame = self.frame.changed(vars=_without(values, [*known, *_dependents(values, known)]))

    def _leave(self, node: Node) -> None:
        if node.ask is not None:
            self._wait(node)
        elif node.call is not None:
            args = {name: self._argument(value) for name, value in node.call.args.items()}
            self._edge("call", node.call.dialog)
            self.push(node.call.dialog, args)
        elif node.end is not None:
            self._edge("end", node.end)
            self.pop(node.end)
        else:
            self._branch(node)

    def _branch(self, node: Node) -> None:
        for place, branch in enumerate(node.go):
            if branch.condition is None or conditions.holds(branch.condition, self.read):
                self.go(branch.to, "else" if branch.condition is None else f"if{place}")
                return
        raise ScriptBroken(f"{self.frame.dialog}.{node.id}: no branch is unconditional")

    def pop(self, result: str) -> None:
        """Ends the uppermost dialog; its caller goes on with `result`, or the session is over."""
        held = self.frames.pop().held
        if not self.frames:
            self._over(result)
            return
        if held is not None:
            self._after_danger(held, result)
            return
        self.frame = self.frame.changed(vars={**self.frame.vars, "result": result})
        caller = self.dialog.nodes[self.frame.node]
        if caller.call is None:  # it was opened over a question
            self.finish(result) if result == "rested" else self.ask_again()
        elif not self._left_unmet():
            self._branch(caller)

    def _after_danger(self, held: Held, result: str) -> None:
        """Only the person's own choice leads back to the question: `not_this` with the words, `go_on` without."""
        if self.silent:
            self.expire()
        elif result == "not_this":
            self.released = held
            self._wait(self.dialog.nodes[self.frame.node])
        elif result == "go_on":
            self.ask_again()
        else:
            self.finish(result)

    def finish(self, result: str) -> None:
        """Ends the whole session, sub-dialogs and all."""
        self.frames = []
        self._over(result)

    def _over(self, result: str) -> None:
        self._status, self.turn = "ended", self.turn + 1
        self.effects.append(End(result))

    def expire(self) -> None:
        """Ends the uppermost dialog where its expiry says, in silence, and every caller that would ask in its turn."""
        self.silent = True
        depth = len(self.frames)
        if depth in self._expired:
            self.finish("expired")
        else:
            self._expired.add(depth)
            self.go(self.dialog.expire.go, "expire")

    def _wait(self, node: Node) -> None:
        if self.silent:
            self.expire()
            return
        self._end_consents()
        self._status, self.turn = "waiting", self.turn + 1
        self.timers(node)

    def timers(self, node: Node) -> None:
        """Sets the clocks of the present wait, in place of those of a wait passed over in this turn."""
        self.effects = [effect for effect in self.effects if not isinstance(effect, StartTimer)]
        turn, now = self.turn, self.env.now
        self.effects.append(StartTimer("expire", now + self.dialog.expire.after, turn))
        if node.ask is not None and node.ask.timeout is not None:
            self.effects.append(StartTimer("timeout", now + node.ask.timeout.after, turn))

    # -- doing

    def _do(self, effect: str, args: Mapping[str, Argument]) -> None:
        spec = self.book.effects[effect]
        for name in spec.discloses & args.keys():
            value = args[name]
            whose = value.name.partition(".")[0] if isinstance(value, Name) else ""
            if self._is_private(whose) and not self.read(f"consent:{whose}"):
                raise ScriptBroken(f"{self.frame.dialog}.{self.frame.node}: {effect} without consent to {whose}")
        self.effects.append(Domain(effect, {name: self._argument(value) for name, value in args.items()}))
        if spec.irreversible:
            self.cut_history()

    def _is_private(self, name: str) -> bool:
        var = self.dialog.vars.get(name)
        return var is not None and var.private

    def _argument(self, value: Argument) -> Value:
        return self.read(value.name) if isinstance(value, Name) else value

    # -- speaking

    def _speak(self, node: Node, *, with_choices: bool) -> None:
        if self.silent:
            return
        if node.show is not None:
            self.effects.append(Show(str(self.read(node.show))))
        if node.say is not None:
            choices = self.choices(node.ask) if with_choices and node.ask else ()
            self.effects.append(self._say(node.say, choices))

    def _say(self, text: Text, choices: tuple[Choice, ...]) -> Say:
        args = {name: self.read(name) for name in sorted(text.placeholders)}
        if text.count is not None:
            count = self.read(text.count)
            return Say(text.id, args, choices, count if isinstance(count, int) else 0)
        return Say(text.variant_id(self._variant(text)), args, choices)

    def _variant(self, text: Text) -> int:
        if len(text.variants) == 1:
            return 0
        seed = f"{self._begun.id}/{text.id}/{self.frame.visits.get(self.frame.node, 0)}"
        return int.from_bytes(blake2b(seed.encode(), digest_size=4).digest(), "big") % len(text.variants)

    def say(self, text: Text, choices: tuple[Choice, ...] = ()) -> None:
        """Says a text of the dialog itself (a retry)."""
        self.effects.append(self._say(text, choices))

    def tell(self, name: str, args: Mapping[str, Value] | None = None, choices: tuple[Choice, ...] = ()) -> None:
        """Says one of the fixed messages of the interrupts file."""
        self.effects.append(Say(self.book.interrupts.messages[name].id, dict(args or {}), choices))

    def open_choices(self) -> tuple[Choice, ...]:
        """The buttons of the question that is being asked, as they stand now."""
        node = self.dialog.nodes[self.frame.node]
        return self.choices(node.ask) if node.ask else ()

    def choices(self, ask: Ask) -> tuple[Choice, ...]:
        """The buttons of a question, hidden ones left out, with the way back and out below."""
        own = [
            Choice(button.id, button.text.id)
            for button in ask.buttons
            if button.when is None or conditions.holds(button.when, self.read)
        ]
        if ask.list is not None:
            own = [Choice(option.id, option.label, literal=True) for option in self._entries(ask.list)] + own
        return (*own, *self._exits())

    def _entries(self, ask: ListAsk) -> Sequence[Option]:
        options = {option.id: option for option in self.book.lists[ask.of]}
        named = str(self.read(ask.only) or "").split() if ask.only else []
        return [options[name] for name in named if name in options] or list(options.values())

    def _exits(self) -> tuple[Choice, ...]:
        if not self.dialog.exits:
            return ()
        messages = self.book.interrupts.messages
        stop = Choice("_stop", messages["stop"].id, exit=True)
        if self._behind() is None:
            return (stop,)
        return (Choice("_back", messages["back"].id, exit=True), stop)

    def ask_again(self) -> None:
        """Says the present question once more, with its buttons, as a new turn."""
        if self._left_unmet():
            return
        node = self.dialog.nodes[self.frame.node]
        self._speak(node, with_choices=True)
        self._wait(node)

    # -- going back

    def _behind(self) -> tuple[int, Visited | None] | None:
        """In how many frames the question before this one stands, and its visit; None where there is no such question.

        Without a visit it is the question that help interrupted; Back never leads out of a danger.
        """
        for depth in range(len(self.frames), 0, -1):
            frame = self.frames[depth - 1]
            if depth < len(self.frames) and self.book.dialogs[frame.dialog].nodes[frame.node].ask is not None:
                return depth, None
            if frame.history:
                return depth, frame.history[-1]
            if frame.held is not None:
                return None
        return None

    def back(self) -> bool:
        """Returns to the question before this one, with the values it had. False when there is none."""
        found = self._behind()
        if found is None:
            return False
        depth, visited = found
        del self.frames[depth:]
        if visited is not None:
            history = self.frame.history[:-1]
            self.frame = self.frame.changed(node=visited.node, vars=visited.vars, history=history, tries=0)
        self.ask_again()
        return True

    def _edge(self, by: str, to: str) -> None:
        frame = self.frame
        self.trace.append(Edge(frame.dialog, frame.node, by, to))

    def outcome(self) -> Outcome:
        """How the turn ended when nothing special happened."""
        return "ended" if self._status == "ended" else "waiting"


def _dependents(values: Vars, names: Collection[str]) -> list[str]:
    """The fields of these variables and the consents to them."""
    fields, consents = tuple(f"{name}." for name in names), {f"consent:{name}" for name in names}
    return [key for key in values if key.startswith(fields) or key in consents]


def _without(values: Vars, gone: Collection[str]) -> Vars:
    kept = dict(values)
    for name in gone:
        kept.pop(name, None)
    return kept
