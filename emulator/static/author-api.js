// What the bot shows to authors, through the emulator. Offered only where `/control/ready` says so.

const REFUSALS = {
  unknown_person: "This person has not pressed START yet.",
  unknown_dialog: "The bot that runs has no such dialog. Start the demo again after changing dialogs.",
  unknown_node: "The bot that runs has no such node. Start the demo again after changing dialogs.",
  cannot_begin_here: "Nobody can begin here: it needs a yes or a letter that comes earlier. Start at a node before it.",
  bot_away: "The bot does not answer. Is it still running?",
};

async function call(path, options) {
  const response = await fetch(`/author/${path}`, options).catch(() => null);
  if (response?.ok) return response.json();
  const { error } = (await response?.json().catch(() => null)) ?? { error: "bot_away" };
  throw new Error(REFUSALS[error] ?? `The bot refused this (${error}).`);
}

export const readDialogs = async () => (await call("dialogs")).dialogs;
export const readOutline = (dialog) => call(`dialogs/${encodeURIComponent(dialog)}`);

export const readStanding = (user) => call(`people/${user}`);

export const beginAt = (user, dialog, node) =>
  call(`people/${user}/start`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(node ? { dialog, node } : { dialog }),
  });
