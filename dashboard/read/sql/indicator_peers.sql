-- Over every provider: limits rest on every provider's row; which of them are named is decided by seen, row by row.
-- One indicator at the newest look, provider by provider: over its open services, or the provider's or the brand's own. due is what the
-- rate of all compared services of each kind would give the provider's beds. Everybody's row comes, since the limits rest on all of them;
-- seen says which may be named.
WITH home AS MATERIALIZED (
    SELECT location_id, provider_id, coalesce(brand_id, '') AS brand_id, coalesce(local_authority, '') AS area, service_kind AS kind, registered_beds AS beds, deregistered_on AS ended
    FROM core.location
    WHERE is_social_care AND ($area = '' OR local_authority = $area) AND ($kind = '' OR service_kind = $kind)
), look AS (
    SELECT unit_id, week, COLUMNS([$indicator]) AS value
    FROM mart.look
    WHERE unit_kind = $unit AND week = CAST($week AS DATE)
), one AS MATERIALIZED (
    SELECT h.provider_id, h.kind, CAST(h.beds AS DOUBLE) AS beds, CAST(l.value AS DOUBLE) AS value
    FROM look l JOIN home h ON h.location_id = l.unit_id
    WHERE $unit = 'location' AND l.value IS NOT NULL AND (h.ended IS NULL OR h.ended > l.week + 6 OR $indicator IN ('service_stopped', 'stopped_days'))
      AND ($how <> 'rate' OR h.kind IN ('care_home', 'care_home_nursing') AND h.beds > 0)
    UNION ALL
    SELECT l.unit_id, '', 1, CAST(l.value AS DOUBLE)
    FROM look l WHERE $unit = 'provider' AND l.value IS NOT NULL AND l.unit_id IN (SELECT provider_id FROM home WHERE ended IS NULL)
), rate AS (
    SELECT kind, sum(value) / nullif(sum(beds), 0) AS each FROM one GROUP BY kind
)
SELECT o.provider_id, p.name, coalesce(p.local_authority, '') AS area, CAST(count(*) AS BIGINT) AS known, CAST(sum(o.value) AS DOUBLE) AS total, CAST(sum(o.value * o.value) AS DOUBLE) AS squares,
       CAST(count(*) FILTER (CASE $yes WHEN 'one' THEN o.value >= 1 WHEN 'low' THEN o.value <= 2 WHEN 'down' THEN o.value < 0 ELSE false END) AS BIGINT) AS yes,
       CAST(coalesce(sum(o.beds * r.each), 0) AS DOUBLE) AS due,
       ($scope = '*' OR o.provider_id IN (SELECT unnest(string_split($scope, ',')))) AS seen
FROM one o JOIN rate r ON r.kind = o.kind JOIN core.provider p ON p.provider_id = o.provider_id
GROUP BY o.provider_id, p.name, p.local_authority
ORDER BY o.provider_id
LIMIT 60000
