"""A first evening on the demo's page, by taps alone: two people connect and a letter is opened. For the picture."""

import re

from playwright.sync_api import Locator, Page, expect

PATIENCE_MS = 15_000
CITIES = "London, Dublin, Lisbon"
LETTER = (
    "Dear Ben,\n"
    "this week went by so fast that I hardly looked up. On Tuesday you left the light on in the hall for me, "
    "and I stood there for a minute, glad to be home.\n"
    "I miss cooking with you, with the radio on and nothing else to do. Shall we take Sunday evening, only us?\n"
    "Ana"
)
SIGHT = "you left the light on in the hall"  # words by which the opened letter is known


class Person:
    """One of the two, who sees and does only what the page offers."""

    def __init__(self, page: Page, name: str) -> None:
        label = page.locator(".device-label", has_text=re.compile(f"^{name}$"))
        self.name = name
        self.root = page.locator(".device").filter(has=label)
        self._page = page

    def key(self, label: str) -> Locator:
        """The newest button under a message with exactly that label."""
        words = self._page.locator(".key-words", has_text=re.compile(f"^{re.escape(label)}$"))
        return self.root.locator(".key").filter(has=words).last

    def taps(self, *labels: str) -> None:
        """One button after the other, each as soon as it is there."""
        for label in labels:
            self.key(label).click(timeout=PATIENCE_MS)

    def presses(self, label: str) -> None:
        """A control of the phone itself."""
        self.root.get_by_role("button", name=label, exact=True).last.click(timeout=PATIENCE_MS)

    def sees(self, words: str) -> None:
        """Until these words stand in the chat."""
        expect(self.root.locator(".log").get_by_text(words).last).to_be_visible(timeout=PATIENCE_MS)

    def writes(self, words: str) -> None:
        """Types and sends."""
        field = self.root.locator("textarea.field")
        field.fill(words)
        field.press("Enter")


def play(page: Page, names: list[str]) -> None:
    """From two empty chats to a letter that lies open on the second phone."""
    ana, ben = (Person(page, name) for name in names)
    ana.presses("START")
    ana.taps("Got one", "I will")
    introduces(ana)
    ana.taps("Invite my partner", "Send the link")
    ana.presses("Send")
    ben.presses("Open Rekindle")
    ben.presses("START")
    ben.taps("Yes, connect us")
    introduces(ben)
    ana.taps("Yes, that is them", "See what we can do", "Write a letter", "I miss you")
    ana.sees("Write as many messages as you like")
    ana.writes(LETTER)
    ana.taps("Preview", "Yes, now")
    ben.taps("Open")
    ben.sees(SIGHT)
    ben.presses(f"Put away the messages from {ana.name}")
    ana.sees("You can take it back")
    expect(ana.key("Yes, now")).to_have_count(0, timeout=PATIENCE_MS)
    page.mouse.move(0, 0)


def introduces(person: Person) -> None:
    """The notice, the three questions, a name, a zone, an hour."""
    person.taps("Yes, and I am 18 or over", "All is fine")
    person.sees(f"Shall I call you {person.name}?")
    person.taps("Yes", "Europe", CITIES, "9:00")
