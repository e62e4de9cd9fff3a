"""The composition root: settings, clock, keys, database, texts and the API client become a running service."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import os
import signal
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import Connection
from telegram import Bot
from telegram.error import InvalidToken, TelegramError

from bot.chance import SystemChance
from bot.clock import Clock
from bot.conversation.shelf import DIALOGS, mark_of, open_library
from bot.db import locks, migrate, service_state
from bot.db.keystore import KeyStore
from bot.db.session import Database, open_engine
from bot.delivery import keepsake_pages, letter_pages, nudge_pages, panel_pages, sentence_pages
from bot.delivery.emergency import Emergency
from bot.delivery.limits import Limits
from bot.delivery.request import HttpRequest
from bot.delivery.sender import AT_ONCE, Sender
from bot.delivery.turn import Desk
from bot.delivery.workers import Workers
from bot.errors import TokenRefused
from bot.intake import profile
from bot.intake.ordering import Ordering
from bot.intake.polling import Poller
from bot.intake.registration import Registration
from bot.intake.translate import asked
from bot.log import log, watch_loop
from bot.people import service as people_service
from bot.settings import Settings
from bot.ticks import schedule
from bot.vault import Vault

if TYPE_CHECKING:
    from bot.intake.author import Ways

RENDERERS = (keepsake_pages, letter_pages, nudge_pages, panel_pages, sentence_pages)  # imported for their kinds of rows
STOP_SECONDS = 9.0
LEAVE_SECONDS = 9.5  # a database that hangs, or a thread that does, keeps nobody longer
RETRY_SECONDS = 3.0
ANSWERS_AT_ONCE = 14  # connections for answers to taps, beside those for messages


def run(settings: Settings) -> None:
    """Runs until SIGTERM or SIGINT. Raises OperatorError with a plain sentence when it cannot."""
    asyncio.run(_run(settings))


async def _run(settings: Settings) -> None:
    watch_loop(asyncio.get_running_loop())
    async with AsyncExitStack() as stack:
        database = await stack.enter_async_context(_database(settings))
        await stack.enter_async_context(_health(settings, database))
        own = await stack.enter_async_context(_own_connection(settings, database))
        desk = await _desk(settings, database)
        _settle()
        await database.run(service_state.keep, service_state.SEALING, desk.vault.sealing_mark.hex())
        bot = await stack.enter_async_context(_bot(settings))
        desk = await _named(desk, bot)
        await Service(settings, database, own, desk, bot).run()


def _settle() -> None:
    """What is loaded by now stays: the collector begins here and never goes through that, not even now."""
    gc.freeze()
    gc.enable()


@asynccontextmanager
async def _database(settings: Settings) -> AsyncIterator[Database]:
    """The migrated database, held by this process alone where it is SQLite."""
    database = Database(settings.database_url.get_secret_value())
    try:
        await database.run(migrate.upgrade)
        yield database
    finally:
        await database.close()


@asynccontextmanager
async def _health(settings: Settings, database: Database) -> AsyncIterator[None]:
    """Health and metrics from here on, where the settings ask for them: also while Telegram is not reached yet."""
    if settings.metrics_listen is None:
        yield
        return
    from bot.intake.webhook import serve  # noqa: PLC0415
    from bot.operations.backlog import Reader  # noqa: PLC0415 - what is not asked for costs no memory
    from bot.operations.health import Health  # noqa: PLC0415

    clock = Clock(settings.clock_file)
    reader = Reader(settings.database_url.get_secret_value(), clock)
    health = Health(database=database, reader=reader, clock=clock, webhook=settings.webhook_url is not None)
    runner = await serve(health.application(), settings.metrics_listen, name="METRICS_LISTEN")
    try:
        yield
    finally:
        await runner.cleanup()
        reader.close()


@asynccontextmanager
async def _own_connection(settings: Settings, database: Database) -> AsyncIterator[Database | None]:
    """On PostgreSQL a connection for the lease of this worker alone, which no lock of a unit can hold up."""
    if database.dialect == "sqlite":
        yield None
        return
    own = Database(settings.database_url.get_secret_value(), threads=1)
    try:
        yield own
    finally:
        await own.close()


async def _desk(settings: Settings, database: Database) -> Desk:
    chance = SystemChance()
    vault = Vault(settings.service_keys, KeyStore(settings.keys_url.get_secret_value()), chance)
    vault.check()
    mark = mark_of(DIALOGS)
    known = await database.run(service_state.read, service_state.DIALOGS) == mark
    library = open_library(DIALOGS, known=known)
    if not known:
        await database.run(service_state.keep, service_state.DIALOGS, mark)
    return Desk(library, vault, chance, operator=settings.operator_contact)


def calls_at_once(settings: Settings) -> int:
    """Enough for the rate when a call takes a fifth of a second."""
    return max(AT_ONCE, int(settings.send_rate / 5))


@asynccontextmanager
async def _bot(settings: Settings) -> AsyncIterator[Bot]:
    bot = Bot(
        settings.telegram_bot_token.get_secret_value(),
        base_url=f"{settings.telegram_api_url}/bot",
        base_file_url=f"{settings.telegram_api_url}/file/bot",
        request=HttpRequest(connections=calls_at_once(settings) + ANSWERS_AT_ONCE),
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
            return replace(desk, bot_id=me.id, bot_username=me.username or "")


class Service:
    """Every background task of the process, in one task group."""

    def __init__(self, settings: Settings, database: Database, own: Database | None, desk: Desk, bot: Bot) -> None:
        self._settings = settings
        self._ways: Ways | None = None
        if settings.author_listen:
            from bot.intake.author import Ways  # noqa: PLC0415

            self._ways = Ways()
            desk = replace(desk, watch=self._ways.note)
        self._database = database
        self._desk = desk
        self._bot = bot
        self._clock = Clock(settings.clock_file)
        limits = Limits(settings.send_rate, settings.send_rate_chat)
        self._workers = Workers(
            database=database,
            own=own,
            clock=self._clock,
            release=desk.library.book.release,
            seals_with=desk.vault.sealing_mark.hex(),
        )
        self._sender = Sender(
            database=database,
            bot=bot,
            desk=desk,
            clock=self._clock,
            limits=limits,
            workers=self._workers,
            at_once=calls_at_once(settings),
            on_unreachable=unreachable,
        )
        self._emergency = Emergency(bot, desk.library, limits, asked)
        self._ordering = Ordering(
            database=database, desk=desk, clock=self._clock, sender=self._sender, emergency=self._emergency
        )
        self._stop = asyncio.Event()

    async def run(self) -> None:
        """Starts everything, waits for a signal, ends everything in order: intake, work, sending."""
        _on_signals(self._stop.set)
        ticks = schedule(database=self._database, desk=self._desk, clock=self._clock, sender=self._sender)
        async with _first_error(), asyncio.TaskGroup() as tasks:
            sending = tasks.create_task(self._sender.run())
            leasing = tasks.create_task(self._workers.run())
            working = tasks.create_task(self._ordering.run())
            intake = tasks.create_task(self._intake())
            helping = tasks.create_task(self._emergency.run())
            greeting = tasks.create_task(profile.introduce(self._bot, self._desk.library.catalogue))
            showing = tasks.create_task(self._show_authors())
            ticks.start()
            log.info("started", bot=self._desk.bot_id)
            await self._stop.wait()
            ticks.shutdown(wait=False)
            for task in (intake, greeting, showing, helping):
                task.cancel()
            await asyncio.wait({intake}, timeout=STOP_SECONDS / 4)
            self._ordering.stop()
            await _within(working)
            self._sender.stop()
            await _within(sending)
            leasing.cancel()
            await self._workers.leave()
        log.info("stopped")

    async def _intake(self) -> None:
        if self._settings.webhook_url:
            await self._receive(self._settings.webhook_url, self._settings.hook_secret)
        else:
            await self._poll()

    async def _show_authors(self) -> None:
        """The author's view, where the settings allow one."""
        if self._settings.author_listen is None or self._ways is None:
            return
        from bot.intake.author import AuthorView  # noqa: PLC0415
        from bot.intake.webhook import serve  # noqa: PLC0415

        view = AuthorView(
            database=self._database,
            desk=self._desk,
            clock=self._clock,
            ways=self._ways,
            wake=self._sender.wake,
        )
        runner = await serve(view.application(), self._settings.author_listen, name="AUTHOR_LISTEN")
        try:
            await asyncio.Event().wait()
        finally:
            await runner.cleanup()

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
        from bot.intake.webhook import Receiver, serve  # noqa: PLC0415

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
            await Registration(bot=self._bot, url=receiver.url, secret=secret).run()
        finally:
            await runner.cleanup()


def unreachable(connection: Connection, person_id: int, now: datetime) -> None:
    """The sender found a chat closed."""
    person = locks.begin_with(connection, person_id)
    if person is not None:
        people_service.cannot_reach(connection, person, now=now)


async def _within(task: asyncio.Task[None]) -> None:
    """Lets a task end by itself, for a while."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(STOP_SECONDS / 3):
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
    """A stop in order; where something hangs, one that is no worse than a kill, which loses nothing either."""
    loop = asyncio.get_running_loop()

    def asked() -> None:
        stop()
        last = threading.Timer(LEAVE_SECONDS, _leave_at_once)
        last.daemon = True
        last.start()

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, asked)


def _leave_at_once() -> None:
    log.warning("stopped_at_once")
    os._exit(0)


def migrate_now(settings: Settings) -> None:
    """The verb `migrate`: brings the database to the newest revision and ends."""
    engine = open_engine(settings.database_url.get_secret_value())
    with engine.begin() as connection:
        migrate.upgrade(connection)
    engine.dispose()
