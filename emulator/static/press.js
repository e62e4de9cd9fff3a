// Right click and long press: both ask for the menu of what lies under them.

const LONG_MS = 450;

/** Calls `run({x, y})`. iPhones send no contextmenu event, so a resting finger is timed here. */
export function onMenuPress(node, run) {
  let timer = 0;
  let opened = false;
  const stop = () => clearTimeout(timer);
  const open = ({ clientX, clientY }) => {
    stop();
    opened = true;
    run({ x: clientX, y: clientY });
  };
  node.addEventListener("contextmenu", (event) => {
    event.preventDefault();
    open(event);
  });
  const begin = ({ touches: [finger] }) => {
    stop();
    opened = false;
    timer = setTimeout(open, LONG_MS, finger);
  };
  // Lifting the finger would count as a tap on the menu that has just opened under it.
  const end = (event) => {
    stop();
    if (opened) event.preventDefault();
  };
  node.addEventListener("touchstart", begin, { passive: true });
  node.addEventListener("touchmove", stop, { passive: true });
  node.addEventListener("touchend", end);
  node.addEventListener("touchcancel", stop);
}
