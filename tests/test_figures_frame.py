"""The house layout of pictures and the registry: words that fit, colours that can be read, links that reproduce."""

from __future__ import annotations

from dataclasses import replace

import plotly.graph_objects as go
import pytest

from tension.desk import Desk
from tension.errors import BadInput
from tension.figures.contrast import measure_contrast
from tension.figures.frame import PHONE_PX, PRINT_PX, dress, escape, wrap
from tension.figures.palette import PALETTES, Palette
from tension.figures.registry import CHARTS, build_chart, build_link, choose_options, find_chart
from tension.records.filters import EventFilter, build_filter, parse_params
from tension.words import format_day

LONG = (
    "Source: a line of words that goes on for so long that a phone needs several lines to show all of it without loss."
)
HOSTILE = '<a href="javascript:alert(1)">x</a> & <script>'


def make_figure() -> go.Figure:
    figure = go.Figure(go.Scatter(x=[1, 2], y=[3, 4], name="first"))
    return figure.update_layout(height=200, margin={"l": 50, "r": 10, "t": 20, "b": 30})


def put_words(figure: go.Figure, palette: Palette = PALETTES["light"], **changes: object) -> go.Figure:
    words = {"title": "Title", "subtitle": "Sub", "source_line": LONG, "link": "http://localhost:8501/x?v=1"}
    return dress(figure, **(words | {"palette": palette, "width_px": 600} | changes))


def read_foot(figure: go.Figure) -> dict[str, str]:
    return {note.name: note.text for note in figure.layout.annotations if note.name}


def test_every_word_of_a_picture_is_in_it() -> None:
    figure = put_words(make_figure(), notes=["A note.", "Another."])
    assert "<b>Title</b>" in figure.layout.title.text
    assert "Sub" in figure.layout.title.text
    foot = read_foot(figure)
    assert foot["source"].replace("<br>", " ") == LONG
    assert foot["link"] == "Link: http://localhost:8501/x?v=1"
    assert foot["notes"] == "A note.<br>Another."


@pytest.mark.parametrize("palette", PALETTES.values(), ids=PALETTES)
def test_paper_is_opaque_and_words_can_be_read_on_it(palette: Palette) -> None:
    figure = put_words(make_figure(), palette)
    layout = figure.layout.template.layout
    assert layout.paper_bgcolor == layout.plot_bgcolor == palette.paper
    assert len(palette.paper) == 7
    for ink in (palette.ink, palette.muted, palette.accent):
        assert measure_contrast(ink, palette.paper) >= 4.5
        assert measure_contrast(ink, palette.panel) >= 4.5


def test_words_take_more_lines_where_there_is_less_room_and_none_is_lost() -> None:
    narrow, wide = wrap(LONG, PHONE_PX), wrap(LONG, PRINT_PX)
    assert len(narrow) > len(wide)
    assert " ".join(narrow) == " ".join(wide) == LONG
    assert max(map(len, narrow)) * 12 * 0.5 <= PHONE_PX
    assert all(len(line) <= 20 for line in wrap("x" * 90, 120))


def test_dressing_again_replaces_what_was_put_there() -> None:
    figure = put_words(make_figure(), width_px=PHONE_PX)
    on_phone = figure.to_plotly_json()["layout"]
    assert put_words(figure, width_px=PRINT_PX).layout.height < on_phone["height"]
    assert len(figure.layout.annotations) == 2
    again = put_words(figure, width_px=PHONE_PX)
    assert (again.layout.height, again.layout.margin.t) == (on_phone["height"], on_phone["margin"]["t"])


def test_the_plot_keeps_its_height_unless_the_picture_is_given_one() -> None:
    figure = put_words(make_figure(), notes=[LONG] * 3)
    assert figure.layout.height - figure.layout.margin.t - figure.layout.margin.b == pytest.approx(200, abs=0.5)
    figure = put_words(make_figure(), height_px=500)
    assert figure.layout.height == 500


def test_a_finger_scrolls_the_page_and_a_pointer_zooms() -> None:
    figure = make_figure().update_layout(dragmode="zoom")
    assert put_words(figure, width_px=600).layout.dragmode == "zoom"
    assert put_words(figure, width_px=PHONE_PX).layout.dragmode is False


def test_text_of_others_is_inert() -> None:
    figure = put_words(make_figure(), title=HOSTILE, subtitle=HOSTILE, notes=[HOSTILE])
    for text in (figure.layout.title.text, read_foot(figure)["notes"], escape(HOSTILE)):
        assert "<a " not in text
        assert "<script" not in text
        assert "&lt;script&gt;" in text


