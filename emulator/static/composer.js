// The bar at the bottom of a phone: menu, attach, text field, send; the bar above it for replies and edits.
import { button, div, el, icon, iconButton, written } from "./dom.js";
import { CommandList } from "./commands.js";
import { lengthLabel } from "./dates.js";
import { openMenu, openSheet } from "./overlay.js";
import { summary } from "./media.js";
import { ReplyKeyboard } from "./reply-keyboard.js";

/** Telegram's limit for one message, in characters; longer texts go as several messages, as its apps do. */
const LONGEST = 4096;
const VOICE_SECONDS = 7;
const HAS_KEYBOARD = window.matchMedia("(hover: hover)");

/** Cuts a long text into messages, at a line's end where there is one in the last half. */
function inMessages(text, longest = LONGEST) {
  const pieces = [];
  let rest = text.trim();
  while (rest.length > longest) {
    const line = rest.lastIndexOf("\n", longest);
    const cut = line > longest / 2 ? line : safeCut(rest, longest);
    pieces.push(rest.slice(0, cut).trimEnd());
    rest = rest.slice(cut).trimStart();
  }
  return rest ? [...pieces, rest] : pieces;
}

// Never between the two halves of one character.
const safeCut = (text, at) => (/[\uD800-\uDBFF]/.test(text[at - 1]) ? at - 1 : at);

export class Composer {
  #phone;
  #mode = null;

