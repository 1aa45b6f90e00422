"""Takes the tags out of HTML that others wrote. One pass: a hostile page can't make it slow, and nothing is run.

Entities are left as they are: whoever reads them decides how often.
"""

from __future__ import annotations

import re

_DROPPED = {
    name: re.compile(rf"</{name}\s*>", re.I) for name in ("script", "style", "template", "noscript", "svg", "head")
}
_LINES = {"p", "div", "br", "li", "tr", "td", "h1", "h2", "h3", "h4", "article", "section", "table", "ul"}
_SPACES = {"span", "a"}
_TAG = re.compile(r"</?([A-Za-z][A-Za-z0-9]*)")
_OTHER_STARTS = ("<!", "<?", "</")


def strip_tags(text: str) -> str:
    """The visible text of HTML: blocks begin a line, spans and links stand apart, other tags leave no trace.

    What isn't seen (comments, scripts, styles) goes with its tags. A tag that never closes takes the rest with it.
    """
    out: list[str] = []
    at = 0
    while (opened := text.find("<", at)) >= 0:
        out.append(text[at:opened])
        kept, at = _pass_over(text, opened)
        out.append(kept)
    return "".join([*out, text[at:]])


def _pass_over(text: str, opened: int) -> tuple[str, int]:
    """What the markup that begins here is replaced by, and where the text goes on."""
    if text.startswith("<!--", opened):
        return "", _find_end(text, "-->", opened)
    tag = _TAG.match(text, opened)
    if not tag and not text.startswith(_OTHER_STARTS, opened):
        return "<", opened + 1
    at = _find_end(text, ">", opened)
    name = tag[1].lower() if tag else ""
    if name in _DROPPED and text[opened + 1] != "/":
        ending = _DROPPED[name].search(text, at)
        return "", ending.end() if ending else len(text)
    return "\n" if name in _LINES else " " if name in _SPACES else "", at


def _find_end(text: str, mark: str, start: int) -> int:
    closed = text.find(mark, start)
    return closed + len(mark) if closed >= 0 else len(text)
