// One phone's event stream: server-sent events that come back by themselves. Each connection begins with a snapshot.

const NAMES = [
  ...["snapshot", "message", "edit", "delete", "fetched", "reset"],
  ...["typing", "toast", "answered", "commands", "clock", "blocked", "pinned"],
];
const FIRST_WAIT = 400;
const LONGEST_WAIT = 5000;

/** Calls `onEvent(name, data)` for each event and `onLink(up)` when the connection comes or goes. */
export function listen(user, onEvent, onLink) {
  let wait = FIRST_WAIT;
  const open = () => {
    const source = new EventSource(`/control/events?user=${encodeURIComponent(user)}`);
    source.onopen = () => {
      wait = FIRST_WAIT;
      onLink(true);
    };
    // The browser gives up for good on an HTTP error, so we reconnect ourselves in every case.
    source.onerror = () => {
      source.close();
      onLink(false);
      setTimeout(open, wait);
      wait = Math.min(wait * 2, LONGEST_WAIT);
    };
    for (const name of NAMES) source.addEventListener(name, (event) => onEvent(name, JSON.parse(event.data || "{}")));
  };
  open();
}
