// What stands behind the chats, beside the phones: one part at a time, kept fresh while it is in sight.
import { el, iconButton } from "./dom.js";

const POLL_MS = 1500;
const SOON_MS = 150;

export class Drawer {
  #timer = 0;
  #soon = 0;
  #opener = null;
  #part = null;

  /** `parts` are {id, title, node, refresh(), reset()}. */
  constructor(parts) {
    this.parts = parts;
    this.title = el("h2");
    this.message = el("p", { class: "faint", role: "status" });
    const close = iconButton("close", "Close", () => this.close());
    const head = el("div", { class: "drawer-head" }, this.title, close);
    for (const part of parts) part.node.hidden = true;
    this.node = el(
      "aside",
      { id: "drawer", class: "drawer", hidden: true },
      head,
      this.message,
      parts.map((part) => part.node),
    );
    this.node.addEventListener("keydown", (event) => event.key === "Escape" && this.close());
  }

  /** Shows a part, or closes when it is the one in sight; `opener` is told by aria-expanded and gets the focus back. */
  toggle(id, opener) {
    if (this.#part?.id === id) return this.close();
    this.#opener?.setAttribute("aria-expanded", "false");
    this.#opener = opener;
    this.#part = this.parts.find((part) => part.id === id);
    opener.setAttribute("aria-expanded", "true");
    this.title.textContent = this.#part.title;
    this.node.setAttribute("aria-label", this.#part.title);
    this.node.dataset.part = id;
    for (const part of this.parts) part.node.hidden = part !== this.#part;
    this.node.hidden = false;
    clearInterval(this.#timer);
    this.#timer = setInterval(() => this.#refresh(), POLL_MS);
    this.#refresh();
    this.node.querySelector("button").focus();
  }

  close() {
    clearInterval(this.#timer);
    this.#part = null;
    this.node.hidden = true;
    this.#opener?.setAttribute("aria-expanded", "false");
    this.#opener?.focus();
  }

  /** Something happened in a chat: look again as soon as it has settled. */
  stir() {
    if (!this.#part) return;
    clearTimeout(this.#soon);
    this.#soon = setTimeout(() => this.#refresh(), SOON_MS);
  }

  reset() {
    for (const part of this.parts) part.reset();
  }

  async #refresh() {
    try {
      await this.#part?.refresh();
      this.message.textContent = "";
    } catch (error) {
      this.message.textContent = error.message;
    }
  }
}
