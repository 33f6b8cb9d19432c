-- Concerns per location and look, in the version known at the look. Each version is first laid out over the numbers of the looks that may
-- see it: joining on a number is many times faster than on two dates.
WITH edge AS (
    SELECT min(ends_on) AS first_end FROM staging.look
), laid AS (
    SELECT v.placed_location_id AS location_id, v.received_on, v.known_from, v.known_to, v.risk_attribution = 'provider' AS theirs,
           coalesce(v.risk_attribution, 'unknown_source') = 'unknown_source' AS unknown, v.adult_ref, v.alleged_ref, v.severity, v.decision, v.referrer,
           v.referrer ILIKE '%provider%' AS own_report,
           unnest(range(greatest(date_diff('day', e.first_end, greatest(v.received_on, v.known_from)) // 7, 0),
                        date_diff('day', e.first_end, least(v.received_on + 364, coalesce(v.known_to, v.received_on + 364))) // 7 + 2)) AS look_no
    FROM staging.concern_placed v, edge e
    WHERE v.placed_location_id IS NOT NULL AND v.received_on > e.first_end - 371
), seen AS (
    SELECT l.*, k.week, k.ends_on
    FROM laid l
    JOIN staging.look k ON k.look_no = l.look_no
    WHERE l.received_on <= k.ends_on AND l.received_on > k.ends_on - 364 AND l.known_from <= k.ends_on AND (l.known_to IS NULL OR l.known_to > k.ends_on)
)
SELECT location_id, week,
       count(*) FILTER (WHERE theirs AND received_on > ends_on - 84) AS concerns_12w,
       count(*) FILTER (WHERE theirs AND received_on > ends_on - 182) AS concerns_26w,
       count(*) FILTER (WHERE theirs) AS concerns_52w,
       count(*) FILTER (WHERE unknown AND received_on > ends_on - 84) AS concerns_unknown_12w,
       count(DISTINCT adult_ref) FILTER (WHERE theirs AND received_on > ends_on - 84) AS distinct_adults_12w,
       count(DISTINCT alleged_ref) FILTER (WHERE theirs AND received_on > ends_on - 182) AS distinct_staff_26w,
       count(*) FILTER (WHERE theirs AND severity >= 3 AND received_on > ends_on - 182) AS concerns_severe_26w,
       count(DISTINCT referrer) FILTER (WHERE theirs AND NOT own_report AND received_on > ends_on - 182) AS concern_sources_26w,
       count(*) FILTER (WHERE theirs AND own_report AND received_on > ends_on - 182) AS concerns_self_reported_26w,
       (count(*) FILTER (WHERE theirs AND decision = 's42')::DECIMAL(18,6)
           / nullif(count(*) FILTER (WHERE theirs AND decision IN ('s42', 'other_enquiry', 'no_enquiry')), 0))::DECIMAL(18,6) AS conversion_share_52w
FROM seen
GROUP BY location_id, week
