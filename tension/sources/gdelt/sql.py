"""How a GDELT 2.0 row is read, checked, scoped and placed, as DuckDB SQL. Owns the rules, never the bytes.

Columns: GDELT Event Database codebook 2.0 (19 February 2015). Codes stay strings, so leading zeros count.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from string import Template

from tension.records.places import THEATRE_GROUPS, load_seas, load_states, load_waters
from tension.records.vocab import CAMEO_ROOTS

_ACTOR = "code name country group ethnic religion1 religion2 type1 type2 type3".split()
_GEO = "geo_type geo_name geo_country geo_adm1 geo_adm2 geo_latitude geo_longitude geo_feature".split()
COLUMNS: tuple[str, ...] = (
    *"id sqldate month_year year fraction_date".split(),
    *(f"a{n}_{name}" for n in (1, 2) for name in _ACTOR),
    *"is_root_event code base_code root_code quad goldstein mentions sources articles tone".split(),
    *(f"{who}_{name}" for who in ("a1", "a2", "action") for name in _GEO),
    *"date_added url".split(),
)

# The day on which GDELT 2.0 began to publish.
FIRST_EXPORT = date(2015, 2, 18)
# CAMEO actor types (codebook 1.1b3, chapter 4) that act for a state, a force under arms, or between states.
FORCE_TYPES = ("MIL", "SPY", "UAF", "REB", "SEP", "INS", "IMG")
OFFICIAL_TYPES = ("GOV", "LEG", "IGO", *FORCE_TYPES)
_OFFICIALS, _FORCES = " ".join(OFFICIAL_TYPES), " ".join(FORCE_TYPES)


@dataclass(frozen=True)
class _Codes:
    """The codes of the theatre as SQL takes them. Lists are joined by spaces: `contains` is a cheap membership test.

    `places`: pairs such as 'CH=CHN' of a FIPS code and its state. `sea_places`: where GDELT puts seas and features:
    their state, the oceans (OS), the Paracels (PF), the Spratlys (PG).
    """

    states: str
    front: str
    theatre: str
    parties: str
    places: str
    fips: str
    sea_places: str
    sea_pattern: str
    open_oceans: str


@cache
def _load_codes() -> _Codes:
    fips = {s.fips_code: s.iso3 for s in load_states().values() if s.group in THEATRE_GROUPS and s.fips_code}
    return _Codes(
        states=_list_codes(),
        front=_list_codes("front"),
        theatre=_list_codes(*THEATRE_GROUPS),
        parties=_list_codes(*THEATRE_GROUPS, "flank", "power"),
        places=" " + " ".join(f"{code}={iso3}" for code, iso3 in fips.items()),
        fips=" ".join(fips),
        sea_places=" ".join([*fips, "PK", "RS", "OS", "PF", "PG"]),
        sea_pattern="(" + "|".join(load_seas()) + ")",
        open_oceans="(" + ", ".join(f"'{name}'" for name, (_, is_open) in load_seas().items() if is_open) + ")",
    )


def _list_codes(*groups: str) -> str:
    """CAMEO codes of the states in these groups, of all where none is named."""
    states = [s for s in load_states().values() if not groups or s.group in groups]
    return " ".join(dict.fromkeys(code for s in states for code in (s.iso3, s.cameo_code)))


def _build_fault(first_day: date, last_day: date) -> str:
    """SQL: why a row can't be read, null for one that can. No row is of a day before the first or after the last."""
    checks = [
        ("regexp_full_match(id, '[0-9]{1,18}')", "GlobalEventID is not a number"),
        ("length(sqldate) = 8 and occurred is not null", "SQLDATE is not a day as YYYYMMDD"),
        ("length(date_added) = 14 and added is not null", "DATEADDED is not a time as YYYYMMDDHHMMSS"),
        (
            f"occurred between date '{first_day}' and date '{last_day}'",
            f"SQLDATE is out of reach; allowed: {first_day} to {last_day}",
        ),
        (
            f"added::date between date '{FIRST_EXPORT}' and date '{last_day}'",
            f"DATEADDED is out of reach; allowed: {FIRST_EXPORT} to {last_day}",
        ),
        ("regexp_full_match(code, '(0[1-9]|1[0-9]|20)[0-9]{0,2}')", "EventCode is not a CAMEO code"),
        ("length(root_code) = 2 and starts_with(code, root_code)", "EventRootCode is not the root of EventCode"),
        ("quad in ('1', '2', '3', '4')", "QuadClass is not 1 to 4"),
        ("goldstein is null or goldstein_value between -10 and 10", "GoldsteinScale is not -10 to 10"),
        ("tone is null or tone_value between -100 and 100", "AvgTone is not -100 to 100"),
        *(
            (f"{name} is null or {name}_count::varchar = {name} and {name}_count >= 0", f"{label} is not a count")
            for name, label in (("mentions", "NumMentions"), ("sources", "NumSources"), ("articles", "NumArticles"))
        ),
        *(
            (f"a{n}_country is null or regexp_full_match(a{n}_country, '[A-Z]{{3}}')", f"{label} is not a CAMEO code")
            for n, label in ((1, "Actor1CountryCode"), (2, "Actor2CountryCode"))
        ),
        (
            "action_geo_type is null or action_geo_type in ('0', '1', '2', '3', '4', '5')",
            "ActionGeo_Type is not 0 to 5",
        ),
        (
            "action_geo_country is null or regexp_full_match(action_geo_country, '[A-Z0-9]{2}')",
            "ActionGeo_CountryCode is not a FIPS code",
        ),
        (
            "action_geo_latitude is null and action_geo_longitude is null"
            " or latitude between -90 and 90 and longitude between -180 and 180",
            "ActionGeo coordinates are not a latitude and a longitude",
        ),
        (_build_url_check(), "SOURCEURL is not a web address"),
    ]
    cases = " ".join(f"when not coalesce({test}, false) then '{reason}'" for test, reason in checks)
    return f"case {cases} end"


