"""Every kind of step that a death may fall into: how a chat gets there, the step itself, and what it cannot reach."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from tests.support.phones import Phone, buttons, wait_for
from tests.support.process import Stage
from tests.support.stories import (
    BERLIN,
    accepts_invitation,
    begins,
    connect,
    invites,
    opens_a_blank_page,
    sends_letter,
    writes,
)

BY_CLOCK = dict.fromkeys(("fetched", "keeping", "kept", "handling", "handled"), "no update comes")
BY_PERSON = dict.fromkeys(("ticking", "ticked"), "nothing falls due")
SILENT = dict.fromkeys(("claiming", "claimed", "called", "settling", "settled"), "no message goes out")
STAYS = {"erasing": "nobody's key is destroyed"}
ALONE = {**BY_PERSON, **STAYS}
TICKED = {**BY_CLOCK, **STAYS}


@dataclass
class Scene:
    """Two phones that nobody has used before, on a stage."""

    stage: Stage
    ana: Phone
    ben: Phone
    link: str = ""

    def meets(self) -> None:
        """The two are a couple, both in Berlin with nine o'clock as their hour."""
        connect(self.ana, self.ben, zones=(BERLIN, BERLIN), hours=("9:00", "9:00"))

    def touches(self, phone: Phone, label: str) -> None:
        """Taps the newest button of this label and waits for nothing."""
        for message in reversed(phone.from_bot()):
            for button in buttons(message):
                if button["text"] == label and "data" in button:
                    body = {"user": phone.user, "message_id": message["id"], "data": button["data"]}
                    phone.control.post("/control/tap", **body)
                    return
        raise AssertionError(f"{phone.name} has no button {label!r}:\n{phone.tail()}")


Act = Callable[[Scene], object]


@dataclass(frozen=True)
class Kind:
    """`before` brings a chat to the step, `step` is done in the life that dies; `never`: points, and why not."""

    name: str
    before: Act
    step: Act
    never: Mapping[str, str] = field(default_factory=lambda: ALONE)


def _guided(scene: Scene) -> None:
    scene.meets()
    scene.ana.says("/practise")
    scene.ana.taps("Guide me")
    scene.ana.sees("What happened?", patience=10)


def _practising(scene: Scene) -> None:
    scene.meets()
    scene.ana.says("/practise")
    _waits_for(scene, scene.ana, "Guide me")


def _writing(scene: Scene) -> int:
    scene.meets()
    opens_a_blank_page(scene.ana)
    first = scene.ana.says("We walked along the river.")
    scene.ana.sees("1 part")
    return first


def _edits(scene: Scene) -> None:
    mine = next(m for m in reversed(scene.ana.messages()) if m["from"] != "bot")
    scene.ana.edits(mine["id"], "We walked along the lake.")


def _asked_for_the_yes(scene: Scene) -> None:
    scene.meets()
    opens_a_blank_page(scene.ana)
    writes(scene.ana, "We walked along the river.", "Shall we again?")
    scene.ana.sees("This is exactly what")


def _sent(scene: Scene) -> None:
    scene.meets()
    sends_letter(scene.ana, "We walked along the river.", "Shall we again?")
    scene.ben.sees("A letter from Ana.")


def _opened(scene: Scene) -> None:
    _sent(scene)
    scene.ben.taps("Open")


def _resting(scene: Scene) -> None:
    scene.meets()
    sends_letter(scene.ana, "We walked along the river.", when=("At another time", "In two hours", "Yes, seal it"))


def _put_off(scene: Scene) -> None:
    _sent(scene)
    scene.ben.taps("I need until …")
    scene.ben.taps("Tomorrow evening")


def _looking(scene: Scene) -> None:
    _sent(scene)
    scene.ana.says("/letters")
    shelf = scene.ana.sees("Your letters:")
    scene.ana.taps(buttons(shelf)[0]["text"])
    _waits_for(scene, scene.ana, "Take it back")


def _with_a_photo(scene: Scene) -> None:
    scene.meets()
    opens_a_blank_page(scene.ana)
    scene.ana.sends("photo", caption="The lake")
    scene.ana.sees("1 part")
    scene.ana.taps("Preview")
    scene.ana.sees("This is exactly what")
    scene.ana.taps("Yes, now")
    scene.ben.sees("A letter from Ana.")
    scene.ben.taps("Open")
    _waits_for(scene, scene.ben, "Photo 1")


def _proposed(scene: Scene) -> None:
    scene.meets()
    scene.ana.says("/write")
    for label in ("Other kinds", "One question, two letters", "What I miss"):
        scene.ana.taps(label)
    scene.ana.sees("Write as many messages as you like")
    writes(scene.ana, "I miss our Sundays.")
    _waits_for(scene, scene.ana, "Yes, seal it")


def _joined_in(scene: Scene) -> None:
    _proposed(scene)
    scene.ana.taps("Yes, seal it")
    scene.ben.taps("Write mine")
    scene.ben.sees("Write as many messages as you like")
    writes(scene.ben, "I miss them too.")
    _waits_for(scene, scene.ben, "Yes, seal it")


def _nudged(scene: Scene) -> None:
    scene.meets()
    _to_nine(scene)
    _waits_for(scene, scene.ana, "Done")


def _declined(scene: Scene) -> None:
    _nudged(scene)
    scene.ana.taps("Not now")
    scene.ana.taps("Ask again tonight")


