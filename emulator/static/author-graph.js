// The graph of one dialog as SVG: scrolls, zooms, marks where the person is and the way that was taken last.
import { button, div, el, iconButton } from "./dom.js";
import { layOut, NODE } from "./author-layout.js";

const SVG = "http://www.w3.org/2000/svg";
const KINDS = { ask: "a question", end: "an end", call: "another dialog", step: "a step" };
const SCALES = [0.3, 0.4, 0.5, 0.65, 0.8, 1, 1.25, 1.6];
const READABLE = 0.8;
const LETTERS = 25; // of the first words of a node that fit into its box

function svg(tag, props = {}, ...children) {
  const node = document.createElementNS(SVG, tag);
  for (const [key, value] of Object.entries(props)) if (value !== null) node.setAttribute(key, value);
  node.append(...children);
  return node;
}

export class Graph {
  #choose;
  #outline = null;
  #plan = null;
  #scale = 1;
  #boxes = new Map();
  #lines = [];
  #chosen = "";
  #current = "";

  /** `choose(node)` is told which node of the outline a person has picked. */
  constructor(choose) {
    this.#choose = choose;
    this.picture = svg("svg", { class: "graph", role: "group" });
    this.frame = el("div", { class: "graph-frame" }, this.picture);
    this.here = button("Show where they are", () => this.goToCurrent(), { class: "control small" });
    const tools = div(
      "graph-tools",
      iconButton("minus", "Smaller", () => this.#zoom(-1)),
      iconButton("plus", "Larger", () => this.#zoom(1)),
      button("Whole", () => this.#whole(), { class: "control small" }),
      this.here,
    );
    this.node = div("graph-area", tools, this.frame);
    this.frame.addEventListener("wheel", (event) => this.#wheel(event), { passive: false });
    this.frame.addEventListener("keydown", (event) => this.#key(event));
    new ResizeObserver(() => this.#reveal(this.#current)).observe(this.frame);
    this.#draggable();
  }

  /** Draws an outline, unless it is the one in sight. */
  show(outline) {
    if (outline.dialog === this.#outline?.dialog) return;
    this.#outline = outline;
    this.#plan = layOut(outline);
    this.#chosen = this.#current = "";
    this.#boxes = new Map(outline.nodes.map((node) => [node.id, this.#box(node)]));
    this.#lines = this.#plan.arrows.map((arrow) => this.#line(arrow));
    this.picture.setAttribute("aria-label", `Graph of ${outline.dialog}`);
    this.picture.replaceChildren(arrowHeads(), ...this.#lines.map(({ node }) => node), ...this.#boxes.values());
    this.#resize();
    this.#stop(outline.start);
    this.#reveal(outline.start);
  }

  /** Marks the node where the person is ("" for none in this dialog) and the ways of the last step. */
  mark(current, trace) {
    const moved = current !== this.#current;
    this.#current = current;
    const taken = new Set(trace.map(({ node, by, to }) => `${node} ${by} ${to}`));
    for (const [id, box] of this.#boxes) {
      box.classList.toggle("current", id === current);
      if (id === current) box.setAttribute("aria-current", "step");
      else box.removeAttribute("aria-current");
    }
    for (const { node, ways } of this.#lines) {
      node.classList.toggle("taken", ways.some((way) => taken.has(`${way.from} ${way.by} ${way.to}`)));
    }
    this.here.disabled = !current;
    if (moved && current) this.goToCurrent();
  }

  /** Brings the current node into sight, large enough to read. */
  goToCurrent() {
    if (this.#scale < READABLE) this.#scaleTo(READABLE);
    this.#reveal(this.#current);
  }

  #box(node) {
    const { x, y } = this.#plan.places.get(node.id);
    const words = node.words.replace(/\s+/g, " ");
    const { width, height } = NODE;
    const shape = { x: -width / 2, y: 0, width, height, rx: node.kind === "ask" ? 16 : 3 };
    const parts = [
      svg("title", {}, words ? `${node.id}: ${words}` : node.id),
      svg("rect", shape),
      svg("text", { class: "id", x: 0, y: 19, "text-anchor": "middle" }, node.id),
      svg("text", { class: "first-words", x: 0, y: 36, "text-anchor": "middle" }, short(secondLine(node, words))),
    ];
    const box = svg("g", {
      class: `graph-node kind-${node.kind}`,
      transform: `translate(${x} ${y})`,
      role: "button",
      tabindex: "-1",
      "aria-label": `${node.id}, ${KINDS[node.kind]}`,
    }, ...parts);
    box.dataset.node = node.id;
    box.addEventListener("click", () => this.choose(node.id));
    return box;
  }

  #line({ path, ways, back }) {
    const dotted = ways.every((way) => way.dotted);
    const label = ways.map((way) => way.label).filter(Boolean).join(" / ");
    const line = svg("path", { d: path, "marker-end": "url(#arrow)" });
    const node = svg("g", { class: `graph-line ${dotted ? "dotted" : ""} ${back ? "back" : ""}` }, line);
    if (label) node.append(svg("title", {}, label));
    return { node, ways };
  }

  /** Picks a node, as a click on it does. */
  choose(id) {
    this.#chosen = id;
    for (const [key, box] of this.#boxes) box.classList.toggle("chosen", key === id);
    for (const { node, ways } of this.#lines) {
      node.classList.toggle("of-chosen", ways.some((way) => way.from === id || way.to === id));
    }
    this.#stop(id);
    this.#choose(this.#outline.nodes.find((node) => node.id === id));
  }

  /** One node at a time can be reached with Tab; the arrow keys go on from there. */
  #stop(id) {
    for (const [key, box] of this.#boxes) box.setAttribute("tabindex", key === id ? "0" : "-1");
  }

  #key(event) {
    const here = event.target.dataset?.node;
    if (event.key === "+" || event.key === "-") return this.#zoom(event.key === "+" ? 1 : -1);
    if (!here) return;
    if (event.key === "Enter" || event.key === " ") this.choose(here);
    else if (event.key.startsWith("Arrow")) this.#go(nearest(this.#plan.places, here, event.key));
    else return;
    event.preventDefault();
  }

  #go(id) {
    if (!id) return;
    this.#stop(id);
    this.#boxes.get(id).focus({ preventScroll: true });
    this.#reveal(id);
  }

  #reveal(id) {
    const place = this.#plan?.places.get(id);
    if (!place) return;
    this.frame.scrollTo({
      left: place.x * this.#scale - this.frame.clientWidth / 2,
      top: (place.y + NODE.height / 2) * this.#scale - this.frame.clientHeight / 2,
    });
  }

  #zoom(step) {
    const at = SCALES.findIndex((scale) => scale >= this.#scale - 0.001);
    this.#scaleTo(SCALES[Math.max(0, Math.min(SCALES.length - 1, at + step))]);
  }

  #whole() {
    const { width, height } = this.#plan;
    this.#scaleTo(Math.min(1, this.frame.clientWidth / width, this.frame.clientHeight / height));
  }

  /** The middle of what is in sight stays there. */
  #scaleTo(scale) {
    const { frame } = this;
    const middle = [frame.scrollLeft + frame.clientWidth / 2, frame.scrollTop + frame.clientHeight / 2];
    const [x, y] = middle.map((value) => (value / this.#scale) * scale);
    this.#scale = scale;
    this.#resize();
    frame.scrollTo({ left: x - frame.clientWidth / 2, top: y - frame.clientHeight / 2 });
  }

  #resize() {
    const { width, height } = this.#plan;
    this.picture.setAttribute("viewBox", `0 0 ${width} ${height}`);
    this.picture.setAttribute("width", width * this.#scale);
    this.picture.setAttribute("height", height * this.#scale);
  }

  #wheel(event) {
    if (!event.ctrlKey) return;
    event.preventDefault();
    this.#zoom(event.deltaY < 0 ? 1 : -1);
  }

  // A finger scrolls by itself; a mouse takes hold of the ground.
  #draggable() {
    const { frame } = this;
    let from = null;
    frame.addEventListener("pointerdown", (event) => {
      if (event.pointerType !== "mouse" || event.button || event.target.closest(".graph-node")) return;
      from = { x: event.clientX + frame.scrollLeft, y: event.clientY + frame.scrollTop };
      frame.setPointerCapture(event.pointerId);
    });
    frame.addEventListener("pointermove", (event) => {
      if (from) frame.scrollTo(from.x - event.clientX, from.y - event.clientY);
    });
    for (const end of ["pointerup", "pointercancel"]) frame.addEventListener(end, () => (from = null));
  }
}

function secondLine({ kind, leads }, words) {
  if (kind === "call") return `→ ${leads}`;
  return words || (kind === "end" ? `ends: ${leads}` : "");
}

const short = (words) => (words.length > LETTERS ? `${words.slice(0, LETTERS - 1).trimEnd()}…` : words);

function arrowHeads() {
  const head = svg("path", { d: "M0 0 8 4 0 8z", class: "arrow-head" });
  return svg("defs", {}, svg("marker", {
    id: "arrow",
    viewBox: "0 0 8 8",
    refX: 7,
    refY: 4,
    markerUnits: "userSpaceOnUse",
    markerWidth: 9,
    markerHeight: 9,
    orient: "auto-start-reverse",
  }, head));
}

/** The nearest node in the direction of an arrow key. */
function nearest(places, here, key) {
  const from = places.get(here);
  const [dx, dy] = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] }[key] ?? [0, 0];
  let best = null;
  for (const [id, { x, y }] of places) {
    const along = (x - from.x) * dx + (y - from.y) * dy;
    const aside = Math.abs((x - from.x) * dy) + Math.abs((y - from.y) * dx);
    if (along > 1 && (!best || along + 2 * aside < best.cost)) best = { id, cost: along + 2 * aside };
  }
  return best?.id;
}

