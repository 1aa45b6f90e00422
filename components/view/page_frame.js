// What the pages need of the browser and Streamlit doesn't do: a typed day is taken on Enter, not only on leaving it.

function takeTypedDay(event) {
  if (event.key !== "Enter" || !event.target.closest?.('[data-testid="stDateInputFieldsScroller"]')) return;
  const input = event.target.closest('[data-testid="stDateInput"]');
  // The field gives its day up when the focus leaves it for something else; its calendar's button keeps it near.
  const elsewhere = document.createElement("span");
  elsewhere.tabIndex = -1;
  input.append(elsewhere);
  elsewhere.focus();
  requestAnimationFrame(() => {
    elsewhere.remove();
    input.querySelector('[data-testid="stDateInputCalendarButton"]')?.focus();
  });
}

const running = new WeakMap();

export default function ({ parentElement }) {
  running.get(parentElement)?.();
  document.addEventListener("keydown", takeTypedDay, { capture: true });
  const stop = () => document.removeEventListener("keydown", takeTypedDay, { capture: true });
  running.set(parentElement, stop);
  return stop;
}
