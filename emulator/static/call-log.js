// The log of what the bot called and what the emulator handed to it, newest first.
import { el, written } from "./dom.js";
import { getText } from "./api.js";
import { timeOf } from "./dates.js";

const ROWS = 200;

export class CallLog {
  id = "calls";
  title = "Call log";
  #since = 0;

  constructor() {
    this.list = el("ol", { class: "call-list", tabindex: "0", "aria-label": "Calls and updates, newest first" });
    this.node = el("section", { class: "calls" }, written("p", "What the bot called and what Telegram handed to it (→), newest first. Red was refused.", "faint"), this.list);
  }

  async refresh() {
    const lines = (await getText(`calls?since=${this.#since}`)).split("\n").filter(Boolean);
    for (const record of lines.map((line) => JSON.parse(line))) {
      this.#since = record.n;
      if (isNews(record)) this.list.prepend(row(record));
    }
    while (this.list.children.length > ROWS) this.list.lastElementChild.remove();
  }

  /** The emulator has forgotten its record: begin again with it. */
  reset() {
    this.#since = 0;
    this.list.replaceChildren();
  }
}

// A bot asks for updates all day; that is worth a line only when it goes wrong.
function isNews(record) {
  return record.method?.toLowerCase() !== "getupdates" || record.response?.ok === false;
}

function row(record) {
  const bad = record.response && record.response.ok === false;
  const title = record.update ? `→ ${Object.keys(record.update).find((key) => key !== "update_id")}` : record.method;
  const details = JSON.stringify(
    record.update ?? { ...record.params, ...(bad ? { answer: record.response.description } : {}) },
  );
  const time = record.at ? `${timeOf(record.at)} ` : "";
  return el(
    "li",
    { class: bad && "refused" },
    `${time}`,
    written("b", title),
    " ",
    written("code", details.slice(0, 300)),
  );
}
