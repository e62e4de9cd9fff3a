// One person's phone: keeps what the stream says about the chat, and shows it. Knows the other phone only by `around`.
import { Bottom } from "./bottom.js";
import { div, el, written } from "./dom.js";
import { Chat } from "./chat.js";
import { Composer } from "./composer.js";
import { post } from "./api.js";
import { WaitingTaps } from "./keyboard.js";
import { noteCard } from "./notes.js";
import { messageActions } from "./message-menu.js";
import { PinnedBar } from "./pinned.js";
import { openLink } from "./open-link.js";
import { openMenu, openSheet } from "./overlay.js";
import { listen } from "./stream.js";
import { TopBar } from "./topbar.js";

const TOAST_MS = 4500;

export class Phone {
  bot = { name: "…", username: "", description: "", commands: [] };
  messages = new Map();
  commands = [];
  blocked = false;
  started = false;
  notesOpen = true;
  taps = new WaitingTaps();

  /** `around` is the page that holds both phones (app.js). */
  constructor(user, around) {
    this.user = user;
    this.around = around;
    this.clock = around.clock;
    this.topbar = new TopBar(this);
    this.chat = new Chat(this);
    this.composer = new Composer(this);
    this.notes = el("div", { class: "notes", "aria-live": "polite" });
    this.bottom = new Bottom(this);
    this.pinned = new PinnedBar(this);
    this.toasts = el("div", { class: "toasts", role: "status" });
    this.body = div("body", this.topbar.node, this.pinned.node, this.toasts, this.notes, this.chat.node, this.bottom.node);
    this.screen = div("screen", this.body);
    this.label = written("h2", user.name, "device-label");
    this.node = el(
      "section",
      { class: "device", "aria-label": `${user.name}’s phone`, data: { user: user.id } },
      this.label,
      this.screen,
    );
  }

  connect() {
    const heard = (name, data) => {
      this.#on[name]?.(data);
      this.around.onChange();
    };
    listen(this.user.id, heard, (up) => this.#link(up));
  }

  /** Does something as this person. Refusals are shown on the phone; the answer is null then. */
  async act(verb, body) {
    try {
      return await post(verb, { user: this.user.id, ...body });
    } catch (error) {
      this.toast(error.message);
      return null;
    }
  }

  sendCommand(text) {
    return this.act("say", { text });
  }

  openLink(address, options) {
    openLink(this, address, options);
  }

  /** Shows the bot's chat with a START button that hands over `payload`, as Telegram does for an invitation link. */
  openStart(payload) {
    this.around.show(this);
    this.foldNotes(true);
    this.bottom.invite(payload);
  }

  sendNote(to, text) {
    this.around.sendNote(this, to, text);
  }

  /** Folds the other person's messages to one line, or opens them. */
  foldNotes(fold) {
    const focused = this.notes.contains(document.activeElement);
    this.notesOpen = !fold;
    this.showNotes();
    if (focused) this.notes.querySelector("button")?.focus();
  }

  putAway(notes) {
    const ids = new Set(notes.map((note) => note.id));
    this.around.post.drop((note) => ids.has(note.id));
    this.showNotes();
  }

  showNotes() {
    const waiting = this.around.post.for(this.user.id);
    const cards = this.around.others(this).map((other) => {
      const own = waiting.filter((note) => note.from === other.id);
      return own.length ? noteCard(other.name, own, this) : null;
    });
    this.notes.replaceChildren(...cards.filter(Boolean));
  }

  messageMenu(message, anchor) {
    if (this.body.inert) return;
    openMenu(this, anchor, "Message menu", messageActions(message, this));
  }

  toast(text) {
    const note = written("div", text, "toast");
    this.toasts.replaceChildren(note);
    setTimeout(() => note.remove(), TOAST_MS);
  }

  #on = {
    snapshot: (data) => this.#snapshot(data),
    message: (message) => this.#arrived(message),
    edit: (message) => this.#changed(message),
    delete: ({ ids }) => this.#deleted(ids),
    pinned: ({ ids }) => this.pinned.show(ids),
    typing: (data) => this.topbar.typing(data.typing),
    toast: (data) => this.#answer(data),
    answered: ({ query_id: query }) => this.taps.end(query),
    fetched: ({ ids }) => this.#fetched(ids),
    commands: (data) => this.#describe(data),
    clock: ({ now }) => this.#tick(now),
    blocked: ({ blocked }) => this.#setBlocked(blocked),
    reset: () => this.#reset(),
  };

  #link(up) {
    this.topbar.link(up);
    if (!up) this.around.onLost();
  }

  #snapshot(data) {
    this.started = Boolean(data.started);
    this.blocked = Boolean(data.blocked);
    this.messages = new Map(data.messages.map((message) => [message.id, message]));
    this.#tick(data.clock.now);
    this.#describe(data.bot);
    this.topbar.typing(Boolean(data.typing));
    this.chat.fill(data.messages);
    this.pinned.show(data.pinned);
    // An empty chat is a fresh start: what its owner had sent from an earlier one is void.
    if (!data.messages.length) this.around.post.drop((note) => note.from === this.user.id);
    this.around.onSnapshot();
    this.#settle();
  }

  #arrived(message) {
    if (message.from === "bot") this.topbar.typing(false);
    else this.started = true;
    this.messages.set(message.id, message);
    this.chat.add(message);
    this.#settle();
    if (message.reply_markup?.force_reply) this.composer.prompt(message);
    this.around.onMessage(this, message);
  }

  #changed(message) {
    this.messages.set(message.id, message);
    this.chat.replace(message);
    this.pinned.refresh();
  }

  #deleted(ids) {
    for (const id of ids) this.messages.delete(id);
    this.chat.drop(ids);
    this.#settle();
  }

  #reset() {
    this.started = this.blocked = false;
    this.bottom.forgetInvitation();
    this.composer.forget();
    this.#deleted([...this.messages.keys()]);
    this.around.onReset();
  }

  #fetched(ids) {
    for (const id of ids) {
      const message = this.messages.get(id);
      if (message) this.messages.set(id, { ...message, fetched: true });
    }
    this.chat.fetched(ids);
  }

  #answer({ query_id: query, text, alert }) {
    this.taps.end(query);
    if (!text) return;
    if (alert) openSheet(this, {
      title: this.bot.name,
      kind: "alert",
      body: written("p", text, "sheet-text"),
      actions: [{ label: "OK", main: true }],
    });
    else this.toast(text);
  }

  /** What the bot says of itself: name, description, commands. */
  #describe(bot) {
    this.bot = { ...this.bot, ...bot };
    this.commands = this.bot.commands;
    this.composer.menu.hidden = !this.commands.length;
    this.topbar.name(this.bot);
    this.#about();
  }

  #setBlocked(blocked) {
    this.blocked = blocked;
    this.#settle();
  }

  #tick(now) {
    this.clock.set(now);
    this.chat.relabel();
    this.around.onClock();
  }

  /** After anything that may change what stands under or in place of the messages. */
  #settle() {
    this.#about();
    this.bottom.refresh();
    this.composer.replies.follow(this.messages);
    this.pinned.refresh();
  }

  #about() {
    const { about } = this.chat;
    about.hidden = this.messages.size > 0;
    const words = this.bot.description || "This bot has not said yet what it can do.";
    about.replaceChildren(written("b", "What can this bot do?"), written("p", words));
  }
}
