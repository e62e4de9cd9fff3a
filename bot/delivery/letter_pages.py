"""How letters look in a chat: notice, page, folded, preview, list view. Words come through access at sending time."""

from __future__ import annotations

from datetime import datetime

from bot import access
from bot.access import LetterRow, LetterWords
from bot.db import people
from bot.delivery import outbox, previews
from bot.delivery.buttons import Label, Shown, act
from bot.delivery.exchange_pages import lone
from bot.delivery.pages import paginate
from bot.delivery.render import Call, Page, choice_rows, file, keyboard, message, renders
from bot.letter_life import states_with

MOST_ENCLOSURES = 90  # Telegram takes 100 buttons under a message, and deletes 100 messages at once
MOST_NAMED = 20  # a page leaves no room for more


def slot(letter_id: int) -> str:
    """The place of a letter's bubble in its reader's chat."""
    return f"letter:{letter_id}"


def own_slot(letter_id: int, page: str = "") -> str:
    """The place of a page of one's own letter in its writer's chat, `last` for the one with the buttons."""
    return f"own:{letter_id}:{page}"


def _letter(page: Page) -> LetterRow | None:
    return access.letter(page.connection, page.row.payload["letter"])


def _words(page: Page, letter: LetterRow) -> LetterWords:
    return access.read_letter(page.connection, page.desk.vault, actor_id=page.person.id, object_=letter)


def day(page: Page, moment: datetime) -> str:
    """A date as this person writes it: "3 March"."""
    return page.desk.library.day(moment, page.person.zone, page.lang)


def _head(page: Page, letter: LetterRow) -> str:
    """Whose letter this is and of when; the date is that of sealing."""
    name = access.signature(page.desk.vault, actor_id=page.person.id, object_=letter)
    args = {"partner": name, "date": day(page, letter.dated)}
    return page.label("interface.letter_head", args)


@renders("notice")
def notice(page: Page) -> Call | None:
    """A letter is there. Nothing of what it says; until when it may wait is its reader's."""
    letter = _letter(page)
    if letter is None or letter.state != "waiting":
        return None
    payload = page.row.payload
    partner = access.name_of_partner(page.connection, page.desk.vault, page.person)
    shown = page.words(f"interface.{_notice_name(letter)}", {"partner": partner})
    if payload.get("again"):
        shown = shown.then(" " + page.label("interface.notice_again"))
    if letter.remind_at is not None:
        shown = shown.then("\n" + page.label("interface.notice_put_off", _when(page, letter.remind_at)))
    choosing, edit = bool(payload.get("choosing")), slot(letter.id) if payload.get("edit") else None
    if letter.keeps:
        rows = _kept_rows(page, letter, left=choosing)
        return message(page, shown, rows, edit=edit, disable_notification=True, **_guard(letter))
    rows = _until_rows(page, letter) if choosing else _notice_rows(page, letter)
    return message(page, shown, rows, edit=edit, **_guard(letter))


def _guard(letter: LetterRow) -> dict[str, bool]:
    """The bubble of a letter is guarded from its notice on: what is sent cannot be changed in this later."""
    return {"protect_content": True} if letter.guarded else {}


def _notice_name(letter: LetterRow) -> str:
    if letter.answers_id is not None:
        return "answer_notice"
    if letter.exchange_id is not None:
        return "exchanged_notice" if letter.kind == "letter" else "shared_notice"
    if letter.keeps:
        return "open_when_notice"
    return "note_notice" if letter.kind == "note" else "letter_notice"


def _kept_rows(page: Page, letter: LetterRow, *, left: bool) -> list[list[Label]]:
    """A letter for another day: to be opened when its reader likes. `left`: they have left it closed."""
    opening = [page.own("open_now", act("l", letter.id, "open"))]
    if left:
        return [opening, *_never_rows(page, letter)]
    return [opening, [page.own("leave_closed", act("l", letter.id, "until"))]]


def _when(page: Page, moment: datetime) -> dict[str, str]:
    library, zone = page.desk.library, page.person.zone
    return {"date": library.long_day(moment, zone, page.lang), "time": library.time(moment, zone)}


