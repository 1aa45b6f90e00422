"""The map's symbols as small SVG pictures, carried in the page itself: classes, counts, holders, bases.

Only the house's own shapes and letters are drawn; no text of a record enters a picture.
"""

from __future__ import annotations

import base64
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from tension.figures.maps.shares import DASH_PX, RING_PX, Share, find_point, list_shares
from tension.figures.palette import PALETTES, QUAD_SYMBOLS, Palette, grade_severity
from tension.records.sea_features import DISPUTED, NOT_STATED, UNOCCUPIED
from tension.records.vocab import QuadClass

CELL = 64
# Pixels of a count's picture for each on the screen, for screens of a fine grain.
SHARPNESS = 3
DOUBTFUL, DOT = "doubtful", "dot"
# Columns of a picture of symbols: no browser takes one that is wider than 4,096 pixels.
_COLUMNS = 32
_SHAPES = {
    "circle": '<circle cx="32" cy="32" r="23"{}/>',
    "square": '<rect x="11" y="11" width="42" height="42" rx="3"{}/>',
    "diamond": '<path d="M32 4 60 32 32 60 4 32Z"{}/>',
    "triangle-up": '<path d="M32 5 60 56H4Z"{}/>',
    "cross": '<path d="M22 6H42V22H58V42H42V58H22V42H6V22H22Z"{}/>',
}
NO_CLASS_SYMBOL = "cross"
# Holders of sea features: a state's hue and letter; none for what nobody or several hold.
HOLDER_CODES = {"China": "CHN", "Vietnam": "VNM", "Philippines": "PHL", "Malaysia": "MYS", "Taiwan": "TWN"}
HOLDER_LETTERS = {holder: holder[0] for holder in HOLDER_CODES} | {UNOCCUPIED: "U", DISPUTED: "D", NOT_STATED: "?"}


@dataclass(frozen=True)
class EventSign:
    """How one event is drawn: shape by class, colour by severity, hollow and dashed for an area, dotted if coded."""

    quad: int
    grade: str
    is_exact: bool = True
    is_coded: bool = False

    @property
    def name(self) -> str:
        return f"event-{self.quad}-{self.grade}{'' if self.is_exact else '-area'}{'-coded' if self.is_coded else ''}"


def read_sign(row: Mapping[object, object], *, is_exact: bool, is_coded: bool) -> EventSign:
    """The sign of an event's row; a class or severity that isn't stated has a sign of its own."""
    quad, severity = row["quad_class"], row["severity"]
    return EventSign(_read_number(quad) or 0, grade_severity(_read_number(severity)), is_exact, is_coded)


def _read_number(value: object) -> int | None:
    return int(value) if isinstance(value, int | float) and not math.isnan(value) else None


def get_class_symbol(quad: int) -> str:
    """Plotly's name of a class's shape; NO_CLASS_SYMBOL where no class is stated."""
    return QUAD_SYMBOLS[QuadClass(quad)] if quad else NO_CLASS_SYMBOL


def draw_sign(sign: EventSign, palette: Palette) -> str:
    """An event's symbol in a cell of CELL pixels."""
    colour, edge = palette.severity[sign.grade], palette.edge[sign.grade]
    shape = _SHAPES[get_class_symbol(sign.quad)]
    if sign.is_exact:
        drawing = shape.format(f' fill="{colour}" stroke="{edge}" stroke-width="3.5"')
        dot = palette.paper
    else:
        halo = shape.format(f' fill="{palette.paper}" fill-opacity="0.55" stroke="{edge}" stroke-width="8"')
        dashes = shape.format(f' fill="none" stroke="{colour}" stroke-width="6" stroke-dasharray="13 7"')
        drawing, dot = halo + dashes, edge
    return drawing + (f'<circle cx="32" cy="36" r="8" fill="{dot}"/>' if sign.is_coded else "")


def get_holder_colour(holder: str, palette: Palette) -> str:
    """The hue of a holder's state; ink where a feature is disputed, grey where nobody holds it."""
    return palette.states.get(HOLDER_CODES.get(holder, ""), palette.ink if holder == DISPUTED else palette.muted)


