"""What each sign on a map means, for the layers that are on: a small drawing and its words. The house's words alone."""

from __future__ import annotations

import html
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tension.figures.maps.content import MapContent
from tension.figures.maps.density import CLASS_EDGES
from tension.figures.maps.marks import DOUBTFUL, OCCUPIER_LETTERS
from tension.figures.maps.spread import SEVERITY_PX
from tension.figures.maps.styles import Style, build_styles
from tension.figures.maps.symbols import draw_symbol, name_quad_icon, to_data_address
from tension.figures.palette import Palette
from tension.records.sea_features import HOLDERS
from tension.records.source_cards import is_coded_elsewhere
from tension.records.vocab import QuadClass

_STYLE_WORDS = {
    "median_line": "Median line, Taiwan’s ministry",
    "median_line_other": "Median line, three-point version",
    "adiz_china": "China’s ADIZ",
    "adiz_taiwan": "Taiwan’s ADIZ, derived",
    "adiz_japan": "Japan’s ADIZ, part",
    "adiz_korea": "South Korea’s ADIZ",
    "fir": "Flight information region",
    "ten_dash": "Ten-dash line, China’s claim",
    "zone": "Exercise area, declared by China",
    "sector": "Sector named as entered, days of the last 30",
    "arc_conflict": "Acted on, mostly conflict",
    "arc_other": "Acted on, mostly co-operation",
}
_SYMBOL_WORDS = {"airfield": "Airfield", "naval-base": "Naval base", "port": "Port", "dot": "Island"}


@dataclass(frozen=True)
class LegendEntry:
    """A drawing (SVG, in its own pixels) and the words beside it."""

    drawing: str
    width_px: int
    height_px: int
    words: str


def build_legend(content: MapContent, palette: Palette) -> list[LegendEntry]:
    """Entries in the order of reading: events, their size, counts, then lines, areas and symbols that are drawn."""
    entries: list[LegendEntry] = []
    if content.gathered.spots or content.gathered.clusters:
        entries += _list_event_entries(content, palette)
    styles = build_styles(palette)
    drawn = dict.fromkeys(mark.style for marks in content.marks.values() for mark in marks)
    entries += [LegendEntry(_draw_style(s, styles[s]), 26, 14, _STYLE_WORDS[s]) for s in drawn if s in _STYLE_WORDS]
    if "cell" in drawn:
        entries += _list_cell_entries(styles["cell"])
    symbols = dict.fromkeys(mark.symbol for marks in content.marks.values() for mark in marks if mark.symbol)
    entries += [_draw_entry(s, palette, 14, _SYMBOL_WORDS[s]) for s in symbols if s in _SYMBOL_WORDS]
    entries += [
        _draw_entry(f"occupier-{letter}", palette, 15, f"Occupier {name}" if name in HOLDERS else name.capitalize())
        for name, letter in OCCUPIER_LETTERS.items()
        if letter in symbols or letter + DOUBTFUL in symbols
    ]
    if doubtful := next((symbol for symbol in symbols if symbol.endswith(DOUBTFUL)), ""):
        entries.append(_draw_entry(f"occupier-{doubtful}", palette, 15, "Hollow: doubtful"))
    return entries


def build_legend_html(entries: Iterable[LegendEntry], palette: Palette) -> str:
    """The entries in a row that wraps, with room at its end for a menu.

    Drawings travel as pictures: Streamlit strips SVG elements from HTML.
    """
    items = "".join(
        f'<span style="display:inline-flex;align-items:center;gap:5px;white-space:nowrap">'
        f'<img alt="" src="{_to_picture(entry)}" width="{entry.width_px}" height="{entry.height_px}">'
        f"<span>{html.escape(entry.words)}</span></span>"
        for entry in entries
    )
    return (
        f'<div style="display:flex;flex-wrap:wrap;gap:2px 16px;font-size:13px;line-height:1.5;color:{palette.ink}">'
        f'{items}<span style="width:6rem;height:1.4rem"></span></div>'
    )


def _to_picture(entry: LegendEntry) -> str:
    return to_data_address(entry.drawing, entry.width_px, entry.height_px)


def _draw_entry(symbol: str, palette: Palette, size_px: int, words: str) -> LegendEntry:
    return LegendEntry(draw_symbol(symbol, palette, size_px), size_px, size_px, words)


def _list_event_entries(content: MapContent, palette: Palette) -> Iterator[LegendEntry]:
    for quad in QuadClass:
        yield _draw_entry(name_quad_icon(quad), palette, 16, quad.label)
    icon = name_quad_icon(QuadClass.MATERIAL_CONFLICT)
    sizes, x = "", 0
    for px in SEVERITY_PX.values():
        sizes += draw_symbol(icon, palette, px, x, (max(SEVERITY_PX.values()) - px) // 2)
        x += px + 1
    yield LegendEntry(sizes, x, max(SEVERITY_PX.values()), "Severity 1 to 5")
    if content.gathered.clusters:
        yield LegendEntry(_draw_ring(palette), 20, 20, "Number of events, with shares of the classes")
    if any(is_coded_elsewhere(key) for key in content.events.source_key.unique()):
        yield _draw_entry(name_quad_icon(QuadClass.MATERIAL_CONFLICT, True), palette, 16, "Coded elsewhere")


def _list_cell_entries(style: Style) -> Iterator[LegendEntry]:
    for step, edge in enumerate(CLASS_EDGES):
        last = CLASS_EDGES[step + 1] - 1 if step + 1 < len(CLASS_EDGES) else None
        words = f"{edge} or more" if last is None else str(edge) if last == edge else f"{edge} to {last}"
        share = style.fill_pct / 100 * (step + 1) / len(CLASS_EDGES)
        yield LegendEntry(
            f'<path d="M6.5 0 13 3.5V10.5L6.5 14 0 10.5V3.5Z" fill="{style.colour}" fill-opacity="{share:.2f}" '
            f'stroke="{style.colour}" stroke-width="0.5"/>',
            13,
            14,
            f"{words} event" if step == 0 else words,
        )


def _draw_style(name: str, style: Style) -> str:
    """A stretch of line, a disc for sectors, or a small area where the style fills."""
    if name == "sector":
        fill = f'fill="{style.colour}" fill-opacity="{style.fill_pct / 100:.2f}"'
        return f'<circle cx="13" cy="7" r="6" {fill} stroke="{style.colour}"/>'
    dash = f' stroke-dasharray="{" ".join(f"{part * style.width_px:g}" for part in style.dash)}"' if style.dash else ""
    if style.fill_pct and style.fill_pct < 90:
        return (
            f'<rect x="1" y="2" width="22" height="10" fill="{style.colour}" fill-opacity="{style.fill_pct / 100:.2f}" '
            f'stroke="{style.colour}" stroke-width="1.2"/>'
        )
    return f'<path d="M0 7H26" stroke="{style.colour}" stroke-width="{style.width_px}"{dash}/>'


def _draw_ring(palette: Palette) -> str:
    conflict, other = palette.quad[QuadClass.MATERIAL_CONFLICT], palette.quad[QuadClass.VERBAL_COOPERATION]
    return (
        f'<circle cx="10" cy="10" r="7.5" fill="{palette.paper}" stroke="{conflict}" stroke-width="3.5"/>'
        f'<circle cx="10" cy="10" r="7.5" fill="none" stroke="{other}" stroke-width="3.5" '
        f'stroke-dasharray="12 48" transform="rotate(-90 10 10)"/>'
        f'<text x="10" y="13" text-anchor="middle" font-size="8.5" fill="{palette.ink}" '
        f'font-family="Helvetica,Arial,sans-serif">9</text>'
    )
