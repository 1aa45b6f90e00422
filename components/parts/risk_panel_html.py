"""Risk panels as HTML, escaped here and drawn in one piece: a page of six costs six elements. Draws nothing itself.

Styles come once a page from PANEL_STYLE; colours are those of the reader's theme.
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from tension.assessments.backtest_words import describe_backtest
from tension.assessments.bands import build_band
from tension.assessments.headlines import (
    describe_judgement,
    describe_surge,
    describe_turn,
    describe_visible,
    write_headline,
)
from tension.assessments.kinds import find_kind
from tension.assessments.noticing import judge
from tension.assessments.panels import Panel
from tension.assessments.reading import HOLLOW_TIMES, ClaimReading, IndicatorReading
from tension.assessments.wording import (
    describe_attention,
    describe_effort,
    describe_marks,
    describe_reading,
    describe_reporting,
    describe_rule,
    name_claim,
    name_reading,
    pick_sign,
)
from tension.desk import Desk
from tension.figures.palette import Palette
from tension.figures.sparkline import build_sparkline, to_data_uri
from tension.figures.states import pick_mark_color, pick_way_color
from tension.records.article import Article
from tension.records.claims import Indicator, Part
from tension.words import format_day, join_words, lower_first

PANEL_STYLE = """<style>
.rp {font-size: 0.85rem; line-height: 1.35}
.rp p {margin: 0.25rem 0; font-size: inherit}
.rp a {color: var(--rp-link)}
.rp .t {font-size: 1rem; font-weight: 600; margin: 0; padding: 0}
.rp .days {display: flex; gap: 0.2rem 0.9rem; flex-wrap: wrap; margin: 0.1rem 0 0.2rem}
.rp .days span, .rp .st {white-space: nowrap}
.rp img {display: block; width: 100%; height: 44px}
.rp dl {display: grid; grid-template-columns: max-content 1fr; gap: 0.1rem 0.6rem; margin: 0.2rem 0 0;
  padding: 0 !important}