def _build_url_check() -> str:
    # The pattern alone costs as much as reading the file; nearly all addresses pass the plain tests.
    return r"""case when (starts_with(url, 'http://') or starts_with(url, 'https://')) and length(url) > 10
        and not contains(url, ' ') and not contains(url, '///') then true
        else regexp_matches(url, '^(?i:https?)://[^\s/?#]+[^\s]*$') end"""


def _build_water_case() -> str:
    cases = " ".join(
        f"when latitude between {w.south} and {w.north} and longitude between {w.west} and {w.east} then '{w.region}'"
        for w in load_waters()
    )
    return f"case when action_geo_type <> '4' then null {cases} end"


def _build_near() -> str:
    """SQL: whether a row could be in scope at all; what follows is costly and computed for these only."""
    codes = _load_codes()
    actors = " or ".join(f"coalesce(contains('{codes.theatre}', a{n}_country), false)" for n in (1, 2))
    return f"({actors} or coalesce(contains('{codes.sea_places}', action_geo_country), false))"


def _build_place() -> str:
    """SQL: ISO 3166-1 alpha-3 of the place's state, null outside the theatre."""
    codes = _load_codes()
    return f"""case when contains('{codes.fips}', action_geo_country)
        then substr('{codes.places}', strpos('{codes.places}', ' ' || action_geo_country || '=') + 4, 3) end"""


def _build_state(n: int) -> str:
    """SQL: an actor's state by its ISO code, null for none and for world regions.

    MALE, the word, is coded as the capital of the Maldives; outside the Maldives it is no state.
    """
    respelled = " ".join(
        f"when '{s.cameo_code}' then '{s.iso3}'" for s in load_states().values() if s.cameo_code != s.iso3
    )
    return f"""case when a{n}_name = 'MALE' and action_geo_country is distinct from 'MV' then null
        when not contains('{_load_codes().states}', a{n}_country) then null
        else case a{n}_country {respelled} else a{n}_country end end"""


def _build_official(n: int) -> str:
    """SQL: whether an actor acts for a state: the state itself (no type) or one of its officials or forces."""
    return f"(a{n}_type1 is null or contains('{_OFFICIALS}', a{n}_type1))"


def _build_open(n: int) -> str:
    """SQL: whether an actor is absent, or speaks for a state or a world region."""
    return f"(a{n}_code is null or {_build_official(n)} and (a{n}_country is not null or a{n}_type1 is not null))"


