-- Over every provider: people are counted by the authority that placed them, for the market as a whole.
-- People on the councils' lists by who placed them and where they live. A place lies outside an authority's own area if the area's name
-- does not begin with the authority's, without the words for its kind.
WITH package AS (
    SELECT coalesce(nullif(m.placing_authority, ''), '') AS authority, coalesce(l.local_authority, '') AS host, m.person_ref
    FROM core.placement m LEFT JOIN core.location l ON l.location_id = m.location_id
    WHERE m.is_current
), stem AS (
    SELECT *, trim(regexp_replace(lower(authority), '\b(metropolitan|county|borough|city|district|unitary|royal|london|of|the|council|authority)\b', ' ', 'g')) AS own FROM package
)
SELECT authority, host, host <> '' AND (own = '' OR NOT starts_with(lower(host), regexp_replace(own, ' +', ' ', 'g'))) AS outside, CAST(count(DISTINCT person_ref) AS BIGINT) AS people
FROM stem
GROUP BY ALL
ORDER BY outside DESC, people DESC, authority, host
LIMIT 40
