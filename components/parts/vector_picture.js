// Puts a picture on the page and says which event's mark or which link was chosen, by pointer or keyboard.
// The markup is the server's own, escaped where it is made.

const STEPS = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };
const drawn = new WeakMap();

function step(mark, by) {
  const marks = [...mark.parentElement.querySelectorAll(":scope > [data-event]")];
  // By where they stand, for the order of drawing is another.
  marks.sort((a, b) => a.getBoundingClientRect().x - b.getBoundingClientRect().x);
  const next = marks[marks.indexOf(mark) + by];
  if (!next) return;
  mark.setAttribute("tabindex", "-1");
  next.setAttribute("tabindex", "0");
  next.focus();
}

export default function ({ parentElement, data, setTriggerValue }) {
  if (drawn.get(parentElement) !== data.markup) {
    parentElement.innerHTML = data.markup;
    drawn.set(parentElement, data.markup);
  }

  const choose = (target, event) => {
    const mark = target.closest?.("[data-event], [data-page]");
    if (!mark || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const { event: id, page, own } = mark.dataset;
    if (id) setTriggerValue("event", id);
    else setTriggerValue("page", { page, own });
  };
  const onClick = (event) => choose(event.target, event);
  const onKey = (event) => {
    const mark = event.target.closest?.("g[data-event]");
    // A button says by itself that it was pressed.
    if (!mark) return;
    if (event.key === "Enter" || event.key === " ") choose(mark, event);
    else if (STEPS[event.key]) {
      event.preventDefault();
      step(mark, STEPS[event.key]);
    }
  };
  parentElement.addEventListener("click", onClick);
  parentElement.addEventListener("keydown", onKey);
  return () => {
    parentElement.removeEventListener("click", onClick);
    parentElement.removeEventListener("keydown", onKey);
  };
}
