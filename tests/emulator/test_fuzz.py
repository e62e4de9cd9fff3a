"""Whatever a bot sends, it gets an answer in the envelope of the Bot API."""

import orjson
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from emulator.clock import Clock
from emulator.methods import TABLE
from emulator.recorder import SPEC
from emulator.world import World

USER = 2**51 + 1
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=8)
    | st.sampled_from([USER, str(USER), "1", "[]", "{}"])
)
KEYS = st.sampled_from(
    ["type", "offset", "length", "inline_keyboard", "keyboard", "text", "url", "callback_data", "message_id", "emoji"]
)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4), max_leaves=8
)


def fresh_world() -> World:
    world = World(clock=Clock(real=lambda: 1_790_000_000.0), seed=1)
    world.add_bot("1:a", "some_bot", "Some")
    world.add_user("Ana", user_id=USER)
    world.act("start", user=USER)
    return world


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.sampled_from(sorted(TABLE)), st.booleans(), st.data())
def test_no_parameters_break_a_method(method: str, known_chat: bool, data: st.DataObject) -> None:
    world = fresh_world()
    names = [field["name"] for field in SPEC["methods"][TABLE[method].name]["fields"]]
    params = data.draw(st.dictionaries(st.sampled_from(names), VALUES, max_size=6)) if names else {}
    if known_chat:
        params = {"text": "x", **params, "chat_id": USER}
    body = world.call("1:a", method, params)
    assert body["ok"] is True or body["error_code"] in {400, 401, 403, 404, 409, 413}
    orjson.dumps(body)
