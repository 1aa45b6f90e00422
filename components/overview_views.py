"""What Overview says, put together from desk and day as markup: the headline with its claims, and a row a region."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from markupsafe import Markup

from components.parts.page_links import build_page_link
from components.parts.templates import render, to_markup
from tension.assessments.bands import build_band
from tension.assessments.changes import USUAL_SPAN_DAYS, Changes, read_changes
from tension.assessments.counts import read_sea
from tension.assessments.headlines import write_desk_headline, write_headline
from tension.assessments.kinds import find_kind
from tension.assessments.noticing import ClaimNotice, read_notices
from tension.assessments.reading import IndicatorReading
from tension.assessments.wording import name_claim, name_reading, pick_sign
from tension.desk import Desk
from tension.figures.maps.content import MapChoice, build_content
from tension.figures.maps.views import VIEWS, find_view
from tension.figures.palette import Palette
from tension.figures.states import pick_mark_color
from tension.figures.timeline import MARK_LIMIT
from tension.figures.vector.event_lanes import LanesRequest, build_event_lanes
from tension.figures.vector.region_map import build_region_map
from tension.figures.vector.svg import PageLink, Svg
from tension.figures.vector.value_curve import build_value_curve
from tension.readings import MOVED, Mark
from tension.records.actors import Actor
from tension.records.filters import EventFilter
from tension.records.vocab import Region
from tension.relations.profiles import select_known
from tension.words import count, first_sentence, format_day, format_number, join_words, name_state

# Always on the page; the others when the filter asks for them, or when something severe happened there of late.
_USUAL_REGIONS = (Region.TAIWAN_STRAIT, Region.SOUTH_CHINA_SEA)
_OF_LATE_DAYS = 90
_YEARS_SHOWN, _CURVES, _CURVE_YEARS, _ACTORS, _LATEST = 2, 3, 2, 3, 6
# Words keep so far from the frame of a map, half of it on each side.
_MAP_EDGE_PX = 12.0
_MAP_PX, _PHONE_MAP_PX, _CURVE_PX = (520.0, 380.0), (350.0, 280.0), 400.0


def build_lead(desk: Desk, wanted: EventFilter, as_of: date, palette: Palette, searched: str) -> Markup:
    """The headline, how far each source reaches, what changed of late, and a row for each claim.

    `searched` says how far the record was searched.
    """
    article = desk.record.article
    notices = read_notices(desk.assessor, article.claims, as_of)
    return render(
        "overview_lead.html",
        palette=palette,
        down=pick_mark_color(Mark.DOWN, palette),
        headline=write_desk_headline(notices).text or "Nothing can be read on this day.",
        until=_describe_cover(desk, as_of, searched),
        changes=_read_late_changes(desk, wanted, as_of),
        publisher=article.publisher,
        stated=article.published_date,
        rows=[_build_row(notice, wanted, as_of) for notice in notices],
    )


def _describe_cover(desk: Desk, as_of: date, searched: str) -> str:
    counts = desk.find_last_activity_day()
    ends = f"; Taiwan's daily counts run to {format_day(counts)}" if counts else ""
    return f"What had been reported by {format_day(as_of)}. {searched}{ends}."


def _read_late_changes(desk: Desk, wanted: EventFilter, as_of: date) -> Changes:
    since = as_of - timedelta(days=USUAL_SPAN_DAYS)
    return read_changes(desk.assessor, desk.queries, desk.record.article.claims, since, as_of, wanted.regions)


def _build_row(notice: ClaimNotice, wanted: EventFilter, as_of: date) -> dict[str, Any]:
    claim, has_begun = notice.claim, notice.own_day is not None
    marked = notice.reading.marked
    return {
        "title": claim.title,
        "link": build_page_link("assessments", wanted, claim=claim.claim_id),
        "said": claim.trend if has_begun else "not yet said",
        "strip": [_build_mark(reading, notice.reading.rule.escalation) for reading in marked],
        "strip_words": join_words([f"{r.indicator.title}: {name_reading(r)}" for r in marked]),
        "headline": write_headline(notice),
        "state": name_claim(notice.reading),
        "verdict": str(notice.today.verdict),
        "own_day": f"on its own day: {notice.own_day.verdict}" if notice.own_day else "",
    }


def _build_mark(reading: IndicatorReading, escalation: str) -> dict[str, str]:
    """A sign, in the colour of its way: that of what rises where things get worse by rising, else the other."""
    kind = str(reading.mark)
    if reading.mark in MOVED:
        kind = "up" if kind == escalation else "down"
    return {
        "kind": kind,
        "sign": pick_sign(reading),
        "words": f"{reading.indicator.title}: {name_reading(reading)}",
    }


def build_two_years(desk: Desk, wanted: EventFilter, as_of: date, palette: Palette, request: tuple[Any, ...]) -> Markup:
    """The timeline in brief of the two years before the day; `request`: width in pixels and the selected event."""
    width, selected = request
    since = wanted.since or date(as_of.year - _YEARS_SHOWN, as_of.month, min(as_of.day, 28))
    until = min(wanted.until or as_of, as_of)
    regions = choose_lanes(wanted)
    shown = replace(wanted, regions=regions, since=since, until=until, as_of=as_of)
    events = desk.queries.load_events(shown, latest=MARK_LIMIT)
    left_out = desk.queries.summarise(shown).event_count - len(events) if len(events) == MARK_LIMIT else 0
    stated = desk.record.article.published_date
    lanes = LanesRequest(regions, since, until, stated, f"the article, {format_day(stated)}", selected, left_out)
    return to_markup(build_event_lanes(events, lanes, palette, width))


def build_latest(desk: Desk, wanted: EventFilter, as_of: date, palette: Palette) -> Markup:
    """The newest events in view, a line each."""
    shown = replace(wanted, until=min(wanted.until or as_of, as_of), as_of=as_of)
    events = desk.queries.load_events(shown, latest=_LATEST)
    rows = [
        {"event_id": row["event_id"], "day": row["occurred_date"], "region": row["region"], "title": row["title"]}
        for row in reversed(events.to_dict("records"))
    ]
    return render("overview_latest.html", palette=palette, rows=rows, record=build_page_link("record", wanted))


def choose_lanes(wanted: EventFilter) -> tuple[Region, ...]:
    """The filter's regions, else the three seas where the record is densest."""
    return wanted.regions or (*_USUAL_REGIONS, Region.EAST_CHINA_SEA)


