"""The composition root: settings, clock, keys, database, texts and the API client become a running service."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection
from telegram import Bot
from telegram.error import BadRequest, InvalidToken, TelegramError

from bot.chance import SystemChance
from bot.clock import Clock
from bot.conversation.shelf import open_library
from bot.db import migrate, people
from bot.db.keystore import KeyStore
from bot.db.session import Database, open_engine
from bot.delivery import letter_pages, nudge_pages
from bot.delivery.emergency import Emergency
from bot.delivery.limits import Limits
from bot.delivery.request import HttpRequest
from bot.delivery.sender import Sender
from bot.delivery.turn import Desk
from bot.errors import SettingsError, TokenRefused
from bot.intake import profile
from bot.intake.ordering import Ordering
from bot.intake.polling import Poller
from bot.intake.translate import ALLOWED_UPDATES
from bot.intake.webhook import Receiver, serve
from bot.log import log, watch_loop
from bot.people import service as people_service
from bot.settings import Settings
from bot.ticks import schedule
from bot.vault import Vault

DIALOGS = Path(__file__).resolve().parents[1] / "dialogs"
RENDERERS = (letter_pages, nudge_pages)  # imported for the kinds of rows that they render
STOP_SECONDS = 9.0
RETRY_SECONDS = 3.0


def run(settings: Settings) -> None:
    """Runs until SIGTERM or SIGINT. Raises OperatorError with a plain sentence when it cannot."""
    asyncio.run(_run(settings))


async def _run(settings: Settings) -> None:
    watch_loop(asyncio.get_running_loop())
    async with AsyncExitStack() as stack:
        database = await stack.enter_async_context(_database(settings))
        desk = _desk(settings)
        bot = await stack.enter_async_context(_bot(settings))
        desk = await _named(desk, bot)
        await Service(settings, database, desk, bot).run()


@asynccontextmanager
async def _database(settings: Settings) -> AsyncIterator[Database]:
    """The migrated database, held by this process alone where it is SQLite."""
    database = Database(settings.database_url.get_secret_value())
    try:
        await database.run(migrate.upgrade)
        yield database
    finally:
        await database.close()


def _desk(settings: Settings) -> Desk:
    chance = SystemChance()
    vault = Vault(settings.service_keys, KeyStore(settings.keys_url.get_secret_value()), chance)
    vault.check()
    return Desk(open_library(DIALOGS), vault, chance, operator=settings.operator_contact)


@asynccontextmanager
async def _bot(settings: Settings) -> AsyncIterator[Bot]:
    bot = Bot(
        settings.telegram_bot_token.get_secret_value(),
        base_url=f"{settings.telegram_api_url}/bot",
        base_file_url=f"{settings.telegram_api_url}/file/bot",
        request=HttpRequest(),
        get_updates_request=HttpRequest(connections=2),
    )
    requests = (bot.request, bot._request[0])  # noqa: SLF001 - PTB gives no public name to the polling client
    for request in requests:
        await request.initialize()
    try:
        yield bot
    finally:
        for request in requests:
            await request.shutdown()


async def _named(desk: Desk, bot: Bot) -> Desk:
    """Asks Telegram who we are; only a refused token keeps us from starting, everything else is tried again."""
    while True:
        try:
            me = await bot.get_me()
        except InvalidToken:
            raise TokenRefused(
                "Telegram does not know TELEGRAM_BOT_TOKEN. Copy the token again from @BotFather."
            ) from None
        except TelegramError as error:
            log.warning("telegram_not_reached", error=type(error))
            await asyncio.sleep(RETRY_SECONDS)
        else:
            return Desk(
                desk.library,
                desk.vault,
                desk.chance,
                bot_id=me.id,
                bot_username=me.username or "",
                operator=desk.operator,
            )


class Service:
    """Every background task of the process, in one task group."""

    def __init__(self, settings: Settings, database: Database, desk: Desk, bot: Bot) -> None:
        self._settings = settings
        self._database = database
        self._desk = desk
        self._bot = bot
        self._clock = Clock(settings.clock_file)
        self._sender = Sender(
            database=database,
            bot=bot,
            desk=desk,
            clock=self._clock,
            limits=Limits(settings.send_rate, settings.send_rate_chat),
            on_unreachable=unreachable,
        )
        self._ordering = Ordering(database=database, desk=desk, clock=self._clock, sender=self._sender)
        self._emergency = Emergency(bot, desk.library)
        self._stop = asyncio.Event()

    async def run(self) -> None:
        """Starts everything, waits for a signal, ends everything in order: intake, work, sending."""
        _on_signals(self._stop.set)
        ticks = schedule(database=self._database, desk=self._desk, clock=self._clock, sender=self._sender)
        async with _first_error(), asyncio.TaskGroup() as tasks:
            sending = tasks.create_task(self._sender.run())
            working = tasks.create_task(self._ordering.run())
            intake = tasks.create_task(self._intake())
            greeting = tasks.create_task(profile.introduce(self._bot, self._desk.library.catalogue))
            ticks.start()
            log.info("started", bot=self._desk.bot_id)
            await self._stop.wait()
            ticks.shutdown(wait=False)
            for task in (intake, greeting):
                task.cancel()
            self._ordering.stop()
            await _within(working)
            self._sender.stop()
            await _within(sending)
        log.info("stopped")

    async def _intake(self) -> None:
        if self._settings.webhook_url:
            await self._receive(self._settings.webhook_url, self._settings.hook_secret)
        else:
            await self._poll()

    async def _poll(self) -> None:
        await self._no_webhook()
        await Poller(
            bot=self._bot,
            database=self._database,
            desk=self._desk,
            clock=self._clock,
            emergency=self._emergency,
            wake=self._ordering.wake,
            no_webhook=self._no_webhook,
        ).run()

    async def _no_webhook(self) -> None:
        """A webhook that is still set keeps updates from a poller. Best effort: a poll tells if one is in the way."""
        try:
            await self._bot.delete_webhook(drop_pending_updates=False)
        except TelegramError as error:
            log.info("webhook_not_deleted", error=type(error))

    async def _receive(self, url: str, secret: str) -> None:
        receiver = Receiver(
            url=url,
            secret=secret,
            database=self._database,
            desk=self._desk,
            clock=self._clock,
            emergency=self._emergency,
            wake=self._ordering.wake,
        )
        runner = await serve(receiver.application(), self._settings.listen)
        try:
            await self._set_webhook(receiver.url, secret)
            await asyncio.Event().wait()
        finally:
            await runner.cleanup()

    async def _set_webhook(self, url: str, secret: str) -> None:
        """Until Telegram has taken it. Raises SettingsError when it refuses the address."""
        while True:
            try:
                await self._bot.set_webhook(
                    url, secret_token=secret, allowed_updates=list(ALLOWED_UPDATES), drop_pending_updates=False
                )
            except BadRequest:
                raise SettingsError(
                    "Telegram refuses WEBHOOK_URL. It takes https on port 443, 80, 88 or 8443, at a public address."
                ) from None
            except TelegramError as error:
                log.warning("telegram_not_reached", error=type(error))
                await asyncio.sleep(RETRY_SECONDS)
            else:
                return


def unreachable(connection: Connection, person_id: int, now: datetime) -> None:
    """The sender found a chat closed."""
    person = people.by_id(connection, person_id, lock=True)
    if person is not None:
        people_service.cannot_reach(connection, person, now=now)


async def _within(task: asyncio.Task[None]) -> None:
    """Lets a task end by itself, for a while."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(STOP_SECONDS / 2):
            await task


@asynccontextmanager
async def _first_error() -> AsyncIterator[None]:
    """Of a group of errors the first, so that an operator reads one plain sentence."""
    try:
        yield
    except BaseExceptionGroup as group:
        found: BaseException = group
        while isinstance(found, BaseExceptionGroup):
            found = found.exceptions[0]
        raise found from None


def _on_signals(stop: Callable[[], None]) -> None:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop)


def migrate_now(settings: Settings) -> None:
    """The verb `migrate`: brings the database to the newest revision and ends."""
    engine = open_engine(settings.database_url.get_secret_value())
    with engine.begin() as connection:
        migrate.upgrade(connection)
    engine.dispose()
