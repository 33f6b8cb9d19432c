-- Repetition within 26 weeks: the most distinct adults under one theme, that theme's share, how many themes there are, the most concerns naming
-- one alleged person and about one adult, and the concerns of a theme on which an enquiry had been concluded in the year before.
-- by place: staging.concern_span(location_id), staging.concern_placed(placed_location_id), staging.enquiry_placed(placed_location_id)
WITH concluded AS (
    -- A theme of an enquiry at a place, from the day its conclusion was known.
    SELECT e.location_id, unnest(string_split(e.abuse_types, '; ')) AS theme, e.concluded_on, e.known_from
    FROM (SELECT q.enquiry_ref, q.placed_location_id AS location_id, min(q.abuse_types) AS abuse_types, min(q.concluded_on) AS concluded_on, min(q.known_from) AS known_from
          FROM staging.enquiry_placed q
          WHERE q.concluded_on IS NOT NULL AND q.placed_location_id IS NOT NULL AND coalesce(q.abuse_types, '') <> ''
          GROUP BY ALL) e
), returned AS (
    SELECT t.location_id, t.concern_ref, min(greatest(d.known_from, d.concluded_on)) AS known_from
    FROM (SELECT DISTINCT v.concern_ref, v.placed_location_id AS location_id, v.received_on, unnest(string_split(v.abuse_types, '; ')) AS theme
          FROM staging.concern_placed v WHERE v.risk_attribution = 'provider' AND coalesce(v.abuse_types, '') <> '') t
    JOIN concluded d ON d.location_id = t.location_id AND d.theme = t.theme AND d.concluded_on < t.received_on AND d.concluded_on > t.received_on - 364
    GROUP BY t.location_id, t.concern_ref
), coming_back AS (
    SELECT r.location_id, r.concern_ref, CASE WHEN r.known_from > e.last_end THEN e.looks ELSE greatest((r.known_from - e.first_end + 6) // 7, 0) END::INTEGER AS from_no
    FROM returned r, staging.look_edge e
), span AS (
    SELECT * FROM staging.concern_span WHERE theirs AND to_26w > from_no
), said AS (
    SELECT abuse_types, unnest(list_distinct(string_split(abuse_types, '; '))) AS theme FROM (SELECT DISTINCT abuse_types FROM span WHERE abuse_types <> '')
), theme AS (
    SELECT theme, row_number() OVER (ORDER BY theme) AS theme_no FROM (SELECT DISTINCT theme FROM said) -- a number joins faster than a text
), themed AS (
    SELECT s.location_id, t.theme_no, s.adult_ref, s.from_no, s.to_26w,
           CASE WHEN s.adult_ref IS NULL THEN s.to_26w
                ELSE least(s.to_26w, greatest(s.from_no, max(s.to_26w) OVER (PARTITION BY s.location_id, t.theme_no, s.adult_ref ORDER BY s.from_no, s.to_26w ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING))) END AS adult_no
    FROM span s
    JOIN said ON said.abuse_types = s.abuse_types
    JOIN theme t ON t.theme = said.theme
), theme_standing AS (
    SELECT location_id, theme_no, look_no, lead(look_no) OVER w AS next_no, sum(sum(concerns)) OVER w AS concerns, sum(sum(adults)) OVER w AS adults
    FROM (SELECT location_id, theme_no, unnest([from_no, to_26w, adult_no]) AS look_no, unnest([1, -1, 0]) AS concerns, unnest([0, -1, 1]) AS adults FROM themed)
    GROUP BY location_id, theme_no, look_no
    WINDOW w AS (PARTITION BY location_id, theme_no ORDER BY look_no ROWS UNBOUNDED PRECEDING)
), top AS (
    SELECT location_id, look_no, count(*) AS themes, max(adults) AS adults, max(concerns) AS concerns
    FROM (SELECT location_id, concerns, adults, unnest(range(look_no, next_no)) AS look_no FROM theme_standing WHERE concerns > 0)
    GROUP BY location_id, look_no
), staffed AS (
    SELECT location_id, alleged_ref, from_no, to_26w,
           CASE WHEN adult_ref IS NULL THEN to_26w
                ELSE least(to_26w, greatest(from_no, max(to_26w) OVER (PARTITION BY location_id, alleged_ref, adult_ref ORDER BY from_no, to_26w ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING))) END AS adult_no
    FROM span
    WHERE alleged_ref IS NOT NULL
), staff_standing AS (
    SELECT location_id, look_no, lead(look_no) OVER w AS next_no, sum(sum(concerns)) OVER w AS concerns, sum(sum(adults)) OVER w AS adults
    FROM (SELECT location_id, alleged_ref, unnest([from_no, to_26w, adult_no]) AS look_no, unnest([1, -1, 0]) AS concerns, unnest([0, -1, 1]) AS adults FROM staffed)
    GROUP BY location_id, alleged_ref, look_no
    WINDOW w AS (PARTITION BY location_id, alleged_ref ORDER BY look_no ROWS UNBOUNDED PRECEDING)
), staff AS (
    -- One concern that names somebody is no repetition and is counted below, with all concerns.
    SELECT location_id, look_no, max(concerns) AS concerns, max(adults) AS adults
    FROM (SELECT location_id, concerns, adults, unnest(range(look_no, next_no)) AS look_no FROM staff_standing WHERE concerns > 1)
    GROUP BY location_id, look_no
), adult_standing AS (
    SELECT location_id, look_no, lead(look_no) OVER w AS next_no, sum(sum(concerns)) OVER w AS concerns
    FROM (SELECT location_id, adult_ref, unnest([from_no, to_26w]) AS look_no, unnest([1, -1]) AS concerns FROM span WHERE adult_ref IS NOT NULL)
    GROUP BY location_id, adult_ref, look_no
    WINDOW w AS (PARTITION BY location_id, adult_ref ORDER BY look_no ROWS UNBOUNDED PRECEDING)
), adult AS (
    SELECT location_id, look_no, max(concerns) AS concerns
    FROM (SELECT location_id, concerns, unnest(range(look_no, next_no)) AS look_no FROM adult_standing WHERE concerns > 1)
    GROUP BY location_id, look_no
), standing AS (
    SELECT location_id, look_no, lead(look_no) OVER w AS next_no, sum(sum(concerns)) OVER w AS concerns, sum(sum(concerns) FILTER (WHERE adult)) OVER w AS with_adult,
           sum(sum(concerns) FILTER (WHERE staff)) OVER w AS with_staff, sum(sum(concerns) FILTER (WHERE staff AND adult)) OVER w AS with_both, sum(sum(returns)) OVER w AS returns
    FROM (SELECT s.location_id, s.adult_ref IS NOT NULL AS adult, s.alleged_ref IS NOT NULL AS staff,
                 unnest([s.from_no, s.to_26w, least(s.to_26w, greatest(s.from_no, r.from_no))]) AS look_no, unnest([1, -1, 0]) AS concerns,
                 unnest([0, CASE WHEN r.from_no IS NULL THEN 0 ELSE -1 END, CASE WHEN r.from_no IS NULL THEN 0 ELSE 1 END]) AS returns
          FROM span s LEFT JOIN coming_back r ON r.location_id = s.location_id AND r.concern_ref = s.concern_ref)
    GROUP BY location_id, look_no
    WINDOW w AS (PARTITION BY location_id ORDER BY look_no ROWS UNBOUNDED PRECEDING)
), laid AS (
    SELECT * EXCLUDE (look_no, next_no), unnest(range(look_no, next_no)) AS look_no FROM standing WHERE concerns > 0
)
SELECT l.location_id, k.week, coalesce(t.themes, 0)::INTEGER AS themes_26w, t.adults AS theme_adults_26w,
       (t.concerns::DECIMAL(18,6) / nullif(l.concerns, 0))::DECIMAL(18,6) AS theme_share_26w,
       coalesce(a.concerns, (l.with_adult > 0)::INTEGER, 0)::INTEGER AS adult_repeat_26w, coalesce(l.returns, 0)::INTEGER AS theme_returns_26w,
       coalesce(s.concerns, (l.with_staff > 0)::INTEGER, 0)::INTEGER AS staff_repeat_26w,
       greatest(s.adults, (l.with_both > 0)::INTEGER, 0)::INTEGER AS staff_repeat_adults_26w
FROM laid l
JOIN staging.look k ON k.look_no = l.look_no
LEFT JOIN top t ON t.location_id = l.location_id AND t.look_no = l.look_no
LEFT JOIN staff s ON s.location_id = l.location_id AND s.look_no = l.look_no
LEFT JOIN adult a ON a.location_id = l.location_id AND a.look_no = l.look_no
