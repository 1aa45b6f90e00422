// Keeps buttons out of the pictures that Plotly's toolbars save, and tells the server when the window isn't wide.

// A window at least so wide has so much room for a page: [window, room], in pixels.
const WIDTHS = [[1200, 1040], [900, 750], [640, 540], [0, 350]];
function showRangeButtons(png, isVisible) {
  const layout = png.closest(".js-plotly-plot").layout;
  for (const [name, axis] of Object.entries(layout)) {
    if (name.startsWith("xaxis") && axis?.rangeselector) axis.rangeselector.visible = isVisible;
  }
}

function prepare(bar) {
  const png = bar.querySelector('.modebar-btn[data-title^="Download plot"]');
  if (!png || png.dataset.isPrepared) return;
  png.dataset.isPrepared = "yes";
  // Plotly copies the layout within the click, so what is between these two is in the picture alone.
  png.addEventListener("click", () => showRangeButtons(png, false), { capture: true });
  png.addEventListener("click", () => showRangeButtons(png, true));
}

function prepareAll() {
  document.querySelectorAll(".js-plotly-plot .modebar").forEach(prepare);
}

const running = new WeakMap();

export default function ({ parentElement, data, setStateValue }) {
  const known = running.get(parentElement) ?? {};
  known.observer?.disconnect();
  window.removeEventListener("resize", known.tell);

  let isWaiting = false;
  const observer = new MutationObserver(() => {
    if (isWaiting) return;
    isWaiting = true;
    requestAnimationFrame(() => {
      isWaiting = false;
      prepareAll();
    });
  });
  observer.observe(document.body, { childList: true, subtree: true });
  prepareAll();

  let told = data.page_px;
  const tell = () => {
    const [, room] = WIDTHS.find(([least]) => window.innerWidth >= least);
    if (room === told) return;
    told = room;
    setStateValue("page_px", room);
  };
  window.addEventListener("resize", tell);
  tell();

  running.set(parentElement, { observer, tell });
  return () => {
    observer.disconnect();
    window.removeEventListener("resize", tell);
  };
}
