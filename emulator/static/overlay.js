// What lies over one phone's screen: sheets, alerts and menus. Holds the focus, gives it back, closes on Esc.
import { button, div, el, icon, written } from "./dom.js";

/** Opens a dialog over `phone`. Returns a function that closes it. */
export function openSheet(phone, { title, body, actions = [], kind = "sheet" }) {
  const heading = written("h3", title, "sheet-title");
  const box = el("div", {
    class: kind,
    role: kind === "alert" ? "alertdialog" : "dialog",
    "aria-modal": "true",
    "aria-label": title,
  });
  const close = cover(phone, box);
  const buttons = actions.map((action) => actionButton(action, close));
  box.append(heading, ...[body].flat().filter(Boolean), div("sheet-actions", buttons));
  (box.querySelector("[data-first]") ?? box.querySelector("button, input, textarea"))?.focus();
  return close;
}

// `check` may keep the sheet open. It closes before `run`, which may want the focus or another sheet.
function actionButton({ label, check, run, main }, close) {
  const act = () => {
    if (check && !check()) return;
    close();
    run?.();
  };
  return button(label, act, { class: main ? "main-action" : "quiet-action", "data-first": main });
}

/** Opens a menu beside `anchor`, an element or a point. Items are {label, run, picture?, text?}, {label, row} or {note}. */
export function openMenu(phone, anchor, label, items) {
  const box = el("div", { class: "menu", role: "menu", "aria-label": label });
  const close = cover(phone, box);
  box.append(...items.map((item) => menuPart(item, close)));
  box.addEventListener("keydown", (event) => walk(event, box));
  place(box, anchor, phone.screen);
  box.querySelector("[role=menuitem]")?.focus();
}

function menuPart(item, close) {
  if (item.note) return el("p", { class: "menu-note" }, icon("lock"), item.note);
  return item.row ? itemRow(item, close) : menuItem(item, close);
}

function itemRow({ row, label }, close) {
  return el("div", { class: "menu-row", role: "group", "aria-label": label }, row.map((item) => menuItem(item, close)));
}

function menuItem({ label, run, picture, text }, close) {
  const act = () => {
    close();
    run();
  };
  const words = written("span", text ?? label, "menu-words");
  return el(
    "button",
    { type: "button", class: "menu-item", role: "menuitem", "aria-label": label, on: { click: act } },
    picture,
    words,
  );
}

function walk(event, box) {
  const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
  if (!step) return;
  event.preventDefault();
  const items = [...box.querySelectorAll("[role=menuitem]")];
  items[(items.indexOf(document.activeElement) + step + items.length) % items.length].focus();
}

function cover(phone, box) {
  const before = document.activeElement;
  const layer = div("layer", box);
  const close = () => {
    if (!layer.isConnected) return;
    layer.remove();
    if (!phone.screen.querySelector(".layer")) phone.body.inert = false;
    if (before?.isConnected) before.focus({ preventScroll: true });
  };
  layer.addEventListener("click", (event) => event.target === layer && close());
  layer.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      event.stopPropagation();
      close();
    }
    if (event.key === "Tab") hold(event, layer);
  });
  phone.body.inert = true;
  phone.screen.append(layer);
  return close;
}

function hold(event, layer) {
  const stops = [...layer.querySelectorAll("button, input, textarea, a[href]")].filter((stop) => !stop.disabled);
  const edge = event.shiftKey ? stops[0] : stops.at(-1);
  if (document.activeElement !== edge) return;
  event.preventDefault();
  (event.shiftKey ? stops.at(-1) : stops[0])?.focus();
}

const GAP = 8;

function place(box, anchor, screen) {
  const outer = screen.getBoundingClientRect();
  const frame = {
    left: outer.left + screen.clientLeft,
    top: outer.top + screen.clientTop,
    width: screen.clientWidth,
    height: screen.clientHeight,
  };
  const from = anchor.getBoundingClientRect?.() ?? { left: anchor.x, right: anchor.x, top: anchor.y, bottom: anchor.y };
  const left = from.left - frame.left;
  const below = from.bottom - frame.top + 4;
  const above = from.top - frame.top - box.offsetHeight - 4;
  const fitsBelow = below + box.offsetHeight < frame.height - GAP;
  box.style.left = `${Math.max(GAP, Math.min(left, frame.width - box.offsetWidth - GAP))}px`;
  box.style.top = `${fitsBelow ? below : Math.max(GAP, above)}px`;
}