  constructor(phone) {
    this.#phone = phone;
    this.field = el("textarea", {
      class: "field",
      rows: "1",
      placeholder: "Message",
      "aria-label": `Message from ${phone.user.name}`,
      dir: "auto",
      autocomplete: "off",
      "aria-autocomplete": "list",
    });
    this.commands = new CommandList(phone, (command) => this.#sendCommand(command));
    this.menu = button(
      "Menu",
      () => this.commands.toggle(),
      { class: "menu-button", "aria-expanded": "false" },
      icon("menu"),
      written("span", "Menu"),
    );
    this.send = iconButton("send", "Send", () => this.#sendOut(), { class: "send" });
    this.mic = iconButton("mic", "Record a voice note", () => this.#record(), { class: "mic" });
    this.strip = el("div", { class: "strip", hidden: true });
    const attach = iconButton("clip", "Attach", (event) => this.#attach(event.currentTarget), { class: "attach" });
    const line = div("composer-line", this.menu, attach, this.field, this.mic, this.send);
    this.replies = new ReplyKeyboard(phone);
    this.node = div("composer", this.commands.node, this.strip, line, this.replies.node);
    this.commands.opener = this.menu;
    this.commands.field = this.field;
    this.node.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && this.#mode?.kind === "record") this.#cancel();
    });
    this.field.addEventListener("input", () => this.#changed());
    this.field.addEventListener("keydown", (event) => this.#key(event));
    this.#changed();
  }

  reply(message) {
    this.#begin(
      { kind: "reply", message },
      "reply",
      `Reply to ${message.from === "user" ? "yourself" : this.#phone.bot.name}`,
    );
  }

  edit(message) {
    this.#begin({ kind: "edit", message }, "pencil", "Edit message");
    this.field.value = message.text || message.caption;
    this.#changed();
  }

  /** Takes the focus, but not where that would push up a keyboard on the screen. */
  rest() {
    if (HAS_KEYBOARD.matches) this.field.focus({ preventScroll: true });
  }

  /** The bot asks for an answer to this message (ForceReply). */
  prompt(message) {
    this.reply(message);
    this.field.placeholder = message.reply_markup.input_field_placeholder || "Message";
  }

  async submit() {
    const text = this.field.value.trim();
    if (!text || this.#mode?.kind === "record") return;
    const mode = this.#mode;
    this.field.value = "";
    this.#end();
    this.#changed();
    if (mode?.kind === "edit") return this.#phone.act("edit", { message_id: mode.message.id, text });
    for (const [index, piece] of inMessages(text).entries()) {
      const reply = mode?.kind === "reply" && index === 0 ? { reply_to: mode.message.id } : {};
      await this.#phone.act("say", { text: piece, ...reply });
    }
  }

  #sendOut() {
    return this.#mode?.kind === "record" ? this.#sendRecording() : this.submit();
  }

  // Nothing is recorded: the note holds a tone for as long as the counter ran.
  #record() {
    const length = el("span", { class: "recorded", "aria-live": "off", text: lengthLabel(0) });
    const begun = Date.now();
    const timer = setInterval(() => (length.textContent = lengthLabel((Date.now() - begun) / 1000)), 500);
    this.#mode = { kind: "record", begun, timer };
    const dot = el("span", { class: "record-dot", "aria-hidden": "true" });
    const words = el("span", { class: "strip-words" }, written("b", "Recording"), length);
    this.#showStrip(dot, words);
    this.send.focus();
  }

  #sendRecording() {
    const seconds = Math.max(1, Math.round((Date.now() - this.#mode.begun) / 1000));
    this.#end();
    this.#changed();
    this.rest();
    return this.#phone.act("voice", { duration: seconds });
  }

  #showStrip(picture, words) {
    const cancel = iconButton("close", "Cancel", () => this.#cancel());
    this.strip.replaceChildren(picture, words, cancel);
    this.strip.hidden = false;
    this.#changed();
  }

  #begin(mode, picture, title) {
    this.#end();
    this.#mode = mode;
    const words = el("span", { class: "strip-words" }, written("b", title), written("span", summary(mode.message)));
    this.#showStrip(icon(picture), words);
    this.field.focus();
  }

  #cancel() {
    if (this.#mode?.kind === "edit") this.field.value = "";
    this.#end();
    this.#changed();
    this.field.focus();
  }

  #end() {
    clearInterval(this.#mode?.timer);
    this.#mode = null;
    this.field.placeholder = "Message";
    this.strip.hidden = true;
  }

  #changed() {
    const { field } = this;
    field.style.height = "auto";
    if (field.scrollHeight) field.style.height = `${Math.min(field.scrollHeight, 140)}px`;
    this.node.classList.toggle("empty", !field.value.trim());
    this.node.classList.toggle("recording", this.#mode?.kind === "record");
    this.commands.suggest(field.value);
  }

  #key(event) {
    if (event.isComposing) return;
    if (this.commands.key(event)) return event.preventDefault();
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      this.submit();
    }
    if (event.key === "Escape" && this.#mode) this.#cancel();
    if (event.key === "ArrowUp" && !this.field.value && !this.#mode) this.#editLast(event);
  }

  // As Telegram's desktop apps do.
  #editLast(event) {
    const last = [...this.#phone.messages.values()].findLast((message) => message.from === "user" && message.text);
    if (!last) return;
    event.preventDefault();
    this.edit(last);
  }

  /** A chat that ends takes what was begun with it. */
  forget() {
    this.#end();
    this.#changed();
  }

  async #sendCommand(command) {
    this.field.value = "";
    this.#changed();
    this.rest();
    await this.#phone.act("say", { text: `/${command}` });
  }

  #attach(anchor) {
    openMenu(this.#phone, anchor, "Attach", [
      { label: "Photo", picture: icon("photo"), run: () => this.#photo() },
      {
        label: `Voice note, ${VOICE_SECONDS} seconds`,
        picture: icon("mic"),
        run: () => this.#phone.act("voice", { duration: VOICE_SECONDS }),
      },
      { label: "Sticker", picture: icon("sticker"), run: () => this.#phone.act("sticker", {}) },
    ]);
  }

  #photo() {
    const caption = el("input", {
      class: "text-input",
      type: "text",
      placeholder: "Add a caption…",
      "aria-label": "Caption",
      maxlength: "1024",
      value: this.field.value.trim(),
    });
    const send = () => {
      const words = caption.value.trim();
      this.field.value = "";
      this.#changed();
      this.#phone.act("photo", words ? { caption: words } : {});
    };
    const stand = div("photo-stand-in small", icon("photo"));
    openSheet(this.#phone, {
      title: "Send a photo",
      body: [stand, caption],
      actions: [{ label: "Cancel" }, { label: "Send", main: true, run: send }],
    });
    caption.focus();
  }
}
