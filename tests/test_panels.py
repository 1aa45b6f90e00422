"""Risk panels, the evidence walk and the channels as pages: what they say, for which day, and of bad addresses."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pytest
from streamlit.testing.v1 import AppTest

from components.parts.risk_panels import build_curves, build_views
from components.parts.templates import render
from tension.desk import Desk
from tension.figures.palette import LIGHT
from tension.figures.states import pick_mark_color
from tension.readings import Mark
from tension.words import format_day
from tests.apps import ROOT, get_control, open_page, read_words
from tests.factories import find_last_count_day, load_raw_events

MEETING = "2025-10-31-hegseth-and-dong-jun-meet-face-to-face-in-kuala"
TITLES = ("Managed friction", "Taiwan", "South China Sea", "Nuclear posture", "Military channels", "Allies adapt")


def read_plain(app: AppTest) -> str:
    """What the page says, without the backslashes that keep it from being markup."""
    return read_words(app).replace("\\", "")


def read_html(app: AppTest) -> str:
    """Everything that the page draws as HTML of our own."""
    return "\n".join(block.proto.body for block in app.get("html"))


def list_panels(app: AppTest) -> list[str]:
    """Titles of the panels, in their order."""
    return re.findall(r'<h2 class="t">([^<]+)</h2>', read_html(app))


def test_assessments_show_every_claim_in_full_with_its_three_numbers_apart() -> None:
    app = open_page("assessments")
    assert not app.exception
    assert tuple(list_panels(app)) == TITLES
    said = read_html(app)
    for head in ("Assessment: what the article says", "Activity: what is counted", "Attention: what is written"):
        assert said.count(head) == 6
    assert "5 Jul 2026, the last day covered" in read_plain(app)
    assert format_day(date.fromisoformat(find_last_count_day())) in read_plain(app)
    assert "6.2 aircraft a day over 30 days" in said
    assert "“Beijing continues large-scale patrols and military signalling.”" in said
    assert "What can't be seen" in said
    assert 'href="evidence?v=1&amp;indicator=taiwan-sorties"' in said


def test_one_claim_on_two_days_names_what_differs_and_what_moved_it() -> None:
    app = open_page("assessments", claim="managed-friction", asof="2026-06-04", versus="2026-06-03")
    assert list_panels(app) == ["Managed friction"]
    said = read_html(app)
    days = re.search(r'<div class="days">(.*?)</div>', said)
    assert days
    said_of_days = re.sub(r"<[^>]+>", "", days[1])
    assert re.fullmatch(r"31 Oct 2025 [▲■□▼○◇]{3} \w+ ?4 Jun 2026 [▲■□▼○◇]{3} \w+", said_of_days)
    assert "<th>3 Jun 2026</th><th>4 Jun 2026</th>" in said
    assert "Out: " in said
    assert "lock radar on Japanese F-15s" in said
    assert re.search(r'<td class="st">\d+ \w{3} 202\d</td>', said)


def test_an_as_of_day_moves_every_panel_and_beyond_the_record_says_not_looked() -> None:
    said = read_html(open_page("assessments", asof="2026-08-01"))
    assert "not looked" in said
    assert "The record ends on 5 Jul 2026" in said


def test_regions_reach_the_panels_and_name_what_they_leave_out() -> None:
    app = open_page("assessments", region="south-china-sea")
    assert list_panels(app) == ["Managed friction", "South China Sea", "Allies adapt"]
    assert "Left out by the region filter: Taiwan, Nuclear posture, Military channels." in read_plain(app)


def test_a_bad_choice_is_dropped_with_a_notice() -> None:
    app = open_page("assessments", claim="moon", versus="2025-13-01")
    assert len(list_panels(app)) == 6
    assert "claim: 'moon' is not allowed" in read_plain(app)
    assert "versus: '2025-13-01' is not allowed" in read_plain(app)


@pytest.mark.parametrize(
    ("name", "asof"), [("assessments", "2022-01-02"), ("evidence", "2022-01-02"), ("channels", "2035-01-01")]
)
def test_pages_stand_at_the_ends_of_the_record(name: str, asof: str) -> None:
    app = open_page(name, asof=asof)
    assert not app.exception
    assert not app.error


def test_the_evidence_walks_from_an_indicator_to_its_sources() -> None:
    app = open_page("evidence", indicator="scs-contact-force", asof="2025-10-31")
    assert not app.exception
    said = read_html(app)
    assert "Law enforcement and militia are increasingly active" in said
    assert "Window: 5 May 2025 to 31 Oct 2025; baseline: 6 May 2023 to 4 May 2025." in said
    (table,) = [frame.value for frame in app.dataframe]
    assert set(table.Window) == {"recent", "baseline"}
    assert table.Link.str.startswith("http").all()
    assert get_control(app, "claim").value == "south-china-sea"
    get_control(app, "claim").set_value("taiwan").run()
    assert not app.exception
    assert get_control(app, "indicator").value == ""
    assert "indicator=taiwan-sorties" in read_html(app)


def test_an_event_leads_back_to_what_it_feeds() -> None:
    app = open_page("evidence", event=MEETING)
    said = read_html(app)
    assert "Days since the last contact of ministers" in said
    assert "in the total only" in said
    assert "Military channels" in said


def test_channels_show_contacts_ladder_and_positions() -> None:
    app = open_page("channels", pair="CHN-PHL", window="moon")
    assert not app.exception
    assert len(app.get("plotly_chart")) == 3
    words = read_plain(app)
    assert "5 Aug 2022 to 15 Nov 2023" in words
    assert "China acts on Philippines" in words
    assert "window: 'moon' is not allowed" in words
    levels = app.dataframe[0].value
    assert levels.Level.tolist()[0] == "All levels"
    held = [e for e in load_raw_events() if e.get("us_china_military_contact") not in (None, "cancelled")]
    assert levels["Days since"].tolist()[0] == (date(2026, 7, 5) - max(e["occurred_date"] for e in held)).days
    assert "Since, to 5 Jul 2026" in read_html(app)


# Words of others within our own HTML.


@pytest.mark.parametrize("is_open", [True, False])
def test_text_of_the_record_is_inert_in_a_panel(desk: Desk, is_open: bool) -> None:
    day = date(2026, 7, 5)
    hostile = '<script>alert(1)</script><img src=x onerror="alert(2)">'
    panel = desk.build_panels(day)[1]
    claim = panel.claim.model_copy(
        update=dict.fromkeys(("title", "statement", "quote", "core_risk", "confidence_reason"), hostile)
    )
    article = desk.record.article.model_copy(update={"author": hostile, "url": 'https://example.org/"onclick="x'})
    part = panel.now.rule.parts[0].model_copy(update={"title": hostile})
    rule = panel.now.rule.model_copy(update={"parts": (part, *panel.now.rule.parts[1:]), "state_means": hostile})
    now = replace(panel.now, rule=rule, indicators=tuple(replace(r, reason=hostile) for r in panel.now.indicators))
    changed = replace(panel, claim=claim, now=now)
    curves = build_curves(desk, day, LIGHT)
    (view,) = build_views([changed], curves, article, LIGHT, 'v=1&q="><b>', is_open=is_open)
    assert "<script" not in view.body
    assert "<img src=x" not in view.body
    assert "&lt;script&gt;" in view.body
    assert '"onclick=' not in view.body
    assert '"><b>' not in view.body


def test_links_within_panels_keep_the_view_and_hold_no_markup() -> None:
    row = {"claim_id": "taiwan", "claim_state": "up", "indicator_id": 'x"&y', "word": "<b>up", "role": "recent"}
    page = render(
        "event_feeds.html",
        palette=LIGHT,
        query="v=1&region=taiwan-strait",
        titles={"taiwan": "Taiwan"},
        rows=[row | {"indicator": "Aircraft & more"}],
    )
    assert '<a href="evidence?v=1&amp;region=taiwan-strait&amp;claim=taiwan">Taiwan</a>' in page
    assert '<a href="evidence?v=1&amp;region=taiwan-strait&amp;indicator=x%22%26y">Aircraft &amp; more</a>' in page
    assert "<td>&lt;b&gt;up</td>" in page


def test_nothing_but_a_template_or_a_style_is_put_on_a_page_as_html() -> None:
    """Plain text has one type and markup another; `st.html` takes both, so that only styles and templates call it."""
    shown = {
        (path.name, call)
        for path in [*(ROOT / "components").rglob("*.py"), *(ROOT / "pages").glob("*.py"), ROOT / "app.py"]
        for call in re.findall(r"st\.html\((.*)\)", path.read_text("utf-8"))
        if not re.match(r"_STYLE\b|STYLE\b|\"<style>", call)
    }
    assert shown == {("templates.py", "str(page)"), ("templates.py", 'f"<style>{render(name, **values)}</style>"')}


def list_first_words(body: str) -> list[str]:
    """The words of a panel before anything is opened; signs are none."""
    first = re.sub(r"<details.*?</details>", " ", body, flags=re.DOTALL)
    return re.findall(r"[^\s]*\w[^\s]*", re.sub(r"<[^>]+>", " ", first))


def test_a_panel_s_first_view_holds_at_most_forty_words_and_no_interval(desk: Desk) -> None:
    day = date(2026, 7, 5)
    curves = build_curves(desk, day, LIGHT)
    for view in build_views(desk.build_panels(day), curves, desk.record.article, LIGHT, "v=1", is_open=False):
        words = list_first_words(view.body)
        assert 10 <= len(words) <= 40, view.title
        assert not {"percentile", "interval", "settings", "quad"} & set(words), view.title


def test_less_contact_is_never_told_as_calm(desk: Desk) -> None:
    """After a year of silence the claim on channels has its own word, and red, where others fall in blue."""
    day = date(2023, 7, 1)
    views = build_views(desk.build_panels(day), {}, desk.record.article, LIGHT, "v=1", is_open=False)
    body = next(view.body for view in views if view.claim_id == "military-channels")
    head = body[: body.index("<details")]
    assert "less contact" in head
    assert "falling" not in head
    assert pick_mark_color(Mark.UP, LIGHT) in head
    assert pick_mark_color(Mark.DOWN, LIGHT) not in head
