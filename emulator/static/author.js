// The author's view: the dialog in which the watched person is, its values, and a way to begin anywhere.
import { button, div, el, written } from "./dom.js";
import { Graph } from "./author-graph.js";
import { beginAt, readDialogs, readOutline, readStanding } from "./author-api.js";

const WORDS = { ask: "A question", end: "An end", call: "Another dialog", step: "A step" };

export class Author {
  id = "author";
  title = "Author’s view";
  #around;
  #outlines = new Map();
  #chosen = null;
  #standing = null;
  #watched = null;
  #seen = "";
  #filled = null;

  /** `around` is the page: it knows which phone is watched. */
  constructor(around) {
    this.#around = around;
    this.graph = new Graph((node) => this.#choose(node));
    this.who = written("p", "", "author-who");
    this.select = el("select", { "aria-label": "Dialog", on: { change: () => this.#draw() } });
    const begin = button("Begin it", () => this.#begin(this.#dialog(), null), { class: "control" });
    this.begin = begin;
    this.stack = el("ol", { class: "stack", "aria-label": "Dialogs inside one another" });
    this.about = div("author-node");
    this.values = el("dl", { class: "values" });
    this.way = el("ol", { class: "way" });
    this.said = el("p", { class: "faint", role: "status" });
    this.node = el(
      "section",
      { class: "author" },
      div("author-head", this.who, el("label", {}, "Dialog", this.select), begin),
      this.said,
      this.stack,
      this.graph.node,
      this.about,
      div("author-facts", facts("Saved values", this.values), facts("The last step went", this.way)),
    );
  }

  async refresh() {
    const phone = this.#around.watched;
    await (this.#filled ??= this.#fill());
    if (phone !== this.#watched) this.#watch(phone);
    const standing = await readStanding(phone.user.id);
    if (phone !== this.#watched) return; // another phone was touched meanwhile
    this.#standing = standing;
    await this.#draw();
  }

  reset() {
    this.#standing = null;
    this.#seen = "";
  }

  #watch(phone) {
    this.#watched = phone;
    this.select.value = "";
    this.#chosen = null;
    this.who.textContent = `${phone.user.name}’s phone`;
    this.select.options[0].textContent = `Where ${phone.user.name} is`;
  }

  async #fill() {
    const dialogs = await readDialogs().catch((error) => {
      this.#filled = null;
      throw error;
    });
    const options = dialogs.map(({ id, about }) => el("option", { value: id, title: about, text: id }));
    this.select.replaceChildren(el("option", { value: "", text: "Where this person is" }), ...options);
  }

  #dialog() {
    return this.select.value || this.#standing?.frames.at(-1)?.dialog || "";
  }

  async #draw() {
    const dialog = this.#dialog();
    const seen = JSON.stringify([dialog, this.#standing, this.#watched?.user.id]);
    if (seen === this.#seen) return;
    this.#seen = seen;
    this.#facts();
    this.begin.disabled = !dialog;
    this.graph.node.hidden = !dialog;
    if (!dialog) return this.#nothing();
    await this.#show(dialog);
  }

  async #show(dialog) {
    if (!this.#outlines.has(dialog)) this.#outlines.set(dialog, await readOutline(dialog));
    if (dialog !== this.#dialog()) return; // another one was chosen meanwhile
    const outline = this.#outlines.get(dialog);
    const frame = this.#standing?.frames.findLast((each) => each.dialog === dialog);
    if (this.#chosen?.dialog !== dialog) this.#choose(null);
    this.graph.show(outline);
    this.graph.mark(frame?.node ?? "", (this.#standing?.trace ?? []).filter((edge) => edge.dialog === dialog));
    if (!this.#chosen) this.#introduce(outline, outline.nodes.find((node) => node.id === frame?.node));
  }

  #nothing() {
    const name = this.#watched?.user.name ?? "This person";
    this.about.replaceChildren(written("p", `${name} is in no dialog now. Choose one to look at it or to begin it.`));
  }

  /** While nobody has picked a node: where the person is, or what the dialog is about. */
  #introduce(outline, current) {
    if (current) return this.#tell(outline, current);
    const { about, file, needs } = outline;
    const needed = needs.length ? ` Needs: ${needs.join(", ")}.` : "";
    this.about.replaceChildren(
      written("p", `${about}${needed}`),
      written("p", `dialogs/${file}. Choose a node to see its words or to start there.`, "faint"),
    );
  }

  #choose(node) {
    this.#chosen = node && { ...node, dialog: this.#dialog() };
    if (node) this.#tell(this.#outlines.get(this.#chosen.dialog), node);
  }

  #tell({ dialog, file, edges }, node) {
    const facts = [
      `${WORDS[node.kind]}${node.leads ? `: ${node.leads}` : ""}`,
      node.acts.length ? `does ${node.acts.join(", ")}` : "",
      `dialogs/${file}, line ${node.line}`,
    ];
    const start = button("Start here", () => this.#begin(dialog, node.id), { class: "control main" });
    this.about.replaceChildren(
      div("author-node-head", written("b", node.id), start),
      node.words && written("p", node.words, "node-words"),
      written("p", facts.filter(Boolean).join("; "), "faint"),
      this.#ways(edges.filter(({ from }) => from === node.id)),
    );
  }

  #ways(edges) {
    const go = (to) => button(`→ ${to}`, () => this.graph.choose(to), { class: "level" });
    const ways = edges.map(({ label, to }) => el("li", {}, label && `${label} `, go(to)));
    return el("ul", { class: "ways", "aria-label": "Ways out" }, ways);
  }

  async #begin(dialog, node) {
    const who = this.#watched;
    this.said.textContent = "";
    try {
      await beginAt(who.user.id, dialog, node);
      this.select.value = "";
      this.#chosen = null;
      this.#around.show(who);
      await this.refresh();
    } catch (error) {
      this.said.textContent = error.message;
    }
  }

  #facts() {
    const { frames = [], trace = [] } = this.#standing ?? {};
    this.stack.replaceChildren(...frames.map((frame) => this.#level(frame)));
    const values = Object.entries(frames.at(-1)?.vars ?? {});
    const pairs = values.flatMap(([name, value]) => [written("dt", name), written("dd", String(value))]);
    this.values.replaceChildren(...(pairs.length ? pairs : [written("dd", "none yet")]));
    const steps = trace.map(({ dialog, node, by, to }) => written("li", `${dialog}.${node}: ${by} → ${to}`));
    this.way.replaceChildren(...(steps.length ? steps : [written("li", "nowhere yet")]));
  }

  #level({ dialog, node }) {
    const look = () => {
      this.select.value = dialog;
      this.#draw();
    };
    return el("li", {}, button(`${dialog}: ${node}`, look, { class: "level" }));
  }
}

function facts(title, list) {
  return div("author-fact", written("h3", title), list);
}