def test_an_unknown_chart_or_choice_lists_what_is_allowed(desk: Desk) -> None:
    with pytest.raises(BadInput, match=r"'nope'.*activity-aircraft.*timeline"):
        find_chart("nope")
    with pytest.raises(BadInput, match="region, category, actor"):
        choose_options(find_chart("timeline"), desk, {"lane": "colour"})
    with pytest.raises(BadInput, match="lane"):
        choose_options(find_chart("timeline"), desk, {"lanes": "actor"})
    with pytest.raises(BadInput, match="no options"):
        choose_options(find_chart("events-by-month"), desk, {"lane": "actor"})


def test_a_link_says_the_whole_view() -> None:
    wanted = build_filter(regions=["taiwan-strait"], since="2024-01-01", text="a & b", as_of="2025-10-31")
    link = build_link(find_chart("timeline"), wanted, {"lane": "actor"}, "https://desk.example/")
    assert link.startswith("https://desk.example/timeline?v=1&")
    params = dict(pair.split("=") for pair in link.partition("?")[2].split("&"))
    assert params["lane"] == "actor"
    assert parse_params({**params, "q": "a & b"}) == (wanted, [])


def test_a_link_says_defaults_too_but_not_how_large_a_chart_is_drawn(desk: Desk) -> None:
    spec = find_chart("timeline")
    assert build_link(spec, EventFilter(), choose_options(spec, desk)).endswith("/timeline?v=1&lane=region")


def test_the_choices_of_an_option_are_those_of_the_desk_that_is_asked(desk: Desk) -> None:
    spec = find_chart("indicator")
    declared = [i.indicator_id for rule in desk.record.claim_rules for i in rule.indicators]
    assert choose_options(spec, desk) == {"indicator": declared[0]}
    assert [option.list_values(desk) for option in spec.options] == [declared]
    with pytest.raises(BadInput, match=declared[-1]):
        choose_options(spec, desk, {"indicator": "not-declared"})


# The bundled record holds no judgement of anybody's; tests/test_judgements.py draws this one.
@pytest.mark.parametrize("key", [key for key in CHARTS if key != "calibration"])
def test_every_chart_is_dressed_and_described(desk: Desk, key: str) -> None:
    chart = build_chart(key, desk, EventFilter(), PALETTES["print"], link="http://localhost:8501/here")
    assert chart.key == key
    assert not chart.is_empty
    assert len(chart.alt) > 20
    assert len(chart.source_line) > 20
    assert not chart.frame.empty
    assert chart.figure.layout.template.layout.paper_bgcolor == "#ffffff"
    assert "<b>" in chart.figure.layout.title.text
    assert "http://localhost:8501/here" in read_foot(chart.figure)["link"].replace("<br>", "")


@pytest.mark.parametrize("key", CHARTS)
def test_a_chart_of_nothing_says_what_to_do(desk: Desk, key: str) -> None:
    """A record before its first day holds no event, no count and no month."""
    chart = build_chart(key, desk, build_filter(until="1999-12-31", as_of="1999-12-31"), PALETTES["light"])
    if chart.is_empty:
        assert len(chart.hint) > 20
    else:
        assert chart.figure.data, f"{key} draws nothing and says nothing"


def test_the_filter_and_the_record_s_end_are_under_the_title(desk: Desk) -> None:
    chart = build_chart("timeline", desk, build_filter(regions=["east-china-sea"]), PALETTES["light"])
    assert chart.subtitle == "East China Sea · record to 5 Jul 2026"
    chart = build_chart("timeline", desk, build_filter(as_of="2025-10-31"), PALETTES["light"])
    assert chart.subtitle == "All regions · as of 31 Oct 2025"
    assert "as of 31 Oct 2025" in chart.figure.layout.title.text


def test_a_link_has_the_public_address_where_it_is_set_and_says_so_where_not(desk: Desk) -> None:
    plain = read_foot(build_chart("gpr", desk, EventFilter(), PALETTES["print"], width_px=PRINT_PX).figure)["link"]
    assert plain.startswith("Link: /activity?v=1")
    assert "TENSION_PUBLIC_URL" in plain
    assert "localhost" not in plain
    served = replace(desk, settings=replace(desk.settings, public_url="https://desk.example"))
    link = read_foot(build_chart("gpr", served, EventFilter(), PALETTES["print"], width_px=PRINT_PX).figure)["link"]
    assert link.startswith("Link: https://desk.example/activity?v=1")
    assert "TENSION_PUBLIC_URL" not in link


def test_a_picture_says_product_record_and_day(desk: Desk) -> None:
    source = read_foot(build_chart("gpr", desk, EventFilter(), PALETTES["print"]).figure)["source"].replace("<br>", " ")
    day = format_day(desk.find_last_day())
    assert f"Indo-Pacific Tension Tracker, record {desk.record.content_hash[:8]} to {day}." in source
