"""SVG as text, escaped where it is put together: no value reaches the picture as markup."""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence
from typing import NamedTuple

Points = Iterable[Sequence[float]]


class Svg(NamedTuple):
    """Finished markup; only this module makes it, so that plain text can't pass for it."""

    text: str


def tag(name: str, *inside: Svg | str, **attributes: object) -> Svg:
    """An element: text inside is escaped, `None` leaves an attribute out, `stroke_width` stands for `stroke-width`."""
    given = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{html.escape(_format(value), quote=True)}"'
        for key, value in attributes.items()
        if value is not None
    )
    body = "".join(part.text if isinstance(part, Svg) else html.escape(part, quote=False) for part in inside)
    return Svg(f"<{name}{given}>{body}</{name}>" if body else f"<{name}{given}/>")


def path(lines: Iterable[Points], *, is_closed: bool = False, **attributes: object) -> Svg:
    """Many lines or rings as one element."""
    drawn = [f"M{_join(line)}{'Z' if is_closed else ''}" for line in lines]
    return tag("path", d="".join(drawn), **attributes) if drawn else Svg("")


def _join(line: Points) -> str:
    return "L".join(f"{x:.1f} {y:.1f}" for x, y in line)


def _format(value: object) -> str:
    return f"{value:.1f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)


def draw(width: float, height: float, *inside: Svg, label: str, description: str = "") -> Svg:
    """A whole picture that scales with its column; `label` and `description` are read aloud in its place.

    It is a group and not an image: what is inside can be reached.
    """
    words = [tag("title", label), *([tag("desc", description)] if description else [])]
    return tag(
        "svg",
        *words,
        *inside,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {width:.0f} {height:.0f}",
        width="100%",
        role="group",
        aria_label=label,
    )


def mark_of_event(shape: Svg, event_id: str, words: str, *, is_first: bool) -> Svg:
    """A mark that opens an event's card by click, Enter or Space. Of one picture one mark is in the order of Tab."""
    return tag(
        "g",
        tag("title", words),
        shape,
        role="button",
        tabindex="0" if is_first else "-1",
        data_event=event_id,
        class_="mark",
    )


class PageLink(NamedTuple):
    """A way to a page of the app: `href` for a tab of its own, and `own`, the parameters that it adds to the view.

    A click takes the view as it is at that moment, not as it was when the link was drawn.
    """

    page: str
    href: str
    own: str


def link_to_page(shape: Svg, to: PageLink, words: str) -> Svg:
    """A mark that leads to a page of the app."""
    return tag("a", tag("title", words), shape, href=to.href, data_page=to.page, data_own=to.own, class_="mark")
