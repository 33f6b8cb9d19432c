-- The same counts per provider: its locations' together with events that name the provider alone.
WITH provider_only AS (
    SELECT provider_id, week, 'concern' AS kind, attribution AS what FROM core.concern WHERE location_id IS NULL AND provider_id IS NOT NULL
    UNION ALL
    SELECT provider_id, week, 'enquiry', NULL FROM core.enquiry WHERE location_id IS NULL AND provider_id IS NOT NULL
    UNION ALL
    SELECT provider_id, week, 'complaint', outcome FROM core.complaint WHERE location_id IS NULL AND provider_id IS NOT NULL
), extra AS (
    SELECT provider_id, week, 0 AS exposure_beds,
           count(*) FILTER (WHERE kind = 'concern' AND what = 'provider') AS concerns,
           count(*) FILTER (WHERE kind = 'concern' AND what = 'unknown_source') AS concerns_unknown,
           count(*) FILTER (WHERE kind = 'concern' AND what = 'raised_by_provider') AS concerns_raised,
           count(*) FILTER (WHERE kind = 'concern' AND what = 'others_at_address') AS concerns_others,
           count(*) FILTER (WHERE kind = 'concern' AND what = 'resident_on_resident') AS concerns_resident,
           count(*) FILTER (WHERE kind = 'enquiry') AS enquiries, count(*) FILTER (WHERE kind = 'complaint') AS complaints,
           count(*) FILTER (WHERE kind = 'complaint' AND what IN ('upheld', 'partially_upheld')) AS complaints_upheld
    FROM provider_only
    WHERE week IN (SELECT week FROM staging.week)
    GROUP BY ALL
), every AS (
    SELECT provider_id, week, exposure_beds, concerns, concerns_unknown, concerns_raised, concerns_others, concerns_resident, enquiries, complaints, complaints_upheld FROM mart.location_week
    UNION ALL
    SELECT * FROM extra
)
SELECT provider_id, week, sum(exposure_beds)::DECIMAL(12,3) AS exposure_beds, sum(concerns)::INTEGER AS concerns, sum(concerns_unknown)::INTEGER AS concerns_unknown,
       sum(concerns_raised)::INTEGER AS concerns_raised, sum(concerns_others)::INTEGER AS concerns_others, sum(concerns_resident)::INTEGER AS concerns_resident,
       sum(enquiries)::INTEGER AS enquiries, sum(complaints)::INTEGER AS complaints, sum(complaints_upheld)::INTEGER AS complaints_upheld
FROM every
WHERE provider_id IS NOT NULL
GROUP BY provider_id, week
ORDER BY provider_id, week
