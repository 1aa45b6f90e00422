"""What each sign on a map means, for what is drawn on it: a small drawing and its words. The house's words alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from tension.figures.maps.content import MapContent
from tension.figures.maps.deck import LETTER_ZOOM
from tension.figures.maps.density import CLASS_EDGES
from tension.figures.maps.styles import Style, build_styles
from tension.figures.maps.symbols import (
    DOUBTFUL,
    HOLDER_LETTERS,
    EventSign,
    draw_count,
    draw_sign,
    draw_symbol,
    draw_symbols,
    name_holder,
    to_data_address,
)
from tension.figures.palette import DANGER, PRESENCE, ROUTINE, Palette
from tension.records.sea_features import DISPUTED, UNOCCUPIED
from tension.records.source_cards import is_coded_elsewhere
from tension.records.vocab import QuadClass

GRADE_WORDS = {
    ROUTINE: "Severity 1 or 2: routine, signalling",
    PRESENCE: "3: coercive presence",
    DANGER: "4 or 5: dangerous encounter, force",
}
AREA_WORDS = "Hollow, dashed: an area, not a position"
STYLE_WORDS = {
    "median_line": "Median line, Taiwan’s ministry",
    "median_line_other": "Median line, three-point version",
    "adiz_china": "China’s ADIZ",
    "adiz_taiwan": "Taiwan’s ADIZ, derived",
    "adiz_japan": "Japan’s ADIZ, part",
    "adiz_korea": "South Korea’s ADIZ",
    "fir": "Flight information region",
    "ten_dash": "Ten-dash line, China’s claim",
    "baseline": "China’s straight baselines",
    "eez": "EEZ limit, modelled by Marine Regions",
    "fisheries": "Provisional Measures Zone, China and South Korea",
    "restricted": "Kinmen’s control line",
    "lane": "Shipping lane, generalised",
    "zone": "Exercise area, declared by China",
    "sector": "Sector named as entered, days of the last 30",
    "arc_conflict": "Acted on, mostly conflict",
    "arc_other": "Acted on, mostly co-operation",
}
_SYMBOL_WORDS = {"airfield": "Airfield", "naval-base": "Naval base", "port": "Port"}


@dataclass(frozen=True)
class LegendEntry:
    """A drawing (SVG, in its own pixels) and the words beside it."""

    drawing: str
    width_px: int
    height_px: int
    words: str

    @property
    def address(self) -> str:
        """The drawing as an address that an `img` can hold: Streamlit strips SVG elements from HTML."""
        return to_data_address(self.drawing, self.width_px, self.height_px)


def build_legend(content: MapContent, palette: Palette) -> list[LegendEntry]:
    """Entries in the order of reading: events, then lines, areas and symbols, those that are drawn."""
    entries = list(_list_event_entries(content, palette))
    styles = build_styles(palette)
    drawn = dict.fromkeys(mark.style for marks in content.marks.values() for mark in marks)
    entries += [LegendEntry(_draw_style(s, styles[s]), 26, 14, STYLE_WORDS[s]) for s in drawn if s in STYLE_WORDS]
    if "cell" in drawn:
        entries += _list_cell_entries(styles["cell"])
    known = draw_symbols(palette)
    symbols = {mark.symbol for marks in content.marks.values() for mark in marks if mark.symbol}
    entries += [_draw_entry(known[s], 14, words) for s, words in _SYMBOL_WORDS.items() if s in symbols]
    has_letter = content.view.zoom >= LETTER_ZOOM
    for holder in HOLDER_LETTERS:
        if symbols & {name_holder(holder), name_holder(holder, is_doubtful=True)}:
            entries.append(_draw_entry(known[name_holder(holder, has_letter=has_letter)], 14, name_holding(holder)))
    if any(symbol.endswith(DOUBTFUL) for symbol in symbols):
        doubtful = name_holder(UNOCCUPIED, is_doubtful=True, has_letter=has_letter)
        entries.append(_draw_entry(known[doubtful], 14, "Hollow: holder or place in doubt"))
    return entries


def name_holding(holder: str) -> str:
    """A holder of sea features in the words of a legend."""
    return f"Held by {holder}" if holder not in (UNOCCUPIED, DISPUTED) else holder.capitalize()


def _draw_entry(drawing: str, size_px: int, words: str) -> LegendEntry:
    return LegendEntry(draw_symbol(drawing, size_px), size_px, size_px, words)


def _list_event_entries(content: MapContent, palette: Palette) -> Iterator[LegendEntry]:
    """Grades of severity, classes that are drawn alone, counts, areas, and events coded elsewhere."""
    gathered = content.gathered
    if not (gathered.spots or gathered.clusters):
        return
    is_open = content.events.severity.isna().any()
    for grade, words in GRADE_WORDS.items():
        told = f"{words}; or none stated" if is_open and grade == ROUTINE else words
        yield LegendEntry(draw_symbol(_draw_disc(grade, palette), 13), 13, 13, told)
    alone = content.events[content.events.event_id.isin([spot.event_id for spot in gathered.spots])]
    for quad in [*(q for q in QuadClass if (alone.quad_class == int(q)).any()), 0]:
        if quad or alone.quad_class.isna().any():
            words = QuadClass(quad).plain if quad else "Class not stated"
            yield _draw_entry(draw_sign(EventSign(int(quad), ROUTINE), palette), 15, words)
    if any(cluster.is_exact for cluster in gathered.clusters):
        yield _draw_count_entry(palette, "Several events at one place", is_exact=True)
    if any(not sign.is_exact for sign in gathered.signs):
        yield _draw_count_entry(palette, AREA_WORDS, is_exact=False)
    if any(is_coded_elsewhere(key) for key in pd.unique(alone.source_key)):
        yield _draw_entry(draw_sign(EventSign(4, ROUTINE, is_coded=True), palette), 15, "With a dot: coded elsewhere")


def _draw_disc(grade: str, palette: Palette) -> str:
    return (
        f'<circle cx="32" cy="32" r="27" fill="{palette.severity[grade]}" stroke="{palette.edge[grade]}" '
        'stroke-width="5"/>'
    )


def _draw_count_entry(palette: Palette, words: str, *, is_exact: bool) -> LegendEntry:
    drawing = draw_count({2: 3, 3: 1, 4: 1}, 8, palette, is_exact=is_exact)
    return LegendEntry(f'<g transform="translate(10 10)">{drawing}</g>', 20, 20, words)


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
            f'stroke="{style.colour}" stroke-width="1.2"{dash}/>'
        )
    return f'<path d="M0 7H26" stroke="{style.colour}" stroke-width="{style.width_px}"{dash}/>'
