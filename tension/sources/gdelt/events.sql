-- What the kept rows of `coded` say, in columns of EVENT_SCHEMA, with the `publisher` and `url` of their one source.
-- Dollar parts are filled in by sql.py.
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
    coalesce(nullif(split_part(if(starts_with(authority, 'www.'), authority[5:], authority), ':', 1), ''), 'unknown host')
        as publisher,
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