def _notice_rows(page: Page, letter: LetterRow) -> list[list[Label]]:
    opening = [page.own("open_letter", act("l", letter.id, "open"))]
    if letter.remind_at is not None:
        return [opening, [page.own("another_time", act("l", letter.id, "until"))]]
    waiting = [
        page.own("tonight", act("l", letter.id, "tonight")),
        page.own("need_until", act("l", letter.id, "until")),
    ]
    return [opening, waiting]


def _until_rows(page: Page, letter: LetterRow) -> list[list[Label]]:
    times = [page.own(f"until_{name}", act("l", letter.id, name)) for name in ("tomorrow", "three_days", "week")]
    back = [page.own("notice_back", act("l", letter.id, "back"))]
    return [times[:2], [times[2], *back], *_never_rows(page, letter)]


def _never_rows(page: Page, letter: LetterRow) -> list[list[Label]]:
    """Below the later times: not to read it at all."""
    dropping = page.own("drop_unread", act("l", letter.id, "drop"))
    return [[dropping], [page.own("worries_me", act("l", letter.id, "worry"))]]


@renders("page")
def opened(page: Page) -> Call | None:
    """A page of an opened letter, in its bubble; a letter folded meanwhile stays folded.

    Words go only into a message that is there already. Where it is gone a folded one comes in its place.
    """
    letter = _letter(page)
    if letter is None or letter.page != page.row.payload["page"] or not access.can(page.person.id, "read", letter):
        return None
    words = _words(page, letter)
    pages = paginate(words.text)
    number = min(letter.page, len(pages))
    shown = Shown(f"{_head(page, letter)}\n\n{pages[number - 1]}")
    if len(pages) > 1:
        shown = shown.then("\n\n" + page.label("interface.page", {"page": number, "pages": len(pages)}))
    shown = shown.then(_stays(page, letter))
    if outbox.in_slot(page.connection, page.person.id, slot(letter.id)) is None:
        return bubble(page)
    buttons = _page_buttons(page, letter, words, number, len(pages))
    return message(page, shown, buttons, edit=slot(letter.id))


def _page_buttons(page: Page, letter: LetterRow, words: LetterWords, number: int, pages: int) -> list[list[Label]]:
    turning = []
    if number > 1:
        turning.append(page.own("previous_page", act("l", letter.id, f"p{number - 1}")))
    if number < pages:
        turning.append(page.own("next_page", act("l", letter.id, f"p{number + 1}")))
    enclosed = [
        page.own(f"{one.kind}_button", act("l", letter.id, f"e{place}"), {"number": place})
        for place, one in enumerate(words.enclosures[:MOST_ENCLOSURES], 1)
    ]
    below = [page.own("fold", act("l", letter.id, "fold"))]
    if number == pages:
        below.append(page.own("answer", act("l", letter.id, "answer")))
    saving = [*_keeping(page, letter, "preserve"), page.own("keepsake", act("l", letter.id, "print"))]
    copy = [page.own("save_copy", act("l", letter.id, "save"))] if letter.guarded else []
    deleting = [*copy, page.own("drop", act("l", letter.id, "drop"))]
    ending = [saving, deleting, [page.own("worries_me", act("l", letter.id, "worry"))]] if number == pages else []
    return [turning, *(enclosed[place : place + 3] for place in range(0, len(enclosed), 3)), below, *ending]


def _keeping(page: Page, letter: LetterRow, event: str) -> list[Label]:
    """Whether one's own copy stays beyond its time; who has nobody there any more has no such choice."""
    if not _are_together(page, letter):
        return []
    if letter.is_kept_by(page.person.id):
        return [page.own("unpreserve", act("l", letter.id, f"un{event}"))]
    return [page.own("preserve", act("l", letter.id, event))]


