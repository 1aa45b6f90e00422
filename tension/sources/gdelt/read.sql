-- One row per line of an export, in its order: `fault` where it can't be read, `is_kept` where it touches the theatre,
-- and what it says only where it is kept. Dollar parts are filled in by sql.py.
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
