-- Counts per location in scope and week, by when things happened. Each attribution is a measure of its own; enquiries stand apart.
-- by place: staging.scope(location_id), core.concern(location_id), core.enquiry(location_id), core.complaint(location_id)
WITH concerns AS (
    SELECT location_id, week, count(*) FILTER (WHERE attribution = 'provider') AS concerns,
           count(*) FILTER (WHERE attribution = 'unknown_source') AS concerns_unknown,
           count(*) FILTER (WHERE attribution = 'raised_by_provider') AS concerns_raised,
           count(*) FILTER (WHERE attribution = 'others_at_address') AS concerns_others,
           count(*) FILTER (WHERE attribution = 'resident_on_resident') AS concerns_resident
    FROM core.concern WHERE location_id IS NOT NULL GROUP BY ALL
), enquiries AS (
    SELECT location_id, week, count(*) AS enquiries FROM core.enquiry WHERE location_id IS NOT NULL GROUP BY ALL
), complaints AS (
    SELECT location_id, week, count(*) AS complaints, count(*) FILTER (WHERE outcome IN ('upheld', 'partially_upheld')) AS complaints_upheld
    FROM core.complaint WHERE location_id IS NOT NULL GROUP BY ALL
)
SELECT s.location_id, s.provider_id, w.week, s.exposure AS exposure_beds,
       coalesce(c.concerns, 0)::INTEGER AS concerns, coalesce(c.concerns_unknown, 0)::INTEGER AS concerns_unknown,
       coalesce(c.concerns_raised, 0)::INTEGER AS concerns_raised, coalesce(c.concerns_others, 0)::INTEGER AS concerns_others,
       coalesce(c.concerns_resident, 0)::INTEGER AS concerns_resident, coalesce(e.enquiries, 0)::INTEGER AS enquiries,
       coalesce(q.complaints, 0)::INTEGER AS complaints, coalesce(q.complaints_upheld, 0)::INTEGER AS complaints_upheld
FROM staging.scope s
CROSS JOIN staging.week w
LEFT JOIN concerns c ON c.location_id = s.location_id AND c.week = w.week
LEFT JOIN enquiries e ON e.location_id = s.location_id AND e.week = w.week
LEFT JOIN complaints q ON q.location_id = s.location_id AND q.week = w.week
WHERE (s.open_from IS NULL OR s.open_from <= w.ends_on) AND (s.open_to IS NULL OR s.open_to >= w.week)
ORDER BY s.location_id, w.week
