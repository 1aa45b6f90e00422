// Adds an SVG button beside the PNG button of every Plotly toolbar, and tells the server when the window isn't wide.
// Plotly's own button reads its options at the moment of the click, so the added one lends it another format.

// A window at least so wide has so much room for a page: [window, room], in pixels.
const WIDTHS = [[1200, 1040], [900, 750], [640, 540], [0, 350]];
const TITLES = { png: "Download as PNG", svg: "Download as SVG" };

function showRangeButtons(png, isVisible) {
  const layout = png.closest(".js-plotly-plot").layout;
  for (const [name, axis] of Object.entries(layout)) {
    if (name.startsWith("xaxis") && axis?.rangeselector) axis.rangeselector.visible = isVisible;
  }
}

function click(png, format) {
  const chart = png.closest(".js-plotly-plot");
  const options = chart._context.toImageButtonOptions;
  chart._context.toImageButtonOptions = { ...options, format };
  png.click();
  chart._context.toImageButtonOptions = options;
}

function nameButton(button, format) {
  button.dataset.picture = format;
  button.dataset.title = TITLES[format];
  button.setAttribute("aria-label", TITLES[format]);
}

function addSvgButton(bar) {
  const png = bar.querySelector('.modebar-btn[data-title^="Download plot"]');
  if (!png || bar.querySelector('[data-picture="svg"]')) return;
  nameButton(png, "png");
  // Plotly copies the layout within the click, so what is between these two is in the picture alone.
  png.addEventListener("click", () => showRangeButtons(png, false), { capture: true });
  png.addEventListener("click", () => showRangeButtons(png, true));
  const svg = document.createElement("button");
  svg.type = "button";
  svg.className = "modebar-btn";
  svg.textContent = "SVG";
  svg.style.cssText = "font: 600 10px sans-serif; line-height: 1; vertical-align: top; padding: 5px 4px;";
  svg.style.color = bar.querySelector(".icon path")?.style.fill || "inherit";
  nameButton(svg, "svg");
  svg.addEventListener("click", () => click(png, "svg"));
  png.after(svg);
}

function addAll() {
  document.querySelectorAll(".js-plotly-plot .modebar").forEach(addSvgButton);
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
      addAll();
    });
  });
  observer.observe(document.body, { childList: true, subtree: true });
  addAll();

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