def choose_regions(desk: Desk, wanted: EventFilter, as_of: date) -> tuple[Region, ...]:
    """The regions that get a row: the filter's own, else the usual two and any with a severe event of late."""
    if wanted.regions:
        return tuple(region for region in wanted.regions if region.slug in VIEWS)
    late = replace(wanted, since=as_of - timedelta(days=_OF_LATE_DAYS), until=as_of, min_severity=4)
    severe = set(desk.queries.count_events(late, ("region",))["region"])
    return tuple(r for r in Region if r in _USUAL_REGIONS or (r in severe and r is not Region.INDO_PACIFIC))


def build_region_row(
    desk: Desk, wanted: EventFilter, as_of: date, palette: Palette, region: Region, request: tuple[Any, ...]
) -> Markup:
    """A region's map, its claim's curves and who acts there; `request`: is it a phone, and the selected event."""
    is_phone, selected = request
    stated = desk.record.article.published_date
    since = wanted.since or (stated if stated < as_of else as_of - timedelta(days=365))
    shown = replace(wanted, regions=(region,), since=since, until=min(wanted.until or as_of, as_of), as_of=as_of)
    notices = read_notices(desk.assessor, desk.record.article.claims, as_of)
    notice = next((n for n in notices if n.claim.regions == (region,)), None)
    full_map = build_page_link("map", wanted, region=region.slug, since=since.isoformat(), view=region.slug)
    return render(
        "overview_region.html",
        palette=palette,
        region=region.value,
        since=since,
        map=_draw_map(desk, shown, palette, region, is_phone, selected, full_map),
        map_note="Solid: an exact place. Dashed: the report names only an area. A number: so many events.",
        full_map=full_map,
        claim_title=notice.claim.title if notice else "What is counted here",
        quote=notice.claim.quote if notice and notice.own_day else "",
        curves=list(_build_curves(desk, notice, as_of, palette, stated)) if notice else [],
        counts=read_sea(region, desk.series, desk.load_measurements, as_of).words,
        lines=[] if notice else _tell_counts(desk, wanted, region, as_of),
        panel=build_page_link("assessments", wanted, claim=notice.claim.claim_id) if notice else None,
        evidence=build_page_link("evidence", wanted, claim=notice.claim.claim_id) if notice else None,
        actors=_build_actors(desk, wanted, shown, as_of),
        activity=build_page_link("activity", wanted, sea=region.slug),
        profiles=build_page_link("actors", wanted),
        profile_count=len(desk.record.actors),
    )


