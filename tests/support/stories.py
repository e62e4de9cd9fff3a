"""What many chats begin with: a first minute, two people who connect, a letter. Each reads like the chat it is."""

from __future__ import annotations

from tests.support.phones import Phone

BERLIN = ("Europe", "Berlin, Rome, Warsaw, Stockholm")
LONDON = ("Europe", "London, Dublin, Lisbon")
CONNECTED = "What each of you does here stays your own"


def reads_the_notice(phone: Phone) -> None:
    """The first useful thing, the notice, and a yes."""
    phone.sees("Think of one thing your partner did")
    phone.taps("Got one")
    phone.sees("Tell them today")
    phone.taps("I will")
    accepts(phone)


def accepts(phone: Phone, zone: tuple[str, str] = BERLIN) -> None:
    """The notice and the safety card."""
    phone.sees("This is not therapy")
    phone.taps("Yes, and I am 18 or over")
    phone.sees("Three quiet questions")
    phone.taps("All is fine")


def gives_name_place_and_hour(phone: Phone, *, zone: tuple[str, str] = BERLIN, hour: str = "9:00") -> None:
    """The name that Telegram knows, a zone in two taps, the hour of the daily message."""
    phone.sees(f"Shall I call you {phone.name}?")
    phone.taps("Yes")
    phone.sees("Where do you live?")
    phone.taps(zone[0])
    phone.sees("Which place has the same time as you?")
    phone.taps(zone[1])
    phone.sees("I bring one small thing a day")
    phone.taps(hour)


def begins(phone: Phone, *, zone: tuple[str, str] = BERLIN, hour: str = "9:00") -> None:
    """The whole first minute, up to the choice between two and one."""
    phone.starts()
    reads_the_notice(phone)
    gives_name_place_and_hour(phone, zone=zone, hour=hour)
    phone.sees("That is all I need")


def begins_alone(phone: Phone, *, zone: tuple[str, str] = BERLIN, hour: str = "9:00") -> None:
    """The first minute of somebody who stays on their own for now."""
    begins(phone, zone=zone, hour=hour)
    phone.taps("On my own for now")
    phone.sees("What would you like to begin with?")
    phone.taps("Not now")
    phone.sees("/menu shows what there is")


def invites(phone: Phone) -> str:
    """Makes a link; its payload."""
    phone.taps("Invite my partner")
    phone.sees("Here is your link")
    return phone.link()


def accepts_invitation(phone: Phone, *, zone: tuple[str, str] = BERLIN, hour: str = "9:00") -> None:
    """The invitee's yes, with the first minute in between."""
    phone.sees("The person who sent this link would like to connect")
    phone.taps("Yes, connect us")
    accepts(phone)
    gives_name_place_and_hour(phone, zone=zone, hour=hour)
    phone.sees("whether it is you")


def connect(
    ana: Phone,
    ben: Phone,
    *,
    zones: tuple[tuple[str, str], tuple[str, str]] = (BERLIN, LONDON),
    hours: tuple[str, str] = ("9:00", "8:00"),
) -> None:
    """Two people become a couple by two yeses; the first one invites."""
    begins(ana, zone=zones[0], hour=hours[0])
    ben.starts(invites(ana))
    accepts_invitation(ben, zone=zones[1], hour=hours[1])
    ana.sees(f"{ben.name} says yes to your link")
    ana.taps("Yes, that is them")
    ana.sees(f"You and {ben.name} are connected")
    ben.sees(f"You and {ana.name} are connected")


def opens_a_blank_page(phone: Phone) -> None:
    """Up to the point where parts of a letter are gathered."""
    phone.says("/write")
    phone.sees("What kind of letter is it?")
    phone.taps("A blank page")
    phone.sees("Write as many messages as you like")


def writes(phone: Phone, *parts: str) -> None:
    """The parts of a letter, and the preview."""
    for count, part in enumerate(parts, 1):
        phone.says(part)
        phone.sees("1 part" if count == 1 else f"{count} parts")
    phone.taps("Preview")


def sends_letter(phone: Phone, *parts: str, when: tuple[str, ...] = ("Yes, now",)) -> None:
    """A letter from a blank page to the seal, by the buttons that say when it goes."""
    opens_a_blank_page(phone)
    writes(phone, *parts)
    phone.sees("This is exactly what")
    for label in when:
        phone.taps(label)
    phone.sees("You can take it back under /letters")