.rp dt, .rp dd {font-size: 0.85rem !important; margin: 0 !important} .rp dt {font-weight: 600}
.rp .cols {display: grid; grid-template-columns: repeat(auto-fit, minmax(240px, 1fr)); gap: 0.4rem 1.6rem}
.rp h3 {font-size: 0.85rem; font-weight: 600; margin: 0.5rem 0 0.1rem; padding: 0}
.rp .row {display: grid; grid-template-columns: 12.5rem 7rem minmax(0, 1fr) 13rem; gap: 0 1rem; padding: 0.3rem 0}
.rp .row img {height: 30px}
.rp .row + .row {border-top: 1px solid var(--rp-line)}
.rp ul {margin: 0.2rem 0; padding-left: 1.1rem !important; columns: 2 26rem; column-gap: 2rem}
.rp li {font-size: 0.85rem !important; margin: 0.1rem 0 !important; break-inside: avoid}
.rp table {border-collapse: collapse; width: 100%} .rp th {text-align: left; font-weight: 600}
.rp td, .rp th {padding: 0.2rem 0.8rem 0.2rem 0; border-bottom: 1px solid var(--rp-line); vertical-align: top}
.rp .scroll {overflow-x: auto}
@media (max-width: 640px) {
  .rp .row {grid-template-columns: 1fr} .rp .row img {height: 44px}
}
</style>"""


_ATTENTION_NOTE = "How much the press writes of it, against the 60 months before; not a count of events."


@dataclass(frozen=True)
class PanelView:
    """A panel ready to be drawn; `lead_id` is the indicator whose chart its export menu holds."""

    claim_id: str
    title: str
    regions: tuple[str, ...]
    lead_id: str
    body: str


def build_views(
    panels: Sequence[Panel],
    curves: Mapping[str, str],
    article: Article,
    palette: Palette,
    query: str,
    *,
    is_open: bool,
) -> list[PanelView]:
    """Panels ready to be drawn. `curves` from `build_curves`; `query` is the view's, for the links within.

    What leads stands open; all else folds out, or is open already with `is_open`.
    """
    return [
        PanelView(
            claim_id=panel.claim.claim_id,
            title=panel.claim.title,
            regions=tuple(region.value for region in panel.claim.regions),
            lead_id=panel.now.lead.indicator.indicator_id,
            body=f'<div class="rp" style="--rp-line:{palette.grid};--rp-link:{palette.accent}">'
            f"{_build_panel(panel, article, curves, palette, query, is_open=is_open)}</div>",
        )
        for panel in panels
    ]


_KEY = (
    ("Strip", "a mark for each indicator: ▲ up, ■ level, ▼ down, ◇ not found, ○ can't be read."),
    ("□", f"level, but only a rise to more than {HOLLOW_TIMES:g} times the usual would have shown."),
    ("Curve", "one indicator through time; grey is what would read level, dotted the article's day."),
    ("Activity", "what is counted now against its own past; never a score, never a forecast."),
    (
        "Attention",
        "how much the press writes of it (GPR: an index of newspapers), in standard deviations (z) from the 60 months "
        "before.",
    ),
    ("Own day", "whether the counts of the article's day bore out its wording."),
)


def build_key(palette: Palette) -> str:
    """How a panel is read."""
    rows = "".join(f"<p><b>{escape(word)}</b> {_muted(escape(said), palette)}</p>" for word, said in _KEY)
    return f'<div class="rp"><p><b>How to read a panel</b></p>{rows}</div>'


def build_curves(desk: Desk, as_of: date, palette: Palette) -> dict[str, str]:
    """The sparkline of every indicator that has numbers, as an `img`, by indicator_id."""
    wanted = [indicator for rule in desk.assessor.rules for indicator in rule.indicators]
    return {indicator.indicator_id: _draw_curve(desk, indicator, as_of, palette) for indicator in wanted}


def _draw_curve(desk: Desk, indicator: Indicator, as_of: date, palette: Palette) -> str:
    history = desk.assessor.read_history(indicator.indicator_id)[: str(as_of)]
    track, words = build_band(history, indicator), find_kind(indicator).describe_band(indicator)
    if not track.value.notna().any():
        return ""
    breaks = desk.assessor.observed.find_breaks(indicator)
    picture = build_sparkline(track, palette, [desk.record.article.published_date], breaks)
    days = track[track.value.notna()].index
    said = f"{indicator.title}: {words.value}, {days[0].date()} to {days[-1].date()}"
    return f'<img src="{to_data_uri(picture)}" alt="{escape(said)}" title="{escape(said)}">'


def escape(text: object) -> str:
    """Text of a record, made inert for HTML, in elements and in attributes."""
    return html.escape(str(text), quote=True)


def build_state(reading: IndicatorReading, palette: Palette) -> str:
    """What an indicator reads as its sign, in colour, and its word, in ink."""
    # A word of its own says that up and down are no better and worse here, and so has no colour.
    color = palette.muted if str(reading.state) in reading.indicator.words else pick_mark_color(reading.mark, palette)
    return f'<span class="st">{_sign(pick_sign(reading), color)} <b>{escape(name_reading(reading))}</b></span>'


def build_claim_state(reading: ClaimReading, palette: Palette) -> str:
    """A claim's word with its strip: one sign for each indicator."""
    return f'<span class="st">{build_strip(reading, palette)} <b>{escape(name_claim(reading))}</b></span>'


def build_strip(reading: ClaimReading, palette: Palette) -> str:
    """The signs of a claim's indicators in the order of its parts, told in words to who can't see them."""
    way = reading.rule.escalation
    signs = "".join(
        f'<span style="color:{pick_way_color(found.mark, way, palette)}" title="{escape(_name_sign(found))}">'
        f"{pick_sign(found)}</span>"
        for found in reading.marked
    )
    return f'<span role="img" aria-label="{escape(describe_marks(reading))}">{signs}</span>'


def _name_sign(found: IndicatorReading) -> str:
    return f"{found.indicator.title}: {name_reading(found)}"


def _sign(sign: str, color: str) -> str:
    return f'<span style="color:{color}">{sign}</span>'