def _to_nine(scene: Scene) -> None:
    scene.stage.control.post("/control/clock", to="09:00", zone="Europe/Berlin")


def _in_time(how: str) -> Act:
    return lambda scene: scene.stage.control.advance(how)


def _invited(scene: Scene) -> None:
    begins(scene.ana)
    scene.link = invites(scene.ana)
    begins(scene.ben)
    scene.ben.taps("On my own for now")
    scene.ben.sees("What would you like to begin with?")
    scene.ben.starts(scene.link)
    _waits_for(scene, scene.ben, "Yes, connect us")


def _said_yes(scene: Scene) -> None:
    begins(scene.ana)
    scene.ben.starts(invites(scene.ana))
    accepts_invitation(scene.ben)
    _waits_for(scene, scene.ana, "Yes, that is them")


def _asked(command: str, button: str) -> Act:
    def before(scene: Scene) -> None:
        _sent(scene)
        scene.ana.says(command)
        _waits_for(scene, scene.ana, button)

    return before


def _panel(scene: Scene) -> None:
    scene.meets()
    scene.ana.says("/settings")
    for label in ("Daily message", "Which days"):
        scene.ana.taps(label)
    scene.stage.until(lambda: _switches(scene), "the panel")


def _switches(scene: Scene) -> list[str]:
    return [b["text"] for m in scene.ana.from_bot() for b in buttons(m) if str(b.get("data", "")).startswith("d.")]


def _blocked(scene: Scene) -> None:
    scene.meets()
    scene.stage.control.post("/control/block", user=scene.ana.user)


def _waits_for(scene: Scene, phone: Phone, label: str) -> None:
    wait_for(lambda: any(b["text"] == label for m in phone.from_bot() for b in buttons(m)), f"{phone.name}: {label}")


def _taps(label: str, who: str = "ana") -> Act:
    return lambda scene: scene.touches(getattr(scene, who), label)


def _says(text: str) -> Act:
    return lambda scene: scene.ana.says(text)


def _meets(scene: Scene) -> None:
    scene.meets()


SENT_ON = {**STAYS}  # the step is a person's, and what follows from it falls due at once
KINDS = (
    Kind("a newcomer", lambda _: None, lambda scene: scene.ana.starts()),
    Kind("an answer by text", _guided, _says("the phone lay on the table at dinner on Monday")),
    Kind("a tap in a dialog", _practising, _taps("Guide me")),
    Kind("a command", _meets, _says("/menu")),
    Kind("words outside of any dialog", _meets, _says("We had a good day.")),
    Kind("a part of a letter", _writing, _says("Shall we again?")),
    Kind("an edited part", _writing, _edits, {**ALONE, **SILENT}),
    Kind("a photo", _writing, lambda scene: scene.ana.sends("photo", caption="The lake")),
    Kind("a voice note", _writing, lambda scene: scene.ana.sends("voice", duration=4)),
    Kind("a sticker", _writing, lambda scene: scene.ana.sends("sticker")),
    Kind("a preview", _writing, _taps("Preview")),
    Kind("a letter sealed", _asked_for_the_yes, _taps("Yes, now"), SENT_ON),
    Kind("a letter's time comes", _resting, _in_time("2h"), TICKED),
    Kind("a letter opened", _sent, _taps("Open", "ben")),
    Kind("a letter folded", _opened, _taps("Fold it away", "ben")),
    Kind("an enclosure", _with_a_photo, _taps("Photo 1", "ben")),
    Kind("a letter put off", _sent, _taps("I need until …", "ben")),
    Kind("a letter comes up again", _put_off, _in_time("27h"), TICKED),
    Kind("a letter taken back", _looking, _taps("Take it back")),
    Kind("an exchange proposed", _proposed, _taps("Yes, seal it"), SENT_ON),
    Kind("an exchange sealed", _joined_in, _taps("Yes, seal it", "ben"), SENT_ON),
    Kind("a nudge", _meets, _to_nine, TICKED),
    Kind("a nudge done", _nudged, _taps("Done")),
    Kind("a nudge comes again", _declined, _in_time("12h"), TICKED),
    Kind("the first yes", _invited, _taps("Yes, connect us", "ben")),
    Kind("the second yes", _said_yes, _taps("Yes, that is them")),
    Kind("a panel", _panel, lambda scene: scene.touches(scene.ana, _switches(scene)[-1])),
    Kind("a danger", _meets, _says("I want to kill myself")),
    Kind("help", _meets, _says("/help")),
    Kind("an export", _sent, _says("/export")),
    Kind("tidying", _asked("/privacy", "Tidy this chat"), _taps("Tidy this chat")),
    Kind("leaving", _asked("/leave", "Leave now"), _taps("Leave now")),
    Kind("erasing", _asked("/delete", "Delete everything"), _taps("Delete everything"), BY_PERSON),
    Kind("a goodbye", _asked("/bye", "Close"), _taps("Close"), BY_PERSON),
    Kind("a block", _meets, lambda scene: scene.stage.control.post("/control/block", user=scene.ana.user),
         {**ALONE, **SILENT}),
    Kind("a return", _blocked, lambda scene: scene.stage.control.post("/control/unblock", user=scene.ana.user),
         {**ALONE, **SILENT}),
)  # fmt: skip