def _stays(page: Page, letter: LetterRow) -> str:
    """A line below a letter whose copy goes soon, or is kept. A partner who has left and one who blocks look alike."""
    if not _are_together(page, letter):
        taken_back = letter.writer_id == page.person.id and letter.seen_by_writer == "withdrawn"
        return "" if taken_back else "\n\n" + page.label("interface.letter_goes_anyway")
    if letter.is_kept_by(page.person.id):
        return "\n\n" + page.label("interface.letter_stays")
    end = letter.ends_for(page.person.id)
    if end is None or not page.row.payload.get("soon") or letter.seen_by_writer == "withdrawn":
        return ""
    return "\n\n" + page.label("interface.letter_goes", {"date": day(page, end)})


def _are_together(page: Page, letter: LetterRow) -> bool:
    return people.is_together(page.connection, page.person, letter.couple_id)


@renders("bubble")
def bubble(page: Page) -> Call | None:
    """A new bubble for an opened letter, folded: its page follows."""
    letter = _letter(page)
    if letter is None or not letter.page or not access.can(page.person.id, "fold", letter):
        return None
    return _folded(page, letter, None, **_guard(letter))


@renders("fold")
def folded(page: Page) -> Call | None:
    """The bubble closes: a date and a way to open it again."""
    letter = _letter(page)
    target = outbox.in_slot(page.connection, page.person.id, slot(page.row.payload["letter"]))
    if letter is None or target is None or not access.can(page.person.id, "fold", letter):
        return None
    return _folded(page, letter, slot(letter.id))


def _folded(page: Page, letter: LetterRow, edit: str | None, **sending: bool) -> Call:
    name = access.signature(page.desk.vault, actor_id=page.person.id, object_=letter)
    args = {"partner": name, "date": day(page, letter.dated)}
    buttons = [[page.own("open_again", act("l", letter.id, "open"))]]
    return message(page, page.words("interface.letter_folded", args), buttons, edit=edit, **sending)


@renders("gone")
def gone(page: Page) -> Call | None:
    """The notice of a letter that was taken back."""
    if outbox.in_slot(page.connection, page.person.id, slot(page.row.payload["letter"])) is None:
        return None
    return message(page, page.words("interface.letter_gone"), [], edit=slot(page.row.payload["letter"]))


@renders("preview")
def preview(page: Page) -> Call | None:
    """One page of a letter exactly as it will be read, shown to its writer; or as it is kept, if it is never sent."""
    letter = _letter(page)
    if letter is None or not access.can(page.person.id, "read", letter):
        return None
    words = _words(page, letter)
    pages, number = paginate(words.text), page.row.payload["page"]
    if number > len(pages):
        return None
    text = pages[number - 1]
    read = letter.kind == "letter" and letter.state != "unsent"
    head = f"{page.label('interface.preview_head')}\n\n" if number == 1 and read else ""
    switch = [_guard_switch(page, letter)] if page.row.payload.get("switch") and number == len(pages) else []
    shown = head + text + _enclosed(page, words, number, len(pages))
    return message(page, Shown(shown), [switch]) if shown else None  # begun, and nothing written yet


def _guard_switch(page: Page, letter: LetterRow) -> Label:
    """Whether this one may be forwarded: as the settings say, until its writer says otherwise."""
    guarded = page.person.letters_guarded if letter.guarded is None else letter.guarded
    name = "unguard" if guarded else "guard"
    return page.own(f"{name}_this", act("l", letter.id, name))


@renders("guard")
def guard(page: Page) -> Call | None:
    """The switch below a preview, as it is now; gone once the letter is sealed."""
    letter, place = _letter(page), previews.slot(page.row.payload["letter"])
    target = outbox.in_slot(page.connection, page.person.id, place)
    if letter is None or target is None:
        return None
    markup = keyboard([[_guard_switch(page, letter)]]) if access.can(page.person.id, "prepare", letter) else None
    params = {"chat_id": page.row.chat_id, "message_id": target, "reply_markup": markup}
    return Call("edit_message_reply_markup", params, idempotent=True)


