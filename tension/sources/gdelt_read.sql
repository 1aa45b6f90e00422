-- One row per line of an export, in its order: `fault` where it can't be read, `is_kept` where it touches the theatre,
-- and what it says only where it is kept. Dollar parts are filled in by gdelt_sql.py.
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
        case when action_geo_type in ('1', '4', '5')
            then nullif(regexp_extract(lower(action_geo_name), '$sea_pattern'), '') end as sea
    from file
), placed as (
    select *, $fault as fault, added::date as added_date, $water as water_region,
        $state1 as a1, $state2 as a2, $place as place
    from typed
), scoped as (
    select *, case when fault is null then $scope else false end as is_kept from placed
)
select fault, is_kept, try_cast(id as bigint) as number, added_date, $payload from scoped
