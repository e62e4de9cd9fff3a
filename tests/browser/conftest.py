"""Chromium on the emulator's page: phones that people hold, and a bot that a test plays itself over HTTP.

Without Chromium these tests skip and say so, as those of power cuts do without strace; no others in the project may.
"""

import json
import re
import shutil
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

from tests.support.process import Stage

TOKEN = "123456:local-token-for-the-emulator"
SWITCHES = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--no-first-run",
    "--disable-component-update",
    "--disable-sync",
]
WIDE = {"width": 1280, "height": 900}
NARROW = {"width": 390, "height": 780}
FAR = 40  # presses of Tab; no control may be farther away than that

expect.set_options(timeout=60_000)


class Phone:
    """One person's phone on the page. Every act and every look waits until the page is ready for it."""

    def __init__(self, page: Page, name: str) -> None:
        self.page = page
        self.name = name
        self.root = page.locator(".device").filter(has=page.locator(".device-label", has_text=re.compile(f"^{name}$")))
        self.log = self.root.locator(".log")
        self.field = self.root.locator("textarea.field")

    def starts(self) -> None:
        """Press START."""
        self.root.get_by_role("button", name="START", exact=True).click()

    def says(self, text: str) -> None:
        """Write a text and send it."""
        self.field.fill(text)
        self.field.press("Enter")

    def taps(self, label: str) -> None:
        """Tap the newest button under a message with exactly that label."""
        self.key(label).click()

    def presses(self, label: str) -> None:
        """Press any other control of the phone by its name: a menu's item, a sheet's button."""
        button = self.root.get_by_role("button", name=label, exact=True)
        button.or_(self.root.get_by_role("menuitem", name=label, exact=True)).last.click()

    def sees(self, text: str) -> Locator:
        """Wait until the chat shows that text; returns the newest place where it stands."""
        return self._visible(self.log.get_by_text(text).last)

    def does_not_see(self, text: str) -> None:
        """Wait until that text stands nowhere on this phone."""
        expect(self.root.get_by_text(text).filter(visible=True)).to_have_count(0)

    def shows(self, text: str) -> Locator:
        """Wait until that text stands anywhere on this phone: toast, sheet, header, card."""
        return self._visible(self.root.get_by_text(text).last)

    def message(self, text: str) -> Locator:
        """The newest message that contains that text, with its keyboard."""
        return self.root.locator(".message").filter(has_text=text).last

    def key(self, label: str) -> Locator:
        """The newest button under a message with exactly that label."""
        words = self.page.locator(".key-words", has_text=re.compile(f"^{re.escape(label)}$"))
        return self.root.locator(".key").filter(has=words).last

    def opens_menu_of(self, text: str) -> None:
        """Open the menu of the newest message with that text, as by right click or long press."""
        self.message(text).locator(".bubble").click(button="right")

    def comes_forward(self) -> None:
        """On a narrow screen: switch to this phone."""
        self.page.get_by_role("tab", name=self.name).click()

    def _visible(self, place: Locator) -> Locator:
        expect(place).to_be_visible()
        return place


@dataclass(slots=True)
class TwoPhones:
    """The page with both phones on it."""

    page: Page
    left: Phone
    right: Phone

    def presses(self, label: str) -> None:
        """Press a control of the strip outside the phones."""
        self.page.locator(".controls, .drawer").get_by_role("button", name=label, exact=True).click()


class Hands:
    """A person who has no mouse."""

    def __init__(self, phone: Any) -> None:
        self.phone = phone
        self.keys = phone.page.keyboard

    def goes_to(self, target: Locator, key: str) -> None:
        """Presses a key until the target has the focus, with a ring that can be seen."""
        expect(target).to_be_visible()
        for _ in range(FAR):
            if target.evaluate("(each) => each === document.activeElement"):
                assert target.evaluate("(each) => each.matches(':focus-visible')")
                return
            self.keys.press(key)
        raise AssertionError(f"{self.phone.name} does not get there with {key}")

    def presses(self, label: str, key: str = "Tab") -> None:
        """A control of the phone itself."""
        self.goes_to(self.phone.root.get_by_role("button", name=label, exact=True).last, key)
        self.keys.press("Enter")

    def answers(self, *labels: str) -> None:
        """Buttons under messages: the focus is there already, or three steps away in the field."""
        for label in labels:
            target = self.phone.key(label)
            expect(target).to_be_visible()
            keys = target.locator("xpath=ancestor::*[@class='keys']")
            if not keys.evaluate("(all) => all.contains(document.activeElement)"):
                self.goes_to(keys.locator(".key").last, "Shift+Tab")
            self.goes_to(target, "ArrowDown")
            self.keys.press("Enter")

    def types(self, words: str) -> None:
        """Into the field."""
        self.goes_to(self.phone.field, "Tab")
        self.keys.type(words)
        self.keys.press("Enter")


