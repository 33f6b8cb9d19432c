-- From which look to before which each version of a concern counts, as looks are numbered: once known and until corrected, while it is at most
-- 12, 26 or 52 weeks old. What is counted of concerns look by look comes of where these spans begin and end; nothing is laid out week by week.
-- A person or a source counts once, however many concerns name it: adult_no, staff_no and source_no are the first look of the span that no
-- earlier one about the same place and person covers, or its end if there is none.
-- by place: staging.concern_placed(placed_location_id)
WITH given AS (
    SELECT v.placed_location_id AS location_id, v.concern_ref, v.abuse_types, v.adult_ref, v.alleged_ref, v.referrer, v.severity, v.decision, v.risk_attribution,
           greatest(v.received_on, v.known_from) - e.first_end AS seen_from, least(v.received_on + 84, v.known_to) - e.first_end AS gone_12w,
           least(v.received_on + 182, v.known_to) - e.first_end AS gone_26w, least(v.received_on + 364, v.known_to) - e.first_end AS gone_52w, e.last_end - e.first_end AS last_day, e.looks
    FROM staging.concern_placed v, staging.look_edge e
    WHERE v.placed_location_id IS NOT NULL AND v.received_on IS NOT NULL
), numbered AS (
    SELECT * EXCLUDE (seen_from, gone_12w, gone_26w, gone_52w, last_day, looks),
           CASE WHEN seen_from > last_day THEN looks ELSE greatest((seen_from + 6) // 7, 0) END::INTEGER AS from_no,
           CASE WHEN gone_12w > last_day THEN looks ELSE greatest((gone_12w + 6) // 7, 0) END::INTEGER AS to_12w,
           CASE WHEN gone_26w > last_day THEN looks ELSE greatest((gone_26w + 6) // 7, 0) END::INTEGER AS to_26w,
           CASE WHEN gone_52w > last_day THEN looks ELSE greatest((gone_52w + 6) // 7, 0) END::INTEGER AS to_52w
    FROM given
), span AS (
    SELECT n.location_id, n.concern_ref, n.from_no, greatest(n.to_12w, n.from_no) AS to_12w, greatest(n.to_26w, n.from_no) AS to_26w, n.to_52w,
           coalesce(n.risk_attribution = 'provider', false) AS theirs, coalesce(n.risk_attribution, 'unknown_source') = 'unknown_source' AS unknown,
           n.abuse_types, n.adult_ref, n.alleged_ref, n.referrer, c.source_class, coalesce(n.severity >= 3, false) AS severe, n.decision
    FROM numbered n
    LEFT JOIN staging.referrer_class c ON c.referrer = n.referrer
    WHERE n.to_52w > n.from_no
)
SELECT location_id, concern_ref, from_no, to_12w, to_26w, to_52w, theirs, unknown, abuse_types, adult_ref, alleged_ref, source_class, severe, decision,
       CASE WHEN NOT theirs OR adult_ref IS NULL THEN to_12w
            ELSE least(to_12w, greatest(from_no, max(to_12w) OVER (PARTITION BY theirs, location_id, adult_ref ORDER BY from_no, to_12w ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING))) END AS adult_no,
       CASE WHEN NOT theirs OR alleged_ref IS NULL THEN to_26w
            ELSE least(to_26w, greatest(from_no, max(to_26w) OVER (PARTITION BY theirs, location_id, alleged_ref ORDER BY from_no, to_26w ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING))) END AS staff_no,
       CASE WHEN NOT theirs OR referrer IS NULL OR source_class = 'self' THEN to_26w
            ELSE least(to_26w, greatest(from_no, max(to_26w) OVER (PARTITION BY theirs, location_id, referrer ORDER BY from_no, to_26w ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING))) END AS source_no
FROM span
