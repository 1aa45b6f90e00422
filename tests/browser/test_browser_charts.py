"""Charts in a real browser: pictures from the toolbar, files from the menu, and a mark that opens its event's card."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import pytest
from defusedxml import ElementTree
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from tension.figures.frame import PHONE_PX
from tests.browser.conftest import Visit, expect_no_exception, wait_until_drawn

VIEW = "/timeline?v=1&region=taiwan-strait&since=2024-01-01&until=2024-12-31"
CAMERA = '.js-plotly-plot [data-title^="Download plot"]'
PAPERS = {"light": (253, 252, 248), "dark": (22, 24, 27)}


def download(page: Page, path: Path, button: str) -> Path:
    """Click a button over or under a chart and keep the file."""
    page.locator(".js-plotly-plot").first.hover()
    with page.expect_download() as started:
        page.locator(button).first.click()
    target = path / started.value.suggested_filename
    started.value.save_as(target)
    return target


def click_mark(page: Page, trace: int = 0) -> None:
    """Click the first mark of a trace of points."""
    marks = page.locator(".js-plotly-plot .trace.scatter .points path")
    box = marks.nth(trace).bounding_box()
    assert box
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)


@pytest.fixture(scope="module")
def timeline(long_visit: Visit) -> Page:
    """A page to look at and to take files from, never to be changed."""
    return long_visit(VIEW)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_toolbar_s_png_is_opaque_and_in_the_theme_of_the_screen(visit: Visit, tmp_path: Path, theme: str) -> None:
    target = download(visit(VIEW, scheme=theme), tmp_path, CAMERA)
    assert target.name == "timeline-taiwan-strait-from-2024-01-01-to-2024-12-31.png"
    picture = Image.open(target).convert("RGBA")
    assert picture.getextrema()[3] == (255, 255)
    assert picture.getpixel((3, 3))[:3] == PAPERS[theme]
    assert picture.width > 1500


def save_file(page: Page, path: Path, menu: str, label: str) -> Path:
    """A file from the menu of a chart, which may still be open from the last one."""
    if not page.get_by_test_id("stPopoverBody").count():
        page.locator(f".st-key-menu_{menu} button").click()
    with page.expect_download(timeout=60_000) as started:
        page.get_by_role("button", name=label).click()
    target = path / started.value.suggested_filename
    started.value.save_as(target)
    return target


def test_the_standalone_page_saves_an_svg_with_words_and_link(timeline: Page, browser: Browser, tmp_path: Path) -> None:
    saved = save_file(timeline, tmp_path, "timeline", "HTML, stands alone")
    alone = browser.new_context(offline=True).new_page()
    alone.goto(saved.as_uri())
    root = ElementTree.parse(download(alone, tmp_path, 'button[data-format="svg"]')).getroot()
    words = re.sub(r"\s+", " ", " ".join(root.itertext()))
    for said in (
        "Events by region, each mark one event",
        "Taiwan Strait · 1 Jan 2024 to 31 Dec 2024 · record to 5 Jul 2026",
        "Source: curated record of public reports",
        "Size and colour: severity 1",
    ):
        assert said in words
    link = re.search(r"Link: (\S+)", words)
    assert link
    assert link[1].endswith("/timeline?v=1&region=taiwan-strait&since=2024-01-01&until=2024-12-31&lane=region")


def test_on_the_screen_there_is_no_link_and_on_a_phone_no_toolbar(timeline: Page, visit: Visit) -> None:
    # The link is in the picture alone: on the screen the address bar has it.
    expect(timeline.locator(".js-plotly-plot text", has_text="Link: ")).to_be_hidden()
    expect(timeline.locator(".js-plotly-plot text", has_text="3 m").first).to_be_visible()
    page = visit(VIEW, width=390)
    page.locator(".js-plotly-plot").first.hover()
    expect(page.locator(CAMERA)).to_have_count(0)


@pytest.mark.parametrize(
    ("label", "ending", "start"),
    [
        ("PNG picture", "png", b"\x89PNG"),
        ("SVG picture", "svg", b"<svg"),
        ("PDF page", "pdf", b"%PDF"),
        ("HTML, stands alone", "html", b"<!doctype html>"),
        ("CSV, the data behind it", "csv", b"\xef\xbb\xbf"),
    ],
)
def test_the_menu_s_files_open(timeline: Page, tmp_path: Path, label: str, ending: str, start: bytes) -> None:
    target = save_file(timeline, tmp_path, "timeline", label)
    assert target.name == f"timeline-region-taiwan-strait-from-2024-01-01-to-2024-12-31.{ending}"
    content = target.read_bytes()
    assert content.startswith(start)
    if ending == "png":
        assert Image.open(target).convert("RGB").getpixel((3, 3)) == (255, 255, 255)
    if ending == "csv":
        rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
        assert {row["region"] for row in rows} == {"Taiwan Strait"}
        assert len(rows) > 20


def test_the_standalone_page_draws_without_a_network(visit: Visit, browser: Browser, tmp_path: Path) -> None:
    saved = save_file(visit("/activity?count=vessels"), tmp_path, "activity-vessels", "HTML, stands alone")
    alone = browser.new_context(offline=True).new_page()
    requested: list[str] = []
    alone.on("request", lambda request: requested.append(request.url))
    alone.goto(saved.as_uri())
    expect(alone.locator(".js-plotly-plot .gtitle")).to_contain_text("Chinese naval vessels around Taiwan")
    assert {url.split(":")[0] for url in requested} <= {"file", "data", "blob"}
    alone.context.close()


def test_a_mark_opens_the_card_of_its_event_and_a_filter_never_swaps_it(visit: Visit) -> None:
    page = visit(VIEW)
    click_mark(page)
    card = page.locator(".st-key-event_card")
    expect(card).to_be_visible()
    page.wait_for_url(re.compile("event="))
    event_id = re.search(r"event=([^&]+)", page.url)[1]
    title = card.locator("h2").inner_text()
    page.get_by_role("radio", name="Lanes by category").click()
    page.wait_for_url(re.compile("lane=category"))
    expect(card.locator("h2")).to_have_text(title)
    # A region without the event: the card goes, and no other takes its place.
    page.goto(page.url.replace("region=taiwan-strait", "region=south-china-sea").split("&event=")[0])
    wait_until_drawn(page)
    expect(card).to_have_count(0)
    assert event_id not in page.url


def test_range_buttons_show_the_last_year(visit: Visit) -> None:
    page = visit("/timeline")
    labels = page.locator(".js-plotly-plot .xtick text")
    expect(labels.filter(has_text="2022").first).to_be_attached()
    page.locator(".js-plotly-plot .rangeselector .button", has_text="1 y").click()
    expect(labels.filter(has_text="2022")).to_have_count(0)
    expect(labels.filter(has_text="2026").first).to_be_attached()
    expect_no_exception(page)


@pytest.mark.parametrize("path", ["/activity?count=crossed", "/actors"])
def test_words_are_wrapped_for_a_phone_and_nothing_runs_out_of_it(visit: Visit, path: str) -> None:
    page = visit(path, width=390)
    chart = page.locator(".stPlotlyChart").first
    expect(chart.locator(".gtitle tspan.line").nth(1)).to_be_attached()
    page.wait_for_function(
        f"""() => [...document.querySelectorAll('.stPlotlyChart')].every((chart) => {{
            const box = chart.getBoundingClientRect();
            return [...chart.querySelectorAll('.gtitle, g.annotation text, .legendtext')].every((text) => {{
                const own = text.getBoundingClientRect();
                return own.width === 0 || (own.right <= box.right + 1 && own.left >= box.left - 1);
            }}) && box.right <= {PHONE_PX + 40};
        }})"""
    )
    assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= 390


def test_an_empty_view_of_a_chart_says_what_to_do(visit: Visit) -> None:
    page = visit("/activity?until=2019-01-01")
    empty = page.locator(".st-key-empty_activity-aircraft")
    expect(empty).to_contain_text("No bulletin states this count in the chosen days")
    empty.get_by_role("button", name="Clear the filter").click()
    expect(page.locator(".st-key-chart_activity-aircraft .js-plotly-plot")).to_be_visible()
