// One stop for the Tab key in a chat, however long it is: the arrow keys go on from there (ARIA "roving tabindex").
const STOPS = "button:not([data-callback='-']), a[href], .spoiler";

export class Roving {
  constructor(chat) {
    this.chat = chat;
    chat.addEventListener("keydown", (event) => this.#onKey(event));
    // Whoever taps or clicks somewhere comes back there.
    chat.addEventListener("focusin", ({ target }) => target !== chat && this.#stopAt(target));
  }

  // Draws the one stop anew: the first button of the newest message that has any.
  refresh() {
    const stops = this.#stops();
    const newest = stops.at(-1)?.closest(".message");
    if (!newest?.contains(document.activeElement)) this.#stopAt(stops.find((stop) => newest.contains(stop)), stops);
  }

  #stops() {
    return [...this.chat.querySelectorAll(STOPS)].filter((stop) => !stop.closest(".leaving"));
  }

  #stopAt(chosen, stops = this.#stops()) {
    for (const stop of stops) stop.tabIndex = stop === chosen ? 0 : -1;
  }

  #onKey(event) {
    const go = { ArrowRight: beside(1), ArrowLeft: beside(-1), ArrowDown: below(1), ArrowUp: below(-1) }[event.key];
    const stops = this.#stops();
    const at = stops.indexOf(document.activeElement);
    // With the chat itself in focus, the arrow keys scroll it.
    if (!go || at < 0 || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const next = go(stops, at);
    next?.focus();
    next?.scrollIntoView({ block: "nearest" });
  }
}

const beside = (step) => (stops, at) => stops[at + step];

// The nearest one of the next line, above or below.
const below = (direction) => (stops, at) => {
  const from = middle(stops[at]);
  const others = stops.map((stop) => ({ stop, ...middle(stop) })).filter(({ y }) => (y - from.y) * direction > 4);
  const line = Math.min(...others.map(({ y }) => Math.abs(y - from.y)));
  const near = others.filter(({ y }) => Math.abs(y - from.y) < line + 4);
  return near.sort((a, b) => Math.abs(a.x - from.x) - Math.abs(b.x - from.x))[0]?.stop;
};

function middle(element) {
  const { left, right, top, bottom } = element.getBoundingClientRect();
  return { x: (left + right) / 2, y: (top + bottom) / 2 };
}
