"""Words of others never become markup, and values are worded as an analyst reads them."""

from __future__ import annotations

import pytest
from markdown_it import MarkdownIt

from components.parts.text import escape_markdown, link_markdown

HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "![pixel](https://example.org/pixel.png)",
    "[click](javascript:alert(1))",
    "**bold** _it_ `code` ~~gone~~ # head",
    "$x^2$ and \\frac{1}{2}",
    "| a | b |",
    "1. one\n2. two\n\n    code",
    "=HYPERLINK(1)",
]


def read_back(markdown: str) -> str:
    """What a CommonMark reader with tables shows of one paragraph, as plain text; no other token may come up."""
    tokens = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(markdown)
    assert [token.type for token in tokens] == ["paragraph_open", "inline", "paragraph_close"]
    children = tokens[1].children or []
    assert {child.type for child in children} <= {"text", "text_special"}
    return "".join(child.content for child in children)


@pytest.mark.parametrize("text", HOSTILE)
def test_escaped_text_reads_as_it_was_written(text: str):
    assert read_back(escape_markdown(text)).replace("\u2060", "") == " ".join(text.split())


@pytest.mark.parametrize("text", ["see https://example.org/a", "www.example.org", ":material/home: :smile:", "a@b.org"])
def test_what_becomes_a_link_or_a_sign_later_is_broken_up(text: str):
    shown = read_back(escape_markdown(text))
    assert shown != text
    assert shown.replace("\u2060", "") == text
    assert "\u2060" in shown


def test_plain_words_stay_readable():
    assert escape_markdown("China's coast guard, 14:30 near Thitu") == "China\\'s coast guard\\, 14\\:30 near Thitu"


def test_a_link_has_an_inert_label_and_an_address_that_cannot_break_out():
    made = link_markdown("A [b](c)", 'https://example.org/a)b>c d"e')
    assert made == "A \\[b\\]\\(c\\)"
    made = link_markdown("A [b](c)", "https://example.org/a)b>c")
    assert made == "[A \\[b\\]\\(c\\)](<https://example.org/a%29b%3Ec>)"


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "", "//example.org", "https://a b"])
def test_what_is_no_web_address_is_no_link(url: str):
    assert link_markdown("Label", url) == "Label"
