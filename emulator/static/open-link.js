// What happens when a person taps an address: the share sheet, a START, a question before the open web.
import { written } from "./dom.js";
import { readLink } from "./links.js";
import { openShare } from "./notes.js";
import { openSheet } from "./overlay.js";

/** `here` opens an invitation on this phone without asking: it has reached the person it was meant for. */
export function openLink(phone, address, { here = false } = {}) {
  const link = readLink(address, phone.bot.username);
  if (link.kind === "share") openShare(phone, link.text, phone.around.others(phone));
  else if (link.kind === "start") here ? phone.openStart(link.payload) : chooseStart(phone, link.payload);
  else if (link.kind === "web") askWeb(phone, link.href);
  else phone.toast("This link only works in Telegram itself.");
}

function chooseStart(phone, payload) {
  const [other] = phone.around.others(phone);
  if (!other || !payload) return phone.openStart(payload);
  const body = written("p", "This link is an invitation. On whose phone shall it open?", "sheet-text");
  const actions = [
    { label: "On this phone", run: () => phone.openStart(payload) },
    { label: `On ${other.name}’s phone`, main: true, run: () => phone.around.openOn(other.id, payload) },
  ];
  return openSheet(phone, { title: "Open the invitation", body, actions });
}

function askWeb(phone, href) {
  const body = written("p", href, "sheet-text address");
  const run = () => void window.open(href, "_blank", "noopener,noreferrer");
  openSheet(phone, {
    title: "Open this link?",
    body,
    actions: [{ label: "Cancel" }, { label: "Open", main: true, run }],
  });
}
