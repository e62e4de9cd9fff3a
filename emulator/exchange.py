"""One call from token to answer: fault, token, check against the specification, method, record. No sockets."""

from dataclasses import dataclass
from typing import Any

from emulator.answers import Json, Refusal
from emulator.faults import PAGES, Fault
from emulator.methods import find_method
from emulator.methods.table import Described
from emulator.model import Bot
from emulator.params import Params
from emulator.recorder import METHODS
from emulator.state import State, log

_SILENT = frozenset({"cut_before", "refuse"})
_WORDED = frozenset({"429", "400", "403", "500", "502", "conflict_409", "flood"})


@dataclass(slots=True, frozen=True)
class Reply:
    """What the server would answer; what the fault then does to it is the transport's business."""

    status: int
    body: Json
    fault: Fault | None = None


def meet_fault(state: State, method: str, params: Params) -> Fault | None:
    """The ordered fault that this call runs into, if any; counts it."""
    return state.faults.hit_call(METHODS.get(method.lower(), method), params.values)


def exchange(
    state: State,
    token: str,
    method: str,
    params: Params,
    *,
    fault: Fault | None = None,
    refused: Refusal | None = None,
) -> Reply:
    """Answer a call and record it. `refused` is an answer that the caller already knows (a poll sent home)."""
    name = METHODS.get(method.lower(), method)
    record: Json = {"at": state.clock.now(), "method": name, "params": params.values, "files": sorted(params.files)}
    if fault is not None:
        record["fault"] = fault.kind
        log.warning("fault %s (%d) hits %s", fault.kind, fault.id, name)
    if fault is not None and (fault.kind in _SILENT or fault.kind in PAGES):
        state.recorder.call(record)
        return Reply(PAGES.get(fault.kind, (0, ""))[0], {}, fault)
    try:
        bot = state.bot_by_token(token)
        record["bot"] = bot.username
        if refused is not None:
            raise refused
        if fault is not None and fault.kind in _WORDED:
            raise fault.refusal()
        reply = Reply(200, _run(state, bot, name, params), fault)
    except Refusal as refusal:
        reply = Reply(refusal.status, refusal.body(), fault)
    record["response"] = reply.body
    state.recorder.call(record)
    return reply


def _be_loud(state: State, name: str, params: Params) -> None:
    """What this project must never do, or the emulator cannot do, is told in capitals and kept as a finding."""
    if params.text("parse_mode"):
        log.error("A CALL OF %s USED parse_mode. Send entities: nothing that people type may be parsed.", name)
        state.recorder.note(name, "parse_mode is never used here; send entities")
    if name.lower() in METHODS and find_method(name) is None:
        log.error("THE EMULATOR LACKS %s: a method of the Bot API that it does not emulate.", name)
        state.recorder.note(name, "the emulator lacks this method")


def _run(state: State, bot: Bot, name: str, params: Params) -> Json:
    found = state.recorder.check_call(name, params.values, list(params.files), state.clock.now())
    _be_loud(state, name, params)
    if found and state.strict:
        state.recorder.refused += 1
        raise Refusal(400, f"strict: {found[0]}")
    run = find_method(name)
    if run is None:
        raise Refusal(404, "method not found")
    result: Any = run(state, bot, params)
    if isinstance(result, Described):
        return {"ok": True, "result": result.result, "description": result.description}
    return {"ok": True, "result": result}
