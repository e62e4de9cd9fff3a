"""Takes the picture of both phones for the README, and refuses to take one that does not show the product.

Plays a first evening in two empty chats, unless --expect names a letter that lies open already. Then looks only at
what a person could see: two names and the words of an opened letter.
"""

import argparse
import shutil
import sys
from pathlib import Path

import evening
from playwright.sync_api import Error, Page, expect, sync_playwright
from playwright.sync_api import TimeoutError as Timeout

PICTURE = Path("docs/images/two-phones.png")
SWITCHES = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run", "--disable-sync"]
PATIENCE_MS = 3_000


class NotShown(Exception):
    """Something that the picture must show is not on the page; the text says what."""


def read_arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="scripts/screenshot", description=__doc__)
    parser.add_argument("url", nargs="?", default="http://127.0.0.1:8081", help="where the demo's page is")
    parser.add_argument("--expect", metavar="WORDS", help="play nothing; words of a letter that lies open already")
    parser.add_argument("--to", type=Path, default=PICTURE, metavar="FILE.png")
    return parser.parse_args()


def check_names(page: Page) -> list[str]:
    """The names above both phones; NotShown unless there are two."""
    labels = page.locator(".device-label")
    try:
        expect(labels).to_have_count(2, timeout=PATIENCE_MS)
    except AssertionError:
        raise NotShown("the page does not show two phones") from None
    names = [label.inner_text().strip() for label in labels.all() if label.is_visible()]
    if len(names) < 2 or not all(names):
        raise NotShown("the names of both people are not to be seen")
    return names


def check_letter(page: Page, words: str) -> None:
    """The words stand in a message on the second phone that is in sight; NotShown otherwise."""
    letter = page.locator(".device").last.locator(".message.theirs .words").filter(has_text=words).last
    try:
        expect(letter).to_be_in_viewport(timeout=PATIENCE_MS)
    except AssertionError:
        raise NotShown(f"no opened letter with the words {words!r} is to be seen") from None


def play_evening(page: Page, names: list[str]) -> None:
    """Two people connect and one opens a letter; NotShown where the chats are not empty or a step does not come."""
    page.locator(".bottom > *").nth(len(names) - 1).wait_for()  # what stands there is known once the chats have come
    if page.get_by_role("button", name="START", exact=True).count() < len(names):
        raise NotShown("these chats have begun already; press Reset on the page, or start the demo anew")
    try:
        evening.play(page, names)
    except (AssertionError, Timeout) as problem:
        raise NotShown(f"the evening did not go on ({str(problem).splitlines()[-1].strip()})") from None


def shoot(page: Page, url: str, words: str | None, to: Path) -> list[str]:
    """Open the page, play unless `words` are given, check it, write the picture; the names that it shows."""
    page.goto(url)
    names = check_names(page)
    if words is None:
        # in quiet hours no letter's notice would come, whatever the hour at which this runs
        page.request.post(f"{url}/control/clock", data={"to": "18:00", "zone": "Europe/London"})
        play_evening(page, names)
    check_letter(page, words or evening.SIGHT)
    expect(page.locator(".toast")).to_have_count(0)
    to.parent.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=to)
    return names


def main() -> int:
    """Exit codes: 0 the picture is written, 1 it is not."""
    options = read_arguments()
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        print("There is no Chromium on this machine. On Debian or Ubuntu: apt install chromium", file=sys.stderr)
        return 1
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=SWITCHES)
        page = browser.new_page(viewport={"width": 1280, "height": 900}, color_scheme="light", reduced_motion="reduce")
        try:
            names = shoot(page, options.url, options.expect, options.to)
        except NotShown as missing:
            print(f"No picture taken: {missing}.", file=sys.stderr)
            return 1
        except Error as problem:
            print(
                f"No picture taken: {options.url} does not open ({problem.message.splitlines()[0]}).", file=sys.stderr
            )
            return 1
        finally:
            browser.close()
    print(f"{options.to} shows {' and '.join(names)}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