def draw_holder(holder: str, palette: Palette, *, is_doubtful: bool = False, has_letter: bool = True) -> str:
    """A sea feature's symbol: the holder's hue and letter, hollow where it is doubtful; without a letter a dot."""
    colour = get_holder_colour(holder, palette)
    fill, ink = (palette.paper, colour) if is_doubtful else (colour, palette.paper)
    if not has_letter:
        return f'<circle cx="32" cy="32" r="24" fill="{fill}" stroke="{colour}" stroke-width="9"/>'
    return (
        f'<rect x="8" y="8" width="48" height="48" rx="8" fill="{fill}" stroke="{colour}" stroke-width="5"/>'
        f'<text x="32" y="46" text-anchor="middle" font-family="Helvetica,Arial,sans-serif" font-weight="700" '
        f'font-size="40" fill="{ink}">{HOLDER_LETTERS[holder]}</text>'
    )


def name_holder(holder: str, *, is_doubtful: bool = False, has_letter: bool = True) -> str:
    """The name of a holder's symbol."""
    parts = ("holder", HOLDER_LETTERS[holder], DOUBTFUL if is_doubtful else "", "" if has_letter else DOT)
    return "-".join(part for part in parts if part)


def read_holder(symbol: str) -> str:
    """The holder of a symbol's name."""
    letter = symbol.split("-")[1]
    return next(holder for holder, its_letter in HOLDER_LETTERS.items() if its_letter == letter)


def _draw_holders(palette: Palette) -> dict[str, str]:
    return {
        name_holder(holder, is_doubtful=doubt, has_letter=letter): draw_holder(
            holder, palette, is_doubtful=doubt, has_letter=letter
        )
        for holder in HOLDER_LETTERS
        for doubt in (False, True)
        for letter in (False, True)
    }


def _draw_places(palette: Palette) -> dict[str, str]:
    line = f' fill="none" stroke="{palette.ink}" stroke-width="5" stroke-linecap="round"'
    return {
        "airfield": f'<path d="M32 10V54M10 34 32 24 54 34M24 52 32 48 40 52"{line}/>',
        "naval-base": f'<path d="M32 22V56M14 40C16 52 24 56 32 56S48 52 50 40M22 28H42"{line}/>'
        f'<circle cx="32" cy="14" r="7"{line}/>',
        "port": f'<rect x="16" y="16" width="32" height="32"{line}/>',
        "city": f'<circle cx="32" cy="32" r="15" fill="{palette.paper}" stroke="{palette.ink}" stroke-width="9"/>',
        "ring": f'<circle cx="32" cy="32" r="25" fill="none" stroke="{palette.paper}" stroke-width="12"/>'
        f'<circle cx="32" cy="32" r="25" fill="none" stroke="{palette.ink}" stroke-width="6"/>',
    }


def draw_symbols(palette: Palette, signs: Iterable[EventSign] = ()) -> dict[str, str]:
    """The symbols by name: those of places and holders, and of the events given."""
    return _draw_places(palette) | _draw_holders(palette) | {sign.name: draw_sign(sign, palette) for sign in signs}