def _enclosed(page: Page, words: LetterWords, number: int, pages: int) -> str:
    """What lies in the letter beside its words, named as on its reader's buttons, below the last page."""
    if number < pages or not words.enclosures:
        return ""
    first = enumerate(words.enclosures[:MOST_NAMED], 1)
    names = [page.label(f"interface.{one.kind}_button", {"number": place}) for place, one in first]
    names += ["…"] if len(words.enclosures) > MOST_NAMED else []
    return "\n\n" + page.label("interface.enclosed", {"listed": ", ".join(names)})


@renders("own")
def own_letter(page: Page) -> Call | None:
    """A page of one's own letter from the list; below the last one stands the way to take it back."""
    letter = _letter(page)
    if letter is None or not access.can(page.person.id, "read", letter):
        return None
    pages = paginate(_words(page, letter).text)
    number = page.row.payload.get("page", len(pages))
    if number > len(pages):
        return None
    edit = own_slot(letter.id, "last") if page.row.payload.get("edit") else None
    date = {"date": day(page, letter.dated)}
    head = page.label("interface.letter_from_me_head", date) + "\n\n" if number == 1 else ""
    shown = Shown(head + pages[number - 1])
    if number < len(pages):
        return message(page, shown, [])
    return message(page, shown.then(_stays(page, letter)), _own_buttons(page, letter), edit=edit)


def _own_buttons(page: Page, letter: LetterRow) -> list[list[Label]]:
    close = page.own("close", act("l", letter.id, "close"))
    if letter.seen_by_writer not in ("sealed", "waiting", "opened", "stopped"):
        name, label = ("drop_own", "drop") if letter.seen_by_writer == "withdrawn" else ("discard", "discard")
        return [[page.own(label, act("l", letter.id, name)), close]]
    back = page.own("withdraw", act("l", letter.id, "withdraw"))
    printing = page.own("keepsake", act("l", letter.id, "print_own"))
    dropping = page.own("drop_own", act("l", letter.id, "drop_own"))
    alone = [page.own("send_alone", act("l", letter.id, "alone"))] if lone(page.connection, letter) else []
    return [[back, printing], [*_keeping(page, letter, "preserve_own"), dropping], alone, [close]]


@renders("status")
def status(page: Page) -> Call | None:
    """The one line under a letter in the making: how much there is, and what can be done with it."""
    payload = page.row.payload
    letter = _letter(page)
    if letter is None or letter.state not in states_with("add"):
        return None
    shown = page.words("interface.status_parts", {"count": payload["parts"]}, payload["parts"])
    edit = None if payload.get("fresh") else f"status:{letter.id}"
    return message(page, shown, choice_rows(page, payload), edit=edit)


@renders("enclosure")
def enclosure(page: Page) -> Call | None:
    """A photo or voice note of an open letter, as a message of its own."""
    letter, saved = _letter(page), bool(page.row.payload.get("saved"))
    if letter is None or not (saved or letter.page) or not access.can(page.person.id, "read", letter):
        return None
    enclosed = _words(page, letter).enclosures
    place = page.row.payload["place"]
    if not 1 <= place <= len(enclosed):
        return None
    one = enclosed[place - 1]
    method = {"photo": "send_photo", "voice": "send_voice"}[one.kind]
    guard = {} if saved else _guard(letter)
    return Call(method, {"chat_id": page.row.chat_id, one.kind: one.file, **guard}, fills=not saved)


@renders("copy")
def copy(page: Page) -> Call | None:
    """A letter as a file for its reader to keep. Nothing guards it: it may be needed elsewhere."""
    letter = _letter(page)
    if letter is None or not access.can(page.person.id, "save", letter):
        return None
    text = f"{_head(page, letter)}\n\n{_words(page, letter).text}\n"
    return file(page, "letter.txt", text, caption="interface.copy_saved")


@renders("unenclose")
def unenclose(page: Page) -> Call | None:
    """Enclosures go when the letter is folded; with a place, that one alone, before it is sent anew."""
    under = f"enclosure:{page.row.payload['letter']}:{page.row.payload.get('place', '')}"
    ids = outbox.in_slots(page.connection, page.person.id, under=under, exactly="place" in page.row.payload)
    return Call("delete_messages", {"chat_id": page.row.chat_id, "message_ids": ids}, idempotent=True) if ids else None