def _build_scope() -> str:
    """SQL: whether a row touches the theatre. The five ways in are in docs/sources/gdelt.md, each in words."""
    codes = _load_codes()
    front, theatre, parties = codes.front, codes.theatre, codes.parties
    official1, official2, open1, open2 = _build_official(1), _build_official(2), _build_open(1), _build_open(2)
    is_dyad = "a1 is not null and a2 is not null and a1 <> a2"
    return f"""case
        when sea is not null and (sea not in {codes.open_oceans} or a1 is not null or a2 is not null) then true
        when water_region is not null then true
        when place is null and not contains('{theatre}', coalesce(a1, '-'))
            and not contains('{theatre}', coalesce(a2, '-')) then false
        when {is_dyad} and ({official1} or {official2}) and contains('{parties}', a1) and contains('{parties}', a2)
            and (contains('{theatre}', a1) or contains('{theatre}', a2)) then true
        when contains('{front}', a1) and {official1} and {open2} then true
        when contains('{front}', a2) and {official2} and {open1} then true
        when contains('{front}', place) and a1 is null and contains('{_OFFICIALS}', a1_type1) and {open2} then true
        when contains('{front}', place) and a2 is null and contains('{_OFFICIALS}', a2_type1) and {open1} then true
        when {is_dyad} and {official1} and {official2} and (a1 = place or a2 = place) then true
        when a1 <> place and {official1} and contains('{parties}', a1) and a2 is null and {open2} then true
        when a2 <> place and {official2} and contains('{parties}', a2) and a1 is null and {open1} then true
        when contains('{_FORCES}', a1_type1)
            and (a1 is null and place is not null or contains('{theatre}', a1)) then true
        when contains('{_FORCES}', a2_type1)
            and (a2 is null and place is not null or contains('{theatre}', a2)) then true
        else false end"""


def _build_region() -> str:
    """SQL: the region of a kept row. A claimant pair's act at home counts in its sea, else as diplomacy at large."""
    claimants, islands = "('PHL', 'VNM', 'MYS', 'BRN')", "('LKA', 'MDV', 'MUS', 'SYC')"
    return f"""case
        when sea_region <> 'Indo-Pacific' then sea_region
        when water_region is not null then water_region
        when a1 = 'PRK' or a2 = 'PRK' then 'Korean Peninsula'
        when a1 = 'TWN' or a2 = 'TWN' then 'Taiwan Strait'
        when place_region <> 'Indo-Pacific' then place_region
        when (action_geo_country is null or place in (a1, a2))
            and (a1 = 'CHN' and a2 in {claimants} or a2 = 'CHN' and a1 in {claimants}) then 'South China Sea'
        when (action_geo_country is null or place in (a1, a2))
            and (a1 = 'CHN' and a2 = 'JPN' or a2 = 'CHN' and a1 = 'JPN') then 'East China Sea'
        when a1 = 'IND' and a2 in {islands} or a2 = 'IND' and a1 in {islands} then 'Indian Ocean'
        else 'Indo-Pacific' end"""


_PAYLOAD = (
    *"occurred code quad goldstein_value tone_value".split(),
    *"mentions_count sources_count articles_count latitude longitude action_geo_type action_geo_name".split(),
    *"a1_code a1_name a1_type1 a2_code a2_name a2_type1 a1 a2 url sea water_region place action_geo_country".split(),
)


def _build_payload(name: str) -> str:
    """SQL: a column where its row is kept. A point at 0, 0 is how a gazetteer writes that it knows none."""
    is_point = name in ("latitude", "longitude")
    condition = "is_kept and not (latitude = 0 and longitude = 0)" if is_point else "is_kept"
    return f"case when {condition} then {name} end as {name}"


# One row per line of an export, in its order: `fault` where it can't be read, `is_kept` where it touches the theatre,
# and what it says only where it is kept.
_READ = Template(r"""
create temp table coded as
with file as (
    select * from read_csv('$path', delim = '\t', quote = '', escape = '', comment = '', header = false,
        auto_detect = false, strict_mode = true, null_padding = false, ignore_errors = false, new_line = '\n',
        columns = $columns)
), typed as (
    select *,
        try_strptime(sqldate, '%Y%m%d')::date as occurred,
        try_strptime(date_added, '%Y%m%d%H%M%S') as added,
        try_cast(goldstein as double) as goldstein_value,
        try_cast(tone as double) as tone_value,
        try_cast(mentions as integer) as mentions_count,
        try_cast(sources as integer) as sources_count,
        try_cast(articles as integer) as articles_count,
        try_cast(action_geo_latitude as double) as latitude,
        try_cast(action_geo_longitude as double) as longitude,
        $near as is_near,
        case when action_geo_type in ('1', '4', '5') and contains('$sea_places', action_geo_country)
            then nullif(regexp_extract(lower(action_geo_name), '$sea_pattern'), '') end as sea
    from file
), placed as (
    select *, $fault as fault, added::date as added_date, case when is_near then $water end as water_region,
        case when is_near then $state1 end as a1,
        case when is_near then $state2 end as a2,
        case when is_near then $place end as place
    from typed
), scoped as (
    select *, case when fault is null and is_near then $scope else false end as is_kept from placed
)
select fault, is_kept, try_cast(id as bigint) as number, added_date, $payload from scoped
""")


