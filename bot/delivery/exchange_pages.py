"""How the offer of an exchange looks: its question, and a way to leave it. Nothing of anybody's letter."""

from __future__ import annotations

from sqlalchemy import Connection, RowMapping, select

from bot import access
from bot.access import LetterRow
from bot.db.models import Exchange
from bot.delivery import outbox
from bot.delivery.buttons import act
from bot.delivery.render import Call, Page, message, renders

_exchanges = Exchange


def slot(exchange_id: int) -> str:
    """The place of an offer in the chat of the one who is asked."""
    return f"exchange:{exchange_id}"


def lone(connection: Connection, letter: LetterRow) -> bool:
    """Whether this letter waits for another one that may never come."""
    if letter.state != "sealed" or letter.exchange_id is None:
        return False
    state = connection.execute(select(_exchanges.c.state).where(_exchanges.c.id == letter.exchange_id)).scalar()
    return state != "met"


def _exchange(page: Page) -> RowMapping | None:
    query = select(_exchanges).where(_exchanges.c.id == page.row.payload["exchange"])
    return page.connection.execute(query).mappings().first()


@renders("exchange_offer")
def offer(page: Page) -> Call | None:
    """The other one suggests an exchange: the question, three ways to answer, no hurry."""
    row = _exchange(page)
    if row is None or row["state"] != "offered":
        return None
    partner = access.name_of_partner(page.connection, page.desk.vault, page.person)
    question = page.label(f"interface.question_{row['question']}")
    name = "exchange_offer" if row["kind"] == "letter" else "sharing_offer"
    write = "exchange_write" if row["kind"] == "letter" else "sharing_write"
    buttons = [
        [page.own(write, act("x", row["id"], "write")), page.own("exchange_later", act("x", row["id"], "later"))],
        [page.own("exchange_worry", act("x", row["id"], "worry"))],
    ]
    return message(page, page.words(f"interface.{name}", {"partner": partner, "question": question}), buttons)


@renders("exchange_away")
def away(page: Page) -> Call | None:
    """The offer is put away; it stays in the list of letters."""
    return _instead(page, "exchange_put_away")


@renders("exchange_gone")
def gone(page: Page) -> Call | None:
    """The exchange is over before both letters were there."""
    return _instead(page, "exchange_gone")


def _instead(page: Page, name: str) -> Call | None:
    place = slot(page.row.payload["exchange"])
    if outbox.in_slot(page.connection, page.person.id, place) is None:
        return None
    return message(page, page.words(f"interface.{name}"), [], edit=place)
