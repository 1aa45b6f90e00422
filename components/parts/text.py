"""Words of others made safe for the screen, and words for values. What others wrote never becomes markup."""

from __future__ import annotations

import re

_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")
# What Streamlit turns into links and signs after Markdown has been read, so that no backslash stops it.
_LATE_MARKUP = re.compile(r"(?i)(\bhttps?|\bftp|\bmailto)(?=:)|(\bwww)(?=\.)|(:)(?=[a-z0-9_+\-/]+:)|(@)(?=\w)")
_WORD_JOINER = "\u2060"


def escape_markdown(text: str) -> str:
    """The text so that `st.markdown`, labels and captions show it as it is: no link, image, colour, sign or formula."""
    plain = " ".join(str(text).split())
    return _PUNCTUATION.sub(r"\\\1", _LATE_MARKUP.sub(lambda found: found.group() + _WORD_JOINER, plain))


def link_markdown(label: str, url: str) -> str:
    """A Markdown link with an untrusted label; the label alone where the address isn't a web address."""
    if not re.match(r"https?://[^\s]+$", url):
        return escape_markdown(label)
    safe = re.sub(r"[<>\"'`\\\s()\[\]|]", lambda found: f"%{ord(found.group()):02X}", url)
    return f"[{escape_markdown(label)}](<{safe}>)"
