-- Repetition within 26 weeks: the most distinct adults under one theme, that theme's share, the most concerns naming one alleged person and
-- about one adult, and the concerns of a theme on which an enquiry had been concluded in the year before.
WITH concluded AS (
    -- A theme of an enquiry at a place, from the day its conclusion was known.
    SELECT e.location_id, unnest(string_split(e.abuse_types, '; ')) AS theme, e.concluded_on, e.known_from
    FROM (SELECT q.enquiry_ref, q.placed_location_id AS location_id, min(q.abuse_types) AS abuse_types, min(q.concluded_on) AS concluded_on, min(q.known_from) AS known_from
          FROM staging.enquiry_placed q
          WHERE q.concluded_on IS NOT NULL AND q.placed_location_id IS NOT NULL AND coalesce(q.abuse_types, '') <> ''
          GROUP BY ALL) e
), returned AS (
    SELECT t.concern_ref, min(greatest(d.known_from, d.concluded_on)) AS known_from
    FROM (SELECT DISTINCT v.concern_ref, v.placed_location_id AS location_id, v.received_on, unnest(string_split(v.abuse_types, '; ')) AS theme
          FROM staging.concern_placed v WHERE v.risk_attribution = 'provider' AND coalesce(v.abuse_types, '') <> '') t
    JOIN concluded d ON d.location_id = t.location_id AND d.theme = t.theme AND d.concluded_on < t.received_on AND d.concluded_on > t.received_on - 364
    GROUP BY t.concern_ref
), edge AS (
    SELECT min(ends_on) AS first_end FROM staging.look
), laid AS (
    SELECT v.placed_location_id AS location_id, v.concern_ref, v.adult_ref, v.alleged_ref, v.abuse_types, v.received_on, v.known_from, v.known_to,
           unnest(range(greatest(date_diff('day', e.first_end, greatest(v.received_on, v.known_from)) // 7, 0),
                        date_diff('day', e.first_end, least(v.received_on + 182, coalesce(v.known_to, v.received_on + 182))) // 7 + 2)) AS look_no
    FROM staging.concern_placed v, edge e
    WHERE v.placed_location_id IS NOT NULL AND v.risk_attribution = 'provider' AND v.received_on > e.first_end - 189
), seen AS (
    SELECT k.ends_on, l.location_id, k.week, l.concern_ref, l.adult_ref, l.alleged_ref, l.abuse_types
    FROM laid l
    JOIN staging.look k ON k.look_no = l.look_no
    WHERE l.received_on <= k.ends_on AND l.received_on > k.ends_on - 182 AND l.known_from <= k.ends_on AND (l.known_to IS NULL OR l.known_to > k.ends_on)
), themed AS (
    SELECT location_id, week, theme, count(DISTINCT adult_ref) AS adults, count(DISTINCT concern_ref) AS concerns
    FROM (SELECT location_id, week, concern_ref, adult_ref, unnest(string_split(abuse_types, '; ')) AS theme FROM seen WHERE abuse_types IS NOT NULL AND abuse_types <> '')
    GROUP BY ALL
), staffed AS (
    SELECT location_id, week, alleged_ref, count(DISTINCT concern_ref) AS concerns, count(DISTINCT adult_ref) AS adults
    FROM seen WHERE alleged_ref IS NOT NULL
    GROUP BY ALL
), coming_back AS (
    SELECT s.location_id, s.week, count(DISTINCT s.concern_ref) AS concerns
    FROM seen s JOIN returned r ON r.concern_ref = s.concern_ref AND r.known_from <= s.ends_on
    GROUP BY ALL
), about AS (
    SELECT location_id, week, max(concerns) AS adult_repeat_26w
    FROM (SELECT location_id, week, adult_ref, count(DISTINCT concern_ref) AS concerns FROM seen WHERE adult_ref IS NOT NULL GROUP BY ALL)
    GROUP BY ALL
), totals AS (
    SELECT location_id, week, count(*) AS concerns FROM seen GROUP BY ALL
)
SELECT t.location_id, t.week, th.theme_adults_26w, th.theme_top, (th.top_concerns::DECIMAL(18,6) / nullif(t.concerns, 0))::DECIMAL(18,6) AS theme_share_26w,
       coalesce(ab.adult_repeat_26w, 0) AS adult_repeat_26w, coalesce(rt.concerns, 0) AS theme_returns_26w,
       coalesce(st.staff_repeat_26w, 0) AS staff_repeat_26w, coalesce(st.staff_repeat_adults_26w, 0) AS staff_repeat_adults_26w
FROM totals t
LEFT JOIN (SELECT location_id, week, max(adults) AS theme_adults_26w, arg_max(theme, (adults * 100000 + concerns * 100)) AS theme_top, max(concerns) AS top_concerns FROM (SELECT * FROM themed ORDER BY theme) GROUP BY ALL) th
    ON th.location_id = t.location_id AND th.week = t.week
LEFT JOIN (SELECT location_id, week, max(concerns) AS staff_repeat_26w, max(adults) AS staff_repeat_adults_26w FROM staffed GROUP BY ALL) st
    ON st.location_id = t.location_id AND st.week = t.week
LEFT JOIN about ab ON ab.location_id = t.location_id AND ab.week = t.week
LEFT JOIN coming_back rt ON rt.location_id = t.location_id AND rt.week = t.week
