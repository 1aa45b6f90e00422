"""The map's symbols as small SVG pictures, carried in the page itself: quad classes, occupiers, bases, counts.

Only numbers and the house's own words are drawn; no text of a record enters a picture.
"""

from __future__ import annotations

import base64
import math
from collections.abc import Mapping, Sequence
from functools import lru_cache

from tension.figures.maps.marks import DOUBTFUL, OCCUPIER_LETTERS
from tension.figures.palette import PALETTES, QUAD_SYMBOLS, Palette
from tension.records.vocab import QuadClass

CELL = 64
# Pixels of a count's picture for each on the screen, for screens of a fine grain.
SHARPNESS = 3
_SHAPES = {
    "circle": '<circle cx="32" cy="32" r="23"{}/>',
    "square": '<rect x="11" y="11" width="42" height="42" rx="3"{}/>',
    "diamond": '<path d="M32 4 60 32 32 60 4 32Z"{}/>',
    "triangle-up": '<path d="M32 5 60 56H4Z"{}/>',
}


def name_quad_icon(quad: QuadClass | int, is_machine_coded: bool = False) -> str:
    return f"quad-{int(quad)}{'-hollow' if is_machine_coded else ''}"


@lru_cache(maxsize=4)
def _draw_cells(theme: str) -> dict[str, str]:
    palette = PALETTES[theme]
    cells: dict[str, str] = {}
    for quad, shape in QUAD_SYMBOLS.items():
        colour = palette.quad[quad]
        filled = f' fill="{colour}" fill-opacity="0.88" stroke="{palette.paper}" stroke-width="4"'
        hollow = f' fill="{palette.paper}" fill-opacity="0.75" stroke="{colour}" stroke-width="6"'
        cells[name_quad_icon(quad)] = _SHAPES[shape].format(filled)
        cells[name_quad_icon(quad, True)] = _SHAPES[shape].format(hollow)
    for letter in OCCUPIER_LETTERS.values():
        cells[f"occupier-{letter}"] = _draw_letter(letter, palette, is_sure=letter != "?")
        cells[f"occupier-{letter}{DOUBTFUL}"] = _draw_letter(letter, palette, is_sure=False)
    line = f' fill="none" stroke="{palette.muted}" stroke-width="5" stroke-linecap="round"'
    cells["airfield"] = f'<path d="M32 10V54M10 34 32 24 54 34M24 52 32 48 40 52"{line}/>'
    cells["naval-base"] = f'<path d="M32 22V56M14 40C16 52 24 56 32 56S48 52 50 40M22 28H42"{line}/>' + (
        f'<circle cx="32" cy="14" r="7"{line}/>'
    )
    cells["port"] = f'<rect x="16" y="16" width="32" height="32"{line}/>'
    cells["dot"] = f'<circle cx="32" cy="32" r="13" fill="{palette.ink}" stroke="{palette.paper}" stroke-width="6"/>'
    cells["ring"] = (
        f'<circle cx="32" cy="32" r="25" fill="none" stroke="{palette.paper}" stroke-width="12"/>'
        f'<circle cx="32" cy="32" r="25" fill="none" stroke="{palette.ink}" stroke-width="6"/>'
    )
    return cells


def _draw_letter(letter: str, palette: Palette, *, is_sure: bool) -> str:
    fill, ink = (palette.ink, palette.paper) if is_sure else (palette.paper, palette.ink)
    return (
        f'<rect x="8" y="8" width="48" height="48" rx="8" fill="{fill}" stroke="{palette.muted}" stroke-width="3"/>'
        f'<text x="32" y="46" text-anchor="middle" font-family="Helvetica,Arial,sans-serif" font-weight="700" '
        f'font-size="40" fill="{ink}">{letter}</text>'
    )


@lru_cache(maxsize=4)
def build_atlas(theme: str) -> tuple[str, dict[str, dict[str, int]]]:
    """One picture of all symbols as a data address, and where each lies in it (deck.gl's icon mapping)."""
    cells = _draw_cells(theme)
    parts, mapping = [], {}
    for i, (name, drawing) in enumerate(cells.items()):
        parts.append(f'<g transform="translate({i * CELL})">{drawing}</g>')
        mapping[name] = {"x": i * CELL, "y": 0, "width": CELL, "height": CELL, "mask": False}
    return to_data_address("".join(parts), CELL * len(cells), CELL), mapping


def draw_symbol(name: str, palette: Palette, size_px: int, x_px: int = 0, y_px: int = 0) -> str:
    """One symbol as an SVG group of a size at a place, for the legend."""
    drawing = _draw_cells(palette.name)[name]
    return f'<g transform="translate({x_px} {y_px}) scale({size_px / CELL:.4f})">{drawing}</g>'


def build_count_atlas(
    counts: Sequence[tuple[Mapping[int, int], float]], palette: Palette
) -> tuple[str, list[dict[str, int | bool]]]:
    """One picture of all counts, each (events by quad class, radius in pixels), and where each lies in it, in order.

    One picture, because deck.gl draws the whole map anew for every picture that arrives.
    """
    columns = math.ceil(math.sqrt(len(counts)))
    cell = max(math.ceil(2 * radius + 4) for _, radius in counts)
    parts, places = [], []
    for i, (class_counts, radius) in enumerate(counts):
        x, y, size = i % columns * cell, i // columns * cell, round(2 * radius + 4)
        parts.append(f'<g transform="translate({x} {y})">{_draw_count(class_counts, radius, palette)}</g>')
        place = {"x": x * SHARPNESS, "y": y * SHARPNESS, "width": size * SHARPNESS, "height": size * SHARPNESS}
        places.append(place | {"mask": False})
    rows = math.ceil(len(counts) / columns)
    return to_data_address("".join(parts), columns * cell, rows * cell, SHARPNESS), places


def _draw_count(class_counts: Mapping[int, int], radius_px: float, palette: Palette) -> str:
    """A count in a ring whose arcs are the shares of the quad classes, clockwise from the top in their order."""
    total, size = sum(class_counts.values()), 2 * radius_px + 4
    centre, ring = size / 2, radius_px - 2.5
    parts = [f'<circle cx="{centre}" cy="{centre}" r="{radius_px + 1}" fill="{palette.paper}"/>']
    around, done = 2 * math.pi * ring, 0.0
    for quad, count in sorted(class_counts.items()):
        length = around * count / total
        gap = 1.2 if len(class_counts) > 1 else 0.0
        parts.append(
            f'<circle cx="{centre}" cy="{centre}" r="{ring:.1f}" fill="none" stroke="{palette.quad[QuadClass(quad)]}" '
            f'stroke-width="5" stroke-dasharray="{max(length - gap, 0.6):.1f} {around:.1f}" '
            f'stroke-dashoffset="{-done:.1f}" transform="rotate(-90 {centre} {centre})"/>'
        )
        done += length
    text_px = 13 if total < 100 else 12
    parts.append(
        f'<text x="{centre}" y="{centre + text_px * 0.36:.1f}" text-anchor="middle" fill="{palette.ink}" '
        f'font-family="Source Sans,Helvetica,Arial,sans-serif" font-weight="600" font-size="{text_px}">{total}</text>'
    )
    return "".join(parts)


def to_data_address(drawing: str, width: float, height: float, scale: float = 1) -> str:
    """An SVG drawing as a `data:` address; its pixels are `scale` times the drawing's own size."""
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width * scale:g}" height="{height * scale:g}" '
        f'viewBox="0 0 {width:g} {height:g}">{drawing}</svg>'
    )
    return "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode()
