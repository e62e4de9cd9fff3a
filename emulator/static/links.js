// What a tap on an address means on this phone. Pure.

const SAFE = new Set(["http:", "https:", "mailto:", "tel:"]);

function parse(address) {
  const withScheme = /^[a-z][a-z0-9+.-]*:/i.test(address) ? address : `https://${address}`;
  try {
    return new URL(withScheme);
  } catch {
    return null;
  }
}

/**
 * Sorts an address into {kind: "share", text}, {kind: "start", payload}, {kind: "web", href} or {kind: "unknown"}.
 * `bot` is the username of the bot in this chat; links to other bots are ordinary web links.
 */
export function readLink(address, bot) {
  const url = parse(address);
  if (!url) return { kind: "unknown" };
  const query = url.searchParams;
  if (isShare(url)) return { kind: "share", text: shareText(query) };
  const name = botNamed(url);
  if (name?.toLowerCase() === bot.toLowerCase()) return { kind: "start", payload: query.get("start") ?? "" };
  return SAFE.has(url.protocol) ? { kind: "web", href: url.href } : { kind: "unknown" };
}

/** The address as a browser may follow it, or null for schemes that a message must not start. */
export function safeHref(address) {
  const url = parse(address);
  return url && SAFE.has(url.protocol) ? url.href : null;
}

const isTme = (url) => ["t.me", "www.t.me", "telegram.me"].includes(url.hostname);

function isShare(url) {
  if (isTme(url)) return /^\/share(\/url)?\/?$/.test(url.pathname);
  return url.protocol === "tg:" && /^msg(_url)?$/.test(url.hostname);
}

function botNamed(url) {
  if (isTme(url)) return url.pathname.split("/")[1] || null;
  return url.protocol === "tg:" && url.hostname === "resolve" ? url.searchParams.get("domain") : null;
}

// As in Telegram, the address comes first and the words under it.
function shareText(query) {
  return [query.get("url"), query.get("text")].filter(Boolean).join("\n");
}

const ADDRESS = /(?:https?:\/\/|t\.me\/|tg:\/\/)\S+/g;

/** Entities of type "url" for the addresses in a plain text, without the punctuation that follows them. */
export function findAddresses(text) {
  return [...text.matchAll(ADDRESS)].map((match) => ({
    type: "url",
    offset: match.index,
    length: match[0].replace(/[.,;:!?)\]}»”"']+$/, "").length,
  }));
}
