-- Concerns of the last half year by who raised them, in the version known at the look, and how many different themes they fall under.
WITH edge AS (
    SELECT min(ends_on) AS first_end FROM staging.look
), laid AS (
    SELECT v.placed_location_id AS location_id, v.received_on, v.known_from, v.known_to, c.source_class, string_split(nullif(v.abuse_types, ''), '; ') AS themes,
           unnest(range(greatest(date_diff('day', e.first_end, greatest(v.received_on, v.known_from)) // 7, 0),
                        date_diff('day', e.first_end, least(v.received_on + 182, coalesce(v.known_to, v.received_on + 182))) // 7 + 2)) AS look_no
    FROM staging.concern_placed v
    CROSS JOIN edge e
    LEFT JOIN staging.referrer_class c ON c.referrer = v.referrer
    WHERE v.placed_location_id IS NOT NULL AND v.risk_attribution = 'provider' AND v.received_on > e.first_end - 189
)
SELECT l.location_id, k.week,
       count(*) FILTER (WHERE l.source_class = 'family') AS concerns_family_26w,
       count(*) FILTER (WHERE l.source_class = 'professional') AS concerns_professional_26w,
       count(*) FILTER (WHERE l.source_class = 'whistleblower') AS concerns_whistleblower_26w,
       count(*) FILTER (WHERE l.source_class = 'police') AS concerns_police_26w,
       count(*) FILTER (WHERE l.source_class = 'cqc') AS concerns_cqc_26w,
       coalesce(len(list_distinct(flatten(list(l.themes)))), 0) AS themes_26w
FROM laid l
JOIN staging.look k ON k.look_no = l.look_no
WHERE l.received_on <= k.ends_on AND l.received_on > k.ends_on - 182 AND l.known_from <= k.ends_on AND (l.known_to IS NULL OR l.known_to > k.ends_on)
GROUP BY l.location_id, k.week
