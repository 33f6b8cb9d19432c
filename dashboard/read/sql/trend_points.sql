-- Over every provider: counts are added up by area, kind, size or brand, and go through the disclosure rule.
-- Counts of one stream in periods of four weeks, with the bed-weeks in which they fell, by area, kind of service, size or brand. Care
-- homes only, except by kind of service: where a service has no beds its exposure is the service itself.
WITH unit AS MATERIALIZED (
    SELECT l.location_id,
           CASE $by WHEN 'area' THEN coalesce(l.local_authority, '') WHEN 'service' THEN l.service_kind WHEN 'brand' THEN coalesce(nullif(l.brand_name, ''), '')
                    ELSE CASE WHEN l.registered_beds <= 10 THEN '1 to 10 beds' WHEN l.registered_beds <= 25 THEN '11 to 25 beds' WHEN l.registered_beds <= 50 THEN '26 to 50 beds' ELSE 'over 50 beds' END END AS name
    FROM core.location l
    WHERE l.is_social_care AND ($by = 'service' OR l.service_kind IN ('care_home', 'care_home_nursing') AND l.registered_beds > 0)
      AND ($by <> 'brand' OR coalesce(l.brand_name, '') <> '') AND ($area = '' OR l.local_authority = $area) AND ($kind = '' OR l.service_kind = $kind)
), point AS (
    SELECT u.name, CAST(date_diff('week', w.week, CAST($week AS DATE)) // 4 AS BIGINT) AS ago,
           sum(CASE $stream WHEN 'concerns' THEN w.concerns WHEN 'enquiries' THEN w.enquiries ELSE w.complaints END) AS events, sum(w.exposure_beds) AS exposure, count(DISTINCT w.location_id) AS locations
    FROM mart.location_week w JOIN unit u USING (location_id)
    WHERE w.week > CAST($week AS DATE) - 728 AND w.week <= CAST($week AS DATE)
    GROUP BY ALL
), largest AS (
    SELECT name FROM point WHERE ago = 0 GROUP BY name ORDER BY sum(exposure) DESC, name LIMIT 12
)
SELECT p.name, CAST($week AS DATE) - CAST(p.ago * 28 AS INTEGER) AS week, CAST(p.events AS BIGINT) AS events, CAST(p.exposure AS DOUBLE) AS exposure, CAST(p.locations AS BIGINT) AS locations
FROM point p JOIN largest USING (name)
ORDER BY p.name, p.ago DESC