def build_other_seas(
    desk: Desk, wanted: EventFilter, as_of: date, palette: Palette, shown: tuple[Region, ...]
) -> Markup:
    """A line for each region without a row of its own: what its official counts say, or that there are none."""
    load = desk.load_measurements
    rows = [
        {
            "region": region.value,
            "words": read_sea(region, desk.series, load, as_of).words,
            "link": build_page_link("activity", wanted, sea=region.slug),
        }
        for region in Region
        if region not in shown and (not wanted.regions or region in wanted.regions)
    ]
    return render("overview_seas.html", palette=palette, rows=rows) if rows else Markup("")


def _draw_map(
    desk: Desk,
    shown: EventFilter,
    palette: Palette,
    region: Region,
    is_phone: bool,
    selected: str | None,
    full: PageLink,
) -> Svg:
    view = find_view(region.slug)
    width, height = _PHONE_MAP_PX if is_phone else _MAP_PX
    frame = (width - _MAP_EDGE_PX, height - _MAP_EDGE_PX)
    choice = MapChoice(view.key, view.layers, selected=selected, zoom_out=0.7 if is_phone else 0.35, frame=frame)
    return build_region_map(build_content(desk, shown, choice), palette, width, height, full)


def _build_curves(
    desk: Desk, notice: ClaimNotice, as_of: date, palette: Palette, stated: date
) -> Iterator[dict[str, Any]]:
    """Indicators with a curve, what moved first."""
    moved = [mover.reading for mover in notice.movers]
    others = [reading for reading in notice.reading.marked if reading not in moved and reading.recent is not None]
    for reading in (*moved, *others)[:_CURVES]:
        history = desk.assessor.read_history(reading.indicator.indicator_id)[: str(as_of)]
        band = build_band(history, reading.indicator)
        band = band[str(date(as_of.year - _CURVE_YEARS, as_of.month, 1)) :]
        words = " ".join(find_kind(reading.indicator).describe_move(reading)).strip() if reading.mark in MOVED else ""
        said = words or name_reading(reading)
        # A word of its own says that up and down are no better and worse here, and so has no colour.
        is_neutral = str(reading.state) in reading.indicator.words
        colour = palette.muted if is_neutral else pick_mark_color(reading.mark, palette)
        value = "" if reading.recent is None else f": {format_number(round(reading.recent, 1))}"
        label = f"{reading.indicator.title}{value}, {said}"
        has_numbers = bool(band.value.notna().any())
        yield {
            "title": f"{reading.indicator.title}{value}",
            "words": f"{pick_sign(reading)} {said}",
            "picture": build_value_curve(band, palette, colour, _CURVE_PX, label, (stated,)) if has_numbers else None,
        }


def _tell_counts(desk: Desk, wanted: EventFilter, region: Region, as_of: date) -> list[str]:
    """For a region that no claim is about: recorded events of late and in the year before."""
    late = replace(wanted, regions=(region,), since=as_of - timedelta(days=_OF_LATE_DAYS), until=as_of, as_of=as_of)
    before = replace(
        late, since=as_of - timedelta(days=_OF_LATE_DAYS + 365), until=as_of - timedelta(_OF_LATE_DAYS + 1)
    )
    now, then = desk.queries.summarise(late), desk.queries.summarise(before)
    return [
        f"{count(now.event_count, 'recorded event')} in {_OF_LATE_DAYS} days, {now.severe_count} of severity 4 or 5; "
        f"{then.event_count} in the year before, {then.severe_count} of severity 4 or 5.",
        "No claim of the article is about this region.",
    ]


def _build_actors(desk: Desk, wanted: EventFilter, shown: EventFilter, as_of: date) -> list[dict[str, Any]]:
    """The states that acted most in view, with their newest posture change and red line known by then."""
    acts = desk.queries.count_events(shown, ("initiator",)).dropna(subset=["initiator"])
    acts = acts.sort_values("event_count", ascending=False, kind="stable")
    profiles = {actor.iso3: actor for actor in desk.record.actors}
    return [
        _build_actor(profiles[code], int(number), wanted, as_of)
        for code, number in zip(acts.initiator, acts.event_count, strict=True)
        if code in profiles
    ][:_ACTORS]


def _build_actor(actor: Actor, acts: int, wanted: EventFilter, as_of: date) -> dict[str, Any]:
    posture = next(iter(select_known(actor.posture_changes, as_of)), None)
    red_line = next(iter(select_known(actor.red_lines, as_of)), None)
    return {
        "name": name_state(actor.iso3),
        "link": build_page_link("actors", wanted, state=actor.iso3),
        "acts": count(acts, "act"),
        "posture": f"{format_day(posture.date)}: {first_sentence(posture.what)}" if posture else "",
        "red_line": f"Red line, {format_day(red_line.date)}: {first_sentence(red_line.statement)}" if red_line else "",
    }
