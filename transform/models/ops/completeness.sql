-- How much of each feed is filled in, by group of fields: records of the newest version that have something there, and all records that
-- should. A group in which nothing should be filled has no row.
WITH filled AS (
    SELECT 'safeguarding_concerns' AS source, 'match' AS field_group, count(*) FILTER (WHERE location_id IS NOT NULL OR provider_id IS NOT NULL) AS filled, count(*) AS total FROM core.concern
    UNION ALL
    SELECT 'safeguarding_concerns', 'category', count(*) FILTER (WHERE coalesce(abuse_types, '') <> ''), count(*) FROM core.concern
    UNION ALL
    SELECT 'safeguarding_concerns', 'attribution', count(*) FILTER (WHERE attribution <> 'unknown_source'), count(*) FROM core.concern
    UNION ALL
    SELECT 'safeguarding_concerns', 'person', count(*) FILTER (WHERE adult_ref IS NOT NULL), count(*) FROM core.concern
    UNION ALL
    SELECT 'safeguarding_enquiries', 'match', count(*) FILTER (WHERE location_id IS NOT NULL OR provider_id IS NOT NULL), count(*) FROM core.enquiry
    UNION ALL
    SELECT 'safeguarding_enquiries', 'category', count(*) FILTER (WHERE coalesce(abuse_types, '') <> ''), count(*) FROM core.enquiry
    UNION ALL
    SELECT 'safeguarding_enquiries', 'person', count(*) FILTER (WHERE adult_ref IS NOT NULL), count(*) FROM core.enquiry
    UNION ALL
    SELECT 'safeguarding_enquiries', 'outcome', count(*) FILTER (WHERE outcome IS NOT NULL), count(*) FROM core.enquiry WHERE concluded_on IS NOT NULL
    UNION ALL
    SELECT 'complaints', 'match', count(*) FILTER (WHERE location_id IS NOT NULL OR provider_id IS NOT NULL), count(*) FROM core.complaint
    UNION ALL
    SELECT 'complaints', 'category', count(*) FILTER (WHERE coalesce(theme, '') <> ''), count(*) FROM core.complaint
    UNION ALL
    SELECT 'complaints', 'outcome', count(*) FILTER (WHERE outcome IS NOT NULL), count(*) FROM core.complaint WHERE closed_on IS NOT NULL
    UNION ALL
    SELECT 'cqc_api', 'address', count(*) FILTER (WHERE postcode_key <> '' AND local_authority IS NOT NULL), count(*) FROM core.location WHERE source = 'cqc_api'
    UNION ALL
    SELECT 'cqc_api', 'capacity', count(*) FILTER (WHERE registered_beds > 0), count(*) FROM core.location WHERE source = 'cqc_api' AND care_home AND status = 'Registered'
    UNION ALL
    SELECT 'cqc_api', 'manager', count(*) FILTER (WHERE manager_present IS NOT NULL), count(*) FROM core.location WHERE source = 'cqc_api' AND status = 'Registered'
    UNION ALL
    SELECT 'cqc_ratings', 'dates', count(*) FILTER (WHERE rated_on IS NOT NULL), count(*) FROM core.rating WHERE source = 'cqc_ratings'
    UNION ALL
    SELECT source, 'match', count(*) FILTER (WHERE provider_id IS NOT NULL), count(*) FROM core.contract GROUP BY source
    UNION ALL
    SELECT source, 'dates', count(*) FILTER (WHERE ends_on IS NOT NULL), count(*) FROM core.contract GROUP BY source
    UNION ALL
    SELECT source, 'value', count(*) FILTER (WHERE value IS NOT NULL OR annual_value IS NOT NULL), count(*) FROM core.contract GROUP BY source
    UNION ALL
    SELECT 'company_events', 'match', count(*) FILTER (WHERE provider_id IS NOT NULL), count(*) FROM core.company_event
)
SELECT source, field_group, filled::BIGINT AS filled, total::BIGINT AS total
FROM filled
WHERE total > 0
ORDER BY source, field_group