def build_link(page: str, query: str, words: str, **params: str) -> str:
    """A link within the app that takes the view along; relative, so that it works behind any prefix."""
    more = "".join(f"&{key}={value}" for key, value in params.items())
    return f'<a href="{escape(f"{page}?{query}{more}")}">{escape(words)}</a>'


def _muted(text: str, palette: Palette) -> str:
    """HTML in the quiet colour of small print."""
    return f'<span style="color:{palette.muted}">{text}</span>'


def _build_days(panel: Panel, palette: Palette) -> str:
    """The claim's word on the article's own day, where that is past, beside its word on the as-of day."""
    readings = [reading for reading in (panel.notice.then, panel.now) if reading]
    parts = [
        f"<span>{_muted(format_day(reading.as_of), palette)} {build_claim_state(reading, palette)}</span>"
        for reading in readings
    ]
    return f'<div class="days">{"".join(parts)}</div><p><b>{escape(write_headline(panel.notice))}</b></p>'


def _build_news(panel: Panel, palette: Palette) -> str:
    """Surges of the last days and the last turn of each indicator, newest first."""
    said = [f"Surge: {describe_surge(found)}" for found in panel.notice.surges]
    said += [describe_turn(turn) for turn in panel.notice.turns]
    return "".join(f"<p>{_muted(escape(line), palette)}</p>" for line in said)


def _build_quote(panel: Panel, article: Article, palette: Palette) -> str:
    credit = (
        f'<a href="{escape(article.url)}" target="_blank">{escape(article.author)}, {escape(article.publisher)}</a>'
    )
    return f"<p>“{escape(panel.claim.quote)}” {_muted(credit, palette)}</p>"


def _build_legend(indicator: Indicator, palette: Palette) -> str:
    words = find_kind(indicator).describe_band(indicator)
    band = f"; grey: {words.band}" if words.band else ""
    return f"<p>{_muted(escape(f'{name_curve(indicator)}{band}; dotted: the article'), palette)}</p>"


def name_curve(indicator: Indicator) -> str:
    """What a curve shows: the indicator and its measure, of which nothing is said that the title says already."""
    title, value = indicator.title, find_kind(indicator).describe_band(indicator).value
    noun, _, span = value.partition(" ")
    if title.lower().startswith(value):
        return title
    return f"{title}, {span if noun in ('events', 'share') and noun in title.lower() else value}"


def _build_activity(reading: IndicatorReading, palette: Palette) -> str:
    steady = f", the same in {reading.robustness} settings" if reading.robustness else ""
    return f"{escape(describe_reading(reading))}. {build_state(reading, palette)}{escape(steady)}"


def _build_attention(panel: Panel) -> str:
    said = describe_attention(panel.attention, panel.latest_attention)
    return escape(f"{said}. {describe_reporting(panel.reporting)}")


def _build_differs(panel: Panel) -> str:
    if panel.notice.own_day is None or panel.notice.then is None:
        return f"The article is of {format_day(panel.claim.stated_date)}, after the day in view."
    return escape(describe_judgement(panel.notice.own_day, panel.notice.then))


