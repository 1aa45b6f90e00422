-- The kept rows of `coded` in the columns of EVENT_SCHEMA, but for the time of recording.
-- Dollar parts are filled in by gdelt_sql.py.
with kept as (
    select coded.*, coded.rowid as line, $who1 as who1, $who2 as who2,
        regexp_replace(lower(regexp_extract(url, '^[^:]+://(?:[^/?#@]*@)?([^/?#:]+)', 1)), '^www\.', '') as host,
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
    'gdelt' as source_key,
    occurred as occurred_date,
    null as end_date,
    added_date as reported_date,
    false as is_reported_date_assumed,
    left(root.label || ': ' || coalesce(who1, 'unnamed actor') || coalesce(' towards ' || who2, ''), 300) as title,
    'Coded by machine from the page linked; not reviewed.' as summary,
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
    []::varchar[] as organizations,
    []::varchar[] as people,
    null as category,
    root_code as cameo_root,
    code as cameo_code,
    quad::tinyint as quad_class,
    null as severity,
    []::varchar[] as tags,
    null as episode,
    null as us_china_military_contact,
    []::struct("key" varchar, "value" double)[] as figures,
    []::struct("key" varchar, "value" double)[] as figures_other,
    null as confidence,
    null as coder_doubt,
    [{
        'publisher': coalesce(nullif(host, ''), 'unknown host'),
        'title': 'Page that GDELT coded as event ' || number::varchar,
        'url': url,
        'published': added_date,
        'tier': 'aggregator'
    }] as sources,
    goldstein_value as goldstein,
    tone_value as tone,
    mentions_count as mention_count,
    sources_count as source_count,
    articles_count as article_count,
    -- GDELT dates an event by words such as 'last month' and 'a year ago': 30 and 365 days back, or the same day of the
    -- calendar month or year.
    added_date - occurred in (30, 365) or occurred in (
        (added_date - interval 1 month)::date, (added_date - interval 1 year)::date,
        (added_date + interval 1 month)::date, (added_date + interval 1 year)::date
    ) as is_date_suspect,
    left(sha256(concat_ws(chr(31), $hashed)), 16) as content_hash
from kept
left join (values $roots) root(number_code, label) on root.number_code = root_code
order by line