def build_atlas(theme: str, names: Iterable[str], signs: Iterable[EventSign]) -> tuple[str, dict[str, dict[str, int]]]:
    """One picture of the symbols asked for as a data address, and where each lies in it (deck.gl's icon mapping)."""
    known = draw_symbols(PALETTES[theme], signs)
    cells = {name: known[name] for name in dict.fromkeys(names)}
    parts, mapping = [], {}
    for i, (name, drawing) in enumerate(cells.items()):
        x, y = i % _COLUMNS * CELL, i // _COLUMNS * CELL
        parts.append(f'<g transform="translate({x} {y})">{drawing}</g>')
        mapping[name] = {"x": x, "y": y, "width": CELL, "height": CELL, "mask": False}
    rows = max(-(-len(cells) // _COLUMNS), 1)
    return to_data_address("".join(parts), CELL * min(max(len(cells), 1), _COLUMNS), CELL * rows), mapping


def draw_symbol(drawing: str, size_px: float, x_px: float = 0, y_px: float = 0) -> str:
    """A symbol as an SVG group of a size at a place, for the legend."""
    return f'<g transform="translate({x_px} {y_px}) scale({size_px / CELL:.4f})">{drawing}</g>'


def build_count_atlas(
    keys: Sequence[str],
    counts: Sequence[tuple[Mapping[int, int], float, bool]],
    names: Sequence[str],
    signs: Iterable[EventSign],
    palette: Palette,
) -> tuple[str, dict[str, dict[str, int | bool]]]:
    """One picture of counts and symbols, and where each lies in it, by its key or name.

    A count is its events by severity, its radius in pixels, whether its place is exact. One picture, because deck.gl
    draws the whole map anew for every picture that arrives.
    """
    known = draw_symbols(palette, signs)
    side = CELL // SHARPNESS + 1
    sizes = [*(round(2 * radius + 4) for _, radius, _ in counts), *(side for _ in names)]
    columns, cell = math.ceil(math.sqrt(len(sizes))), max(sizes)
    drawings = [
        *(
            f'<g transform="translate({size / 2:g} {size / 2:g})">{draw_count(told, r, palette, is_exact=exact)}</g>'
            for (told, r, exact), size in zip(counts, sizes, strict=False)
        ),
        *(draw_symbol(known[name], side) for name in names),
    ]
    parts, places = [], {}
    for i, (key, drawing, size) in enumerate(zip([*keys, *names], drawings, sizes, strict=True)):
        x, y = i % columns * cell, i // columns * cell
        parts.append(f'<g transform="translate({x} {y})">{drawing}</g>')
        place = {"x": x * SHARPNESS, "y": y * SHARPNESS, "width": size * SHARPNESS, "height": size * SHARPNESS}
        places[key] = place | {"mask": False}
    rows = math.ceil(len(sizes) / columns)
    return to_data_address("".join(parts), columns * cell, rows * cell, SHARPNESS), places


def draw_count(severity_counts: Mapping[int, int], radius: float, palette: Palette, *, is_exact: bool) -> str:
    """A count around (0, 0): a disc in the shares of its severities, or a hollow dashed ring for an area."""
    shares = list_shares(severity_counts)
    if is_exact:
        slices = "".join(_draw_slice(share, radius, palette) for share in shares)
        edge = palette.edge[shares[0].grade]
        return f'{slices}<circle r="{radius:.1f}" fill="none" stroke="{edge}" stroke-width="1.2"/>'
    ground = f'<circle r="{radius:.1f}" fill="{palette.paper}" fill-opacity="0.4"/>'
    return ground + "".join(_draw_dashes(share, radius - RING_PX / 2, palette) for share in shares)


def _draw_slice(share: Share, radius: float, palette: Palette) -> str:
    fill = f'fill="{palette.severity[share.grade]}"'
    if share.is_whole:
        return f'<circle r="{radius:.1f}" {fill}/>'
    return f'<path d="M0 0L{_draw_arc(share, radius)}Z" {fill}/>'


def _draw_dashes(share: Share, radius: float, palette: Palette) -> str:
    shape = f'<circle r="{radius:.1f}"' if share.is_whole else f'<path d="M{_draw_arc(share, radius)}"'
    looks = ((palette.edge[share.grade], RING_PX + 1), (palette.severity[share.grade], RING_PX - 0.6))
    dash = f'stroke-dasharray="{DASH_PX} {DASH_PX - 0.6:.1f}"'
    return "".join(f'{shape} fill="none" stroke="{ink}" stroke-width="{width:.1f}" {dash}/>' for ink, width in looks)


def _draw_arc(share: Share, radius: float) -> str:
    """From the start of a share to its end, as an SVG path goes."""
    (x0, y0), (x1, y1) = (find_point(turn, radius) for turn in (share.start, share.stop))
    large = int(share.stop - share.start > 0.5)
    return f"{x0:.1f} {y0:.1f}A{radius:.1f} {radius:.1f} 0 {large} 1 {x1:.1f} {y1:.1f}"


def to_data_address(drawing: str, width: float, height: float, scale: float = 1) -> str:
    """An SVG drawing as a `data:` address; its pixels are `scale` times the drawing's own size."""
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width * scale:g}" height="{height * scale:g}" '
        f'viewBox="0 0 {width:g} {height:g}">{drawing}</svg>'
    )
    return "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode()
