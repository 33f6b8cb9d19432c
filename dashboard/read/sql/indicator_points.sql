-- Over every provider: indicators are added up by area, kind, size or brand.
-- One indicator at every fourth weekly look of two years, by area, kind of service, size or brand. A provider counts where most of its
-- open services are. Unknown values are counted as units and in nothing else. Rates stand against registered beds, or against services
-- where kinds of service are compared.
WITH home AS MATERIALIZED (
    SELECT location_id, provider_id, coalesce(brand_id, '') AS brand_id, coalesce(brand_name, '') AS brand, coalesce(local_authority, '') AS area, service_kind AS kind, registered_beds AS beds, deregistered_on AS ended
    FROM core.location
    WHERE is_social_care AND ($area = '' OR local_authority = $area) AND ($kind = '' OR service_kind = $kind)
), part AS (
    SELECT provider_id, area, kind, count(*) AS homes, sum(beds) AS beds FROM home WHERE ended IS NULL GROUP BY provider_id, area, kind
), main AS (
    SELECT provider_id, any_value(area ORDER BY homes DESC, area, kind) AS area, any_value(kind ORDER BY homes DESC, area, kind) AS kind, sum(beds) AS beds FROM part GROUP BY provider_id
), unit AS MATERIALIZED (
    SELECT location_id AS unit_id, area, kind, brand, CAST(beds AS DOUBLE) AS beds, ended FROM home
    WHERE $unit = 'location' AND ($how <> 'rate' OR $by = 'service' OR kind IN ('care_home', 'care_home_nursing') AND beds > 0)
    UNION ALL
    SELECT p.provider_id, m.area, m.kind, coalesce(p.brand_name, ''), CAST(m.beds AS DOUBLE), p.deregistered_on FROM core.provider p JOIN main m USING (provider_id) WHERE $unit = 'provider'
    UNION ALL
    SELECT brand_id, '', '', any_value(brand ORDER BY location_id), CAST(sum(beds) AS DOUBLE), NULL FROM home WHERE $unit = 'brand' AND brand_id <> '' GROUP BY brand_id
), named AS (
    SELECT unit_id, beds, ended,
           CASE $by WHEN 'area' THEN area WHEN 'service' THEN kind WHEN 'brand' THEN brand
                    ELSE CASE WHEN coalesce(beds, 0) = 0 THEN 'no beds' WHEN beds <= 10 THEN '1 to 10 beds' WHEN beds <= 25 THEN '11 to 25 beds' WHEN beds <= 50 THEN '26 to 50 beds' ELSE 'over 50 beds' END END AS name
    FROM unit
    WHERE $by <> 'brand' OR brand <> ''
), look AS (
    SELECT unit_id, week, COLUMNS([$indicator]) AS value
    FROM mart.look
    WHERE unit_kind = $unit AND week > CAST($week AS DATE) - 728 AND week <= CAST($week AS DATE) AND date_diff('week', week, CAST($week AS DATE)) % 4 = 0
), point AS (
    SELECT n.name, l.week, count(*) AS units, count(l.value) AS known, CAST(coalesce(sum(l.value), 0) AS DOUBLE) AS total, CAST(coalesce(sum(CAST(l.value AS DOUBLE) * l.value), 0) AS DOUBLE) AS squares,
           count(*) FILTER (CASE $yes WHEN 'one' THEN l.value >= 1 WHEN 'low' THEN l.value <= 2 WHEN 'down' THEN l.value < 0 ELSE false END) AS yes,
           CAST(quantile_cont(l.value, 0.25) AS DOUBLE) AS q25, CAST(quantile_cont(l.value, 0.5) AS DOUBLE) AS middle, CAST(quantile_cont(l.value, 0.75) AS DOUBLE) AS q75,
           CAST(coalesce(sum(CASE WHEN $by = 'service' THEN 1 ELSE n.beds END) FILTER (l.value IS NOT NULL), 0) AS DOUBLE) AS exposure
    FROM look l JOIN named n USING (unit_id)
    WHERE n.ended IS NULL OR n.ended > l.week + 6 OR $indicator IN ('service_stopped', 'stopped_days')
    GROUP BY n.name, l.week
), largest AS (
    SELECT name FROM point WHERE week = (SELECT max(week) FROM point) ORDER BY known DESC, units DESC, name LIMIT 12
)
SELECT p.name, p.week, CAST(p.units AS BIGINT) AS units, CAST(p.known AS BIGINT) AS known, p.total, p.squares, CAST(p.yes AS BIGINT) AS yes, p.q25, p.middle, p.q75, p.exposure
FROM point p JOIN largest USING (name)
ORDER BY p.name, p.week