class Emulator:
    """A real emulator process that a test may stop and start again on the same port."""

    def __init__(self, *options: str) -> None:
        self.port = 0
        self._options = options
        self.start()

    def start(self) -> None:
        """Start and wait for the line that says it is ready."""
        command = [sys.executable, "-m", "emulator", "--port", str(self.port), "--token", TOKEN, *self._options]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        line = self._process.stdout.readline() if self._process.stdout else ""
        self.url = line.rpartition(" ")[2].strip()
        self.port = int(self.url.rpartition(":")[2])

    def stop(self) -> None:
        """End the process and wait for it."""
        self._process.terminate()
        self._process.communicate(timeout=60)

    def control(self, act: str, **body: Any) -> Any:
        """POST /control/<act>."""
        return post_json(f"{self.url}/control/{act}", body)

    def read(self, what: str) -> Any:
        """GET /control/<what>."""
        with urllib.request.urlopen(f"{self.url}/control/{what}", timeout=120) as answer:  # noqa: S310
            return json.loads(answer.read())


class ScriptedBot:
    """A bot without a program: the test reads its updates and says its lines."""

    def __init__(self, url: str) -> None:
        self._url = f"{url}/bot{TOKEN}"
        self._offset = 0

    def call(self, method: str, **params: Any) -> Any:
        """One Bot API call; its result."""
        return post_json(f"{self._url}/{method}", params)["result"]

    def takes(self, count: int = 1) -> list[Any]:
        """Wait for that many updates and confirm them."""
        taken: list[Any] = []
        while len(taken) < count:
            fresh = self.call("getUpdates", offset=self._offset, timeout=50)
            assert fresh, f"the bot waited for {count} updates and got {len(taken)}"
            taken += fresh
            self._offset = fresh[-1]["update_id"] + 1
        self.call("getUpdates", offset=self._offset)
        return taken

    def meets(self, phone: Phone) -> int:
        """The person presses START; the chat's id."""
        phone.starts()
        return int(self.takes()[0]["message"]["chat"]["id"])

    def says(self, chat: int, text: str, *rows: list[Any], **params: Any) -> int:
        """Send a text, with rows of buttons given as (label, data or url); the message's id."""
        keys = [[_button(label, target) for label, target in row] for row in rows]
        markup = {"reply_markup": {"inline_keyboard": keys}} if keys else {}
        return int(self.call("sendMessage", chat_id=chat, text=text, **markup, **params)["message_id"])


def _button(label: str, target: str) -> dict[str, str]:
    return {"text": label, ("url" if "://" in target else "callback_data"): target}


def post_json(url: str, body: Any) -> Any:
    """POST JSON, get JSON; raises HTTPError for a refusal."""
    request = urllib.request.Request(url, json.dumps(body).encode(), {"Content-Type": "application/json"})  # noqa: S310
    with urllib.request.urlopen(request, timeout=120) as answer:  # noqa: S310
        return json.loads(answer.read())


# One browser a module, not a session: while it lives, its event loop runs in this thread and async tests cannot.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A Chromium that talks to nobody but the page."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        pytest.skip("no Chromium on this machine: the tests of the page need one (Debian: apt install chromium)")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=found, args=SWITCHES)
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def emulator_process() -> Iterator[Emulator]:
    """One emulator for a module; `emulator` empties it before each test."""
    running = Emulator()
    yield running
    running.stop()


@pytest.fixture
def emulator(emulator_process: Emulator) -> Emulator:
    """An emulator in which nobody has met the bot yet and the clock is the real one."""
    emulator_process.control("reset", clock=True)
    return emulator_process


@pytest.fixture
def bot(emulator: Emulator) -> ScriptedBot:
    """The other end of the chats, played by the test."""
    return ScriptedBot(emulator.url)


@pytest.fixture
def page_of(browser: Browser) -> Iterator[Callable[..., TwoPhones]]:
    """Opens the page of an emulator: `page_of(url, viewport=...)`. Script errors and foreign requests fail the test."""
    contexts, errors = [], []

    def open_page(url: str, names: tuple[str, str] = ("Ana", "Ben"), **options: Any) -> TwoPhones:
        context = browser.new_context(**{"viewport": WIDE, **options})
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("request", lambda request: request.url.startswith((url, "data:")) or errors.append(request.url))
        page.goto(url)
        phones = TwoPhones(page, Phone(page, names[0]), Phone(page, names[1]))
        expect(page.locator(".bottom > *")).to_have_count(2)
        return phones

    yield open_page
    for context in contexts:
        context.close()
    assert errors == []


@pytest.fixture
def phones(page_of: Callable[..., TwoPhones], emulator: Emulator) -> TwoPhones:
    """Both phones side by side, before anybody pressed START."""
    return page_of(emulator.url)


@pytest.fixture
def ana(phones: TwoPhones) -> Phone:
    """The left phone."""
    return phones.left


@pytest.fixture
def ben(phones: TwoPhones) -> Phone:
    """The right phone."""
    return phones.right


@pytest.fixture(scope="module")
def stage_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """A local Telegram and a real bot that shows its dialogs to authors, on a Tuesday evening; for a module."""
    with Stage(tmp_path_factory.mktemp("stage"), authors=True) as running:
        running.start_bot()
        yield running


@pytest.fixture
def stage(stage_process: Stage) -> Stage:
    """Nobody whom the bot has met; the time is what the test before made of it."""
    stage_process.control.post("/control/reset", strangers=True)
    return stage_process


@pytest.fixture
def hands() -> type[Hands]:
    """`hands(phone)` is a person who uses that phone without a mouse."""
    return Hands