def _build_panel(
    panel: Panel, article: Article, curves: Mapping[str, str], palette: Palette, query: str, *, is_open: bool
) -> str:
    lead, claim = panel.now.lead, panel.claim
    assessment = [
        f"<p>{escape(claim.statement)}</p>",
        _build_quote(panel, article, palette),
        f"<p><b>Core risk</b> {escape(claim.core_risk)}</p>",
        f"<p>{_muted(escape(f'We code the wording as {claim.trend}. {claim.confidence_reason}'), palette)}</p>",
    ]
    activity = [
        _build_legend(lead.indicator, palette),
        f"<p>{_build_activity(lead, palette)}</p>",
        f"<p>{_muted(escape(describe_rule(lead.indicator)), palette)}</p>",
    ]
    attention = [
        f"<p>{_build_attention(panel)}.</p>",
        f"<p>{_muted(_ATTENTION_NOTE, palette)}</p>",
    ]
    more = [
        f"<p>{_muted(escape(_explain_state(panel.now)), palette)}</p>",
        _build_news(panel, palette),
        f"<p>{_muted(escape(describe_backtest(panel.backtest, panel.now.rule)), palette)}</p>",
        '<div class="cols">',
        f"<div><h3>Assessment: what the article says</h3>{''.join(assessment)}</div>",
        f"<div><h3>Activity: what is counted</h3>{''.join(activity)}</div>",
        f"<div><h3>Attention: what is written</h3>{''.join(attention)}"
        f"<h3>The article's own day, {format_day(claim.stated_date)}</h3><p>{_build_differs(panel)}</p></div>",
        "</div>",
        *(_build_part(part, panel, curves, palette, query) for part in panel.now.rule.parts),
        f"<h3>What counts could show</h3>{_build_list(_list_visible(panel.now))}",
        f"<h3>What can't be seen</h3>{_build_list(_list_unseen(panel.now))}",
    ]
    return "".join(
        [
            f'<h2 class="t">{escape(claim.title)}</h2>',
            _build_days(panel, palette),
            curves.get(lead.indicator.indicator_id, ""),
            f"<details{' open' if is_open else ''}><summary>{_SUMMARY}</summary>{''.join(more)}</details>",
        ]
    )


_SUMMARY = "What it rests on, and how often it is wrong"


def _explain_state(reading: ClaimReading) -> str:
    return f"The word is about {reading.rule.state_means}. Its indicators: {describe_marks(reading) or 'none'}."


def _list_visible(reading: ClaimReading) -> list[str]:
    return [f"{found.indicator.title}: {said}" for found in reading.indicators if (said := describe_visible(found))]


def _build_part(part: Part, panel: Panel, curves: Mapping[str, str], palette: Palette, query: str) -> str:
    rows = [
        _build_row(part, reading, curves, palette, query)
        for reading in panel.now.indicators
        if reading.part_id == part.part_id and find_kind(reading.indicator).source_key
    ]
    wanted = join_words(part.supports, "or")
    head = f"{escape(part.title)} {_muted(f'(borne out by {wanted})', palette)}"
    return f"<h3>{head}</h3>{''.join(rows)}"


_VERDICTS = {
    "for": "bears it out",
    "against": "speaks against it",
    "no change": "shows no change",
    "": "says nothing of it",
}


def _build_row(part: Part, reading: IndicatorReading, curves: Mapping[str, str], palette: Palette, query: str) -> str:
    indicator = reading.indicator
    link = build_link("evidence", query, indicator.title, indicator=indicator.indicator_id)
    effort = describe_effort(reading)
    more = f" {_muted(escape(effort), palette)}" if effort else ""
    steady = f"; same in {reading.robustness}" if reading.robustness else ""
    verdict = f"{_VERDICTS[judge(part, reading)]}{steady}"
    return (
        f'<div class="row" title="{escape(f"{indicator.sentence} {describe_rule(indicator)}")}">'
        f"<div>{link}</div><div>{curves.get(indicator.indicator_id, '')}</div>"
        f"<div>{escape(describe_reading(reading))}.{more}</div>"
        f"<div>{build_state(reading, palette)}<br>{_muted(escape(verdict), palette)}</div></div>"
    )


def _build_list(lines: Iterable[str]) -> str:
    items = "".join(f"<li>{escape(line)}</li>" for line in lines)
    return f"<ul>{items}</ul>" if items else "<p>Nothing is declared.</p>"


def _list_unseen(reading: ClaimReading) -> list[str]:
    """Blind spots, those of indicators for the unseen first; a sentence that several share stands once."""
    unseen = [r.indicator.sentence for r in reading.indicators if not find_kind(r.indicator).source_key]
    spots: Mapping[str, list[str]] = _group_spots(reading)
    return unseen + [f"{'; '.join(titles)}: {lower_first(spot)}" for spot, titles in spots.items()]


def _group_spots(reading: ClaimReading) -> dict[str, list[str]]:
    grouped: dict[str, list[str]] = {}
    for found in reading.indicators:
        if found.indicator.blind_spot:
            grouped.setdefault(found.indicator.blind_spot, []).append(found.indicator.title)
    return grouped
