// The details drawer: opens, closes, keeps its two parts fresh while it is open.
import { div, el, iconButton, written } from "./dom.js";
import { CallLog } from "./call-log.js";
import { Faults } from "./faults.js";

const POLL_MS = 1500;

export class Drawer {
  #timer = 0;
  #opener = null;

  constructor() {
    this.message = el("p", { class: "faint", role: "status" });
    this.calls = new CallLog();
    this.parts = [new Faults(), this.calls];
    const close = iconButton("close", "Close details", () => this.toggle());
    const head = div("drawer-head", written("h2", "Details"), close);
    this.node = el(
      "aside",
      { id: "drawer", class: "drawer", "aria-label": "Details", hidden: true },
      head,
      this.message,
      this.parts.map((part) => part.node),
    );
    this.node.addEventListener("keydown", (event) => event.key === "Escape" && this.toggle());
  }

  /** Opens or closes; `opener` is told by aria-expanded and gets the focus back. */
  toggle(opener = this.#opener) {
    this.#opener = opener;
    const open = this.node.hidden;
    this.node.hidden = !open;
    opener?.setAttribute("aria-expanded", String(open));
    clearInterval(this.#timer);
    if (!open) return opener?.focus();
    this.#timer = setInterval(() => this.#refresh(), POLL_MS);
    this.#refresh();
    this.node.querySelector("button").focus();
  }

  reset() {
    this.calls.clear();
  }

  async #refresh() {
    try {
      for (const part of this.parts) await part.refresh();
      this.message.textContent = "";
    } catch (error) {
      this.message.textContent = error.message;
    }
  }
}
