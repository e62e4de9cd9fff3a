// The bot's command list: opened by the menu button, narrowed while a person types "/".
import { el, written } from "./dom.js";

export class CommandList {
  #phone;
  #choose;
  #marked = -1;
  opener = null;
  field = null;

  constructor(phone, choose) {
    this.#phone = phone;
    this.#choose = choose;
    const id = `commands-${phone.user.id}`;
    this.node = el("div", { id, class: "commands", role: "listbox", "aria-label": "Commands", hidden: true });
    this.node.addEventListener("keydown", (event) => this.#inside(event));
  }

  toggle() {
    const open = this.node.hidden;
    this.#show(open ? this.#phone.commands : []);
    if (open) this.node.querySelector("button")?.focus();
  }

  /** Shows the commands that begin with what was typed; anything but a lone "/word" closes the list. */
  suggest(text) {
    const typed = /^\/([a-z0-9_]*)$/i.exec(text)?.[1].toLowerCase();
    this.#show(typed === undefined ? [] : this.#phone.commands.filter(({ command }) => command.startsWith(typed)));
  }

  /** Keys from the text field. True when the list has used the key up. */
  key(event) {
    if (this.node.hidden) return false;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) return this.#mark(step);
    if (event.key === "Escape") return this.#show([]);
    if (["Enter", "Tab"].includes(event.key) && this.#marked >= 0) return this.#take(this.node.children[this.#marked]);
    return false;
  }

  // Opened by the menu button, the rows themselves have the focus.
  #inside(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const rows = [...this.node.children];
    if (step) {
      event.preventDefault();
      rows[(rows.indexOf(document.activeElement) + step + rows.length) % rows.length].focus();
    }
    if (event.key === "Escape") {
      this.#show([]);
      this.opener?.focus();
    }
  }

  #mark(step) {
    const rows = [...this.node.children];
    this.#marked = (this.#marked + step + rows.length) % rows.length;
    for (const [index, row] of rows.entries()) row.setAttribute("aria-selected", String(index === this.#marked));
    this.field?.setAttribute("aria-activedescendant", rows[this.#marked].id);
    rows[this.#marked].scrollIntoView({ block: "nearest" });
    return true;
  }

  #take(row) {
    row.click();
    return true;
  }

  #show(commands) {
    this.#marked = -1;
    this.node.hidden = !commands.length;
    this.node.replaceChildren(...commands.map((item) => this.#row(item)));
    this.opener?.setAttribute("aria-expanded", String(!this.node.hidden));
    this.field?.removeAttribute("aria-activedescendant");
    this.field?.toggleAttribute("aria-controls", false);
    if (commands.length) this.field?.setAttribute("aria-controls", this.node.id);
    return true;
  }

  #row({ command, description }) {
    const choose = () => {
      this.#show([]);
      this.#choose(command);
    };
    return el(
      "button",
      { type: "button", id: `${this.node.id}-${command}`, class: "command-row", role: "option", on: { click: choose } },
      written("b", `/${command}`),
      " ",
      written("span", description),
    );
  }
}
