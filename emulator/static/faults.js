// The form that orders faults from the emulated Telegram, and the list of those in force.
import { button, el, written } from "./dom.js";
import { getJson, post, remove } from "./api.js";

const KINDS = [
  ["429", "Too many requests (429)"],
  ["500", "Server restarts (500)"],
  ["502_html", "Bad gateway, HTML (502)"],
  ["403", "Blocked by the user (403)"],
  ["cut_before", "Connection cut before"],
  ["cut_after", "Stored, then cut"],
  ["late", "Answer comes too late"],
  ["slow", "Slow answer"],
  ["broken_json", "Broken JSON"],
  ["refuse", "Connection refused"],
  ["conflict_409", "Second poller (409)"],
  ["duplicate_update", "Update delivered twice"],
  ["reorder", "Tap before text"],
];

export class Faults {
  id = "faults";
  title = "Faults";

  constructor() {
    this.list = el("ul", { class: "fault-list" });
    this.kind = el("select", {}, KINDS.map(([value, label]) => el("option", { value, text: label })));
    this.method = el("input", { type: "text", placeholder: "any", autocomplete: "off", spellcheck: "false" });
    this.count = el("input", { type: "number", min: "1", value: "1" });
    const labelled = (words, field) => el("label", {}, words, field);
    const fields = [
      labelled("What happens", this.kind),
      labelled("To which method", this.method),
      labelled("How often", this.count),
    ];
    const add = el("button", { type: "submit", class: "control", text: "Order it" });
    const clear = button("Clear all", () => this.#tell(remove("faults")), { class: "control" });
    this.form = el("form", { class: "fault-form", on: { submit: (event) => this.#order(event) } }, fields, add, clear);
    this.said = el("p", { class: "faint", role: "status" });
    this.node = el(
      "section",
      { class: "faults" },
      written("p", "Make Telegram misbehave, and see what the bot does. Each fault hits the bot’s next calls.", "faint"),
      this.form,
      this.said,
      this.list,
    );
  }

  async refresh() {
    const { faults } = await getJson("faults");
    this.list.replaceChildren(...faults.map(faultRow));
  }

  reset() {
    this.list.replaceChildren();
  }

  #order(event) {
    event.preventDefault();
    const method = this.method.value.trim();
    this.#tell(
      post("faults", { kind: this.kind.value, count: Number(this.count.value) || 1, ...(method && { method }) }),
    );
  }

  async #tell(answer) {
    try {
      await answer;
      this.said.textContent = "";
      await this.refresh();
    } catch (error) {
      this.said.textContent = error.message;
    }
  }
}

function faultRow(fault) {
  const label = KINDS.find(([kind]) => kind === fault.kind)?.[1] ?? fault.kind;
  const left = fault.left === null ? "until cleared" : `${fault.left} left`;
  return el(
    "li",
    {},
    written("b", label),
    ` on ${fault.method ?? "any method"}: ${left}, hit ${fault.hits?.length ?? 0} times`,
  );
}
