// Builds elements and icons. Text always goes in as text, never as HTML.

/** Makes an element. `on` holds listeners; `class`, `text` and attributes are set as given, null and false left out. */
export function el(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [key, value] of Object.entries(props)) setProp(node, key, value);
  node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

function setProp(node, key, value) {
  if (value === null || value === undefined || value === false) return;
  if (key === "class") node.className = value;
  else if (key === "text") node.textContent = value;
  else if (key === "on") for (const [name, listener] of Object.entries(value)) node.addEventListener(name, listener);
  else if (key === "data") Object.assign(node.dataset, value);
  else node.setAttribute(key, value === true ? "" : value);
}

/** A block with a class, around others. */
export const div = (className, ...children) => el("div", { class: className }, ...children);

/** An element that holds nothing but words. */
export const written = (tag, text, className) => el(tag, { class: className, text });

/** The round sign of a person or bot: the first letter of the name. */
export function face(name, size = "") {
  return el("span", { class: `avatar ${size}`, "aria-hidden": "true", text: [...name][0] });
}

export function button(label, onClick, props = {}, ...children) {
  const content = children.length ? children : [label];
  return el(
    "button",
    { type: "button", "aria-label": children.length ? label : null, ...props, on: { click: onClick, ...props.on } },
    ...content,
  );
}

export function iconButton(name, label, onClick, props = {}) {
  return button(label, onClick, { title: label, ...props, class: `icon-button ${props.class ?? ""}` }, icon(name));
}

export function hiddenText(text) {
  return written("span", text, "visually-hidden");
}

const SVG = "http://www.w3.org/2000/svg";

const STROKES = {
  more: ["M12 5.5v.01", "M12 12v.01", "M12 18.5v.01"],
  dots: ["M5.5 12h.01", "M12 12h.01", "M18.5 12h.01"],
  clip: ["M8 12.5l6-6a3 3 0 0 1 4.3 4.2l-7.8 7.8a5 5 0 0 1-7-7L11 4"],
  send: ["M12 19V5", "M6 11l6-6 6 6"],
  menu: ["M4 7h16", "M4 12h16", "M4 17h10"],
  close: ["M6 6l12 12", "M18 6L6 18"],
  down: ["M6 9l6 6 6-6"],
  tick: ["M5 12.5l4 4L18 7"],
  ticks: ["M2 12.5l4 4L15 7", "M11 15.5l1 1L21 7"],
  lock: ["M6 11h12v9H6z", "M8.5 11V8a3.5 3.5 0 0 1 7 0v3"],
  play: ["M8 5.5v13l10-6.5z"],
  pause: ["M8 6v12", "M16 6v12"],
  file: ["M7 3h7l4 4v14H7z", "M14 3v4h4"],
  photo: ["M4 5h16v14H4z", "M4 16l5-5 4 4 3-3 4 4", "M15.5 9v.01"],
  mic: ["M12 4a2.5 2.5 0 0 1 2.5 2.5V11a2.5 2.5 0 0 1-5 0V6.5A2.5 2.5 0 0 1 12 4z", "M6 11a6 6 0 0 0 12 0", "M12 17v3"],
  sticker: ["M5 5h14v9l-5 5H5z", "M14 19v-5h5", "M9 9.5v.01", "M15 9.5v.01", "M9 13a4 4 0 0 0 3 1.5"],
  outward: ["M8 16L16 8", "M9.5 8H16v6.5"],
  reply: ["M9 7l-5 5 5 5", "M4 12h9a6 6 0 0 1 6 6"],
  pencil: ["M5 19l1-4L16 5l3 3L9 18z"],
  plus: ["M12 5v14", "M5 12h14"],
  minus: ["M5 12h14"],
  pin: ["M9 4h6l-1 6 4 4H6l4-4z", "M12 14v6"],
  forward: ["M15 7l5 5-5 5", "M20 12h-9a6 6 0 0 0-6 6"],
  clock: ["M12 4a8 8 0 1 0 .01 0", "M12 8v4l3 2"],
};

/** One of our own line drawings, decorative: the control around it carries the label. */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", `icon icon-${name}`);
  svg.setAttribute("aria-hidden", "true");
  for (const d of STROKES[name]) {
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("d", d);
    svg.append(path);
  }
  return svg;
}
