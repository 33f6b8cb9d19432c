-- Each way in which a name is given that matches no provider, with the records that stand behind it: what a person can decide on. A name
-- with another id or postcode is another line, since it may mean another place.
WITH missed AS (
    SELECT 'safeguarding_concerns' AS feed, provider_name, cqc_location_id, provider_postcode, received_on AS on_date
    FROM staging.concern_placed WHERE known_to IS NULL AND placed_provider_id IS NULL
    UNION ALL
    SELECT 'safeguarding_enquiries', provider_name, cqc_location_id, provider_postcode, started_on
    FROM staging.enquiry_placed WHERE known_to IS NULL AND placed_provider_id IS NULL
    UNION ALL
    SELECT 'complaints', provider_name, cqc_location_id, provider_postcode, received_on
    FROM staging.complaint_placed WHERE known_to IS NULL AND placed_provider_id IS NULL
    UNION ALL
    SELECT 'placements', v.provider_name, v.cqc_location_id, v.provider_postcode, v.starts_on
    FROM staging.placement_placed v JOIN core.placement p ON p.placement_id = v.placement_ref WHERE p.provider_id IS NULL AND p.is_current
    UNION ALL
    SELECT 'placement_returns', r.provider_name, r.cqc_location_id, r.provider_postcode, r.list_on
    FROM staging.placement_return_row r
    LEFT JOIN core.crosswalk x ON x.provider_name IS NOT DISTINCT FROM r.provider_name AND x.cqc_location_id IS NOT DISTINCT FROM r.cqc_location_id
        AND x.provider_postcode IS NOT DISTINCT FROM r.provider_postcode
    WHERE r.newest_no = 1 AND x.provider_id IS NULL
    UNION ALL
    SELECT 'incidents', provider_name, cqc_location_id, provider_postcode, occurred_on FROM staging.incident_placed WHERE placed_provider_id IS NULL
    UNION ALL
    SELECT 'quality_visits', provider_name, cqc_location_id, provider_postcode, visited_on FROM staging.quality_visit_placed WHERE placed_provider_id IS NULL
    UNION ALL
    SELECT 'quality_actions', v.provider_name, v.cqc_location_id, v.provider_postcode, v.raised_on
    FROM staging.quality_action_placed v JOIN core.quality_action a ON a.action_id = v.action_ref WHERE a.provider_id IS NULL
    UNION ALL
    SELECT source, supplier_name, NULL, NULL, coalesce(starts_on, known_from) FROM core.contract WHERE provider_id IS NULL AND is_care
)
SELECT provider_name, cqc_location_id, provider_postcode, string_agg(DISTINCT feed, ',' ORDER BY feed) AS feeds, count(*)::INTEGER AS records,
       min(on_date) AS first_on, max(on_date) AS last_on
FROM missed
WHERE trim(coalesce(provider_name, '')) <> ''
GROUP BY provider_name, cqc_location_id, provider_postcode
ORDER BY records DESC, provider_name, cqc_location_id, provider_postcode
