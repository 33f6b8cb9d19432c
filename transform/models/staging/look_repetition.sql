-- Repetition within 26 weeks: the most distinct adults under one theme, that theme's share, and the most concerns naming one alleged person.
WITH seen AS (
    SELECT v.placed_location_id AS location_id, k.week, v.concern_ref, v.adult_ref, v.alleged_ref, v.abuse_types
    FROM staging.concern_placed v
    JOIN staging.look k ON v.received_on <= k.ends_on AND v.received_on > k.ends_on - 182
        AND v.known_from <= k.ends_on AND (v.known_to IS NULL OR v.known_to > k.ends_on)
    WHERE v.placed_location_id IS NOT NULL AND v.risk_attribution = 'provider'
), themed AS (
    SELECT location_id, week, theme, count(DISTINCT adult_ref) AS adults, count(DISTINCT concern_ref) AS concerns
    FROM (SELECT location_id, week, concern_ref, adult_ref, unnest(string_split(abuse_types, '; ')) AS theme FROM seen WHERE abuse_types IS NOT NULL AND abuse_types <> '')
    GROUP BY ALL
), staffed AS (
    SELECT location_id, week, alleged_ref, count(DISTINCT concern_ref) AS concerns, count(DISTINCT adult_ref) AS adults
    FROM seen WHERE alleged_ref IS NOT NULL
    GROUP BY ALL
), totals AS (
    SELECT location_id, week, count(*) AS concerns FROM seen GROUP BY ALL
)
SELECT t.location_id, t.week, th.theme_adults_26w, th.theme_top, th.top_concerns::DECIMAL(18,6) / nullif(t.concerns, 0) AS theme_share_26w,
       coalesce(st.staff_repeat_26w, 0) AS staff_repeat_26w, coalesce(st.staff_repeat_adults_26w, 0) AS staff_repeat_adults_26w
FROM totals t
LEFT JOIN (SELECT location_id, week, max(adults) AS theme_adults_26w, arg_max(theme, (adults * 100000 + concerns * 100)) AS theme_top, max(concerns) AS top_concerns FROM (SELECT * FROM themed ORDER BY theme) GROUP BY ALL) th
    ON th.location_id = t.location_id AND th.week = t.week
LEFT JOIN (SELECT location_id, week, max(concerns) AS staff_repeat_26w, max(adults) AS staff_repeat_adults_26w FROM staffed GROUP BY ALL) st
    ON st.location_id = t.location_id AND st.week = t.week
