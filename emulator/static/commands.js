// The bot's command list: opened by the menu button, narrowed while a person types "/".
import { el, written } from "./dom.js";

export class CommandList {
  #phone;
  #choose;
  #marked = -1;
  opener = null;

  constructor(phone, choose) {
    this.#phone = phone;
    this.#choose = choose;
    this.node = el("div", { class: "commands", role: "group", "aria-label": "Commands", hidden: true });
    this.node.addEventListener("keydown", (event) => event.key === "Escape" && this.#show([]));
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

  #mark(step) {
    const rows = [...this.node.children];
    this.#marked = (this.#marked + step + rows.length) % rows.length;
    for (const [index, row] of rows.entries()) row.classList.toggle("marked", index === this.#marked);
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
    return true;
  }

  #row({ command, description }) {
    const choose = () => {
      this.#show([]);
      this.#choose(command);
    };
    return el(
      "button",
      { type: "button", class: "command-row", on: { click: choose } },
      written("b", `/${command}`),
      " ",
      written("span", description),
    );
  }
}
