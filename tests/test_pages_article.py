"""The Article page, full and with a filter that empties the view: all that the article says is on it, and judged."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from tests import apps

MEETING = "2025-10-31-hegseth-and-dong-jun-meet-face-to-face-in-kuala"


def open_page(**params: str) -> AppTest:
    app = apps.open_page("article", **params)
    assert not app.exception
    return app


def read_words(app: AppTest) -> str:
    return "\n".join(block.value for block in [*app.markdown, *app.caption])


def test_page_carries_events_claims_positions_people_and_answers():
    app = open_page()
    words = read_words(app)
    assert len([button for button in app.button if str(button.key).startswith("told_")]) == 5
    assert all(f"**{number}. " in words for number in range(1, 7))
    assert words.count("Core risk: ") == 6
    assert words.count("Changed? No") == 6
    for name in ("Pete Hegseth", "Dong Jun", "Donald Trump", "Xi Jinping"):
        assert f"**{name}**" in words
    assert "| Russia |" in words


def test_every_verdict_has_its_own_sign_and_words():
    words = read_words(open_page())
    assert ":red-badge[:material/cancel: contradicted]" in words
    assert ":violet-badge[:material/update: overtaken]" in words
    assert ":green-badge[:material/check_circle: confirmed]" in words
    assert ":gray-badge[:material/search_off: not found elsewhere]" in words
    assert "**Hegseth is 44**" in words


def test_quotations_are_short_attributed_and_linked():
    quoted = [block.value for block in open_page().markdown if "“" in block.value and "Core risk" not in block.value]
    of_article = [words for words in quoted if "bigstorynetwork" in words and not words.startswith("#")]
    assert len(of_article) >= 9
    for words in of_article:
        quote = words.split("“")[1].split("”")[0]
        assert len(quote.split()) <= 25
        assert "Sseema Giill" in words.split("”")[1]


def test_a_click_on_an_event_opens_its_card_with_sources():
    app = open_page()
    app.button(f"told_{MEETING}").click().run()
    assert not app.exception
    assert app.session_state["view_event"] == MEETING
    assert "**Sources**" in read_words(app)


def test_an_event_outside_the_filter_says_so_and_opens_in_the_whole_record():
    app = open_page(q="no event says this")
    assert not app.exception
    assert read_words(app).count("Outside the filter") == 5
    app.button(f"told_{MEETING}").click().run()
    assert app.session_state["view_event"] == MEETING
    assert app.session_state["view_filter"].text == ""