def build_read(path: str, first_day: date, last_day: date) -> str:
    """SQL that reads a file into the temporary table `coded`, with rows between these days."""
    codes = _load_codes()
    return _READ.substitute(
        path=path.replace("'", "''"),
        columns="{" + ", ".join(f"'{name}': 'VARCHAR'" for name in COLUMNS) + "}",
        sea_pattern=codes.sea_pattern,
        sea_places=codes.sea_places,
        near=_build_near(),
        fault=_build_fault(first_day, last_day),
        water=_build_water_case(),
        state1=_build_state(1),
        state2=_build_state(2),
        place=_build_place(),
        scope=_build_scope(),
        payload=", ".join(_build_payload(name) for name in _PAYLOAD),
    )


def _build_who(n: int) -> str:
    """SQL: an actor in words: the state itself by its name, anyone else by the name that GDELT wrote."""
    return f"""case when a{n}_code is null then null
        when a{n} is null then coalesce(a{n}_name, a{n}_code)
        when a{n}_type1 is null then s{n}.name
        else coalesce(a{n}_name, a{n}_code) || ' (' || s{n}.name || ', ' || a{n}_type1 || ')' end"""


_HASHED = (
    *"number occurred added_date code quad goldstein_value tone_value".split(),
    *"mentions_count sources_count articles_count latitude longitude".split(),
    *"action_geo_type action_geo_name action_geo_country".split(),
    *"a1_code a1_name a2_code a2_name url".split(),
)


# What the kept rows of `coded` say, in columns of EVENT_SCHEMA, with the `publisher` and `url` of their one source.
_EVENTS = Template(r"""
with kept as (
    select coded.*, coded.rowid as line, $who1 as who1, $who2 as who2,
        -- What stands between '//' and the next '/', '?' or '#', without a user's name and a port.
        split_part(split_part(split_part(split_part(lower(url), '/', 3), '?', 1), '#', 1), '@', -1) as authority,
        seas.region as sea_region, home.home_region as place_region
    from coded
    left join states s1 on s1.iso3 = a1
    left join states s2 on s2.iso3 = a2
    left join states home on home.iso3 = place
    left join seas on seas.name = sea
    where is_kept
)
select
    'gdelt:' || number::varchar as event_id,
    occurred as occurred_date,
    added_date as reported_date,
    left(root.label || ': ' || coalesce(who1, 'unnamed actor') || coalesce(' towards ' || who2, ''), 300) as title,
    $region as region,
    coalesce(action_geo_name, '') as location,
    latitude,
    longitude,
    case when action_geo_type = '1' then 'country'
        when action_geo_type in ('2', '5') or sea is not null then 'area'
        when action_geo_type in ('3', '4') then 'exact' end as geo_precision,
    case when a1 is null and a2 is null then [] when a1 is null then [a2]
        when a2 is null or a1 = a2 then [a1] else [a1, a2] end as actors,
    a1 as initiator,
    a2 as target,
    code[:2] as cameo_root,
    code as cameo_code,
    quad::tinyint as quad_class,
    coalesce(
        nullif(split_part(if(starts_with(authority, 'www.'), authority[5:], authority), ':', 1), ''), 'unknown host'
    ) as publisher,
    url,
    goldstein_value as goldstein,
    tone_value as tone,
    mentions_count as mention_count,
    sources_count as source_count,
    articles_count as article_count,
    -- GDELT dates an event by words such as 'last month' and 'a year ago': 30 and 365 days back, or the same day of the
    -- calendar month or year.
    case when abs(added_date - occurred) not between 28 and 366 then false
        else added_date - occurred in (30, 365) or occurred in (
            (added_date - interval 1 month)::date, (added_date - interval 1 year)::date,
            (added_date + interval 1 month)::date, (added_date + interval 1 year)::date
        ) end as is_date_suspect,
    left(md5(concat_ws(chr(31), $hashed)), 16) as content_hash
from kept
left join (values $roots) root(number_code, label) on root.number_code = code[:2]
order by line
""")


def build_events() -> str:
    """SQL: the kept rows of `coded` as events."""
    return _EVENTS.substitute(
        who1=_build_who(1),
        who2=_build_who(2),
        region=_build_region(),
        hashed=", ".join(f"coalesce({name}::varchar, '')" for name in _HASHED),
        roots=", ".join(f"('{code}', '{label}')" for code, label in CAMEO_ROOTS.items()),
    )
