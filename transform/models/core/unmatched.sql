-- Records that match no provider, gathered by the name they give; shown wherever a total is.
WITH missed AS (
    SELECT 'safeguarding_concerns' AS feed, provider_name, received_on AS on_date FROM staging.concern_placed WHERE known_to IS NULL AND placed_provider_id IS NULL
    UNION ALL
    SELECT 'safeguarding_enquiries', provider_name, started_on FROM staging.enquiry_placed WHERE known_to IS NULL AND placed_provider_id IS NULL
    UNION ALL
    SELECT 'complaints', provider_name, received_on FROM staging.complaint_placed WHERE known_to IS NULL AND placed_provider_id IS NULL
    UNION ALL
    SELECT 'placements', provider_name, starts_on FROM core.placement WHERE provider_id IS NULL AND is_current
    UNION ALL
    SELECT 'placement_returns', provider_name, list_on FROM core.placement_return WHERE provider_id IS NULL
    UNION ALL
    SELECT 'incidents', provider_name, occurred_on FROM staging.incident_placed WHERE placed_provider_id IS NULL
    UNION ALL
    SELECT 'quality_visits', provider_name, visited_on FROM staging.quality_visit_placed WHERE placed_provider_id IS NULL
    UNION ALL
    SELECT 'quality_actions', v.provider_name, v.raised_on FROM staging.quality_action_placed v JOIN core.quality_action a ON a.action_id = v.action_ref WHERE a.provider_id IS NULL
    UNION ALL
    SELECT 'capacity', 'CQC id ' || location_id_given, updated_on FROM core.capacity WHERE provider_id IS NULL AND is_newest
    UNION ALL
    SELECT 'cqc_feedback', 'CQC id ' || location_id_given, period_to FROM core.cqc_feedback WHERE provider_id IS NULL
    UNION ALL
    SELECT source, supplier_name, coalesce(starts_on, known_from) FROM core.contract WHERE provider_id IS NULL AND is_care
)
SELECT feed, CASE WHEN provider_name IS NULL OR trim(provider_name) = '' THEN 'no provider named' ELSE 'name matches no single provider' END AS reason,
       provider_name AS name_given, count(*) AS records, min(on_date) AS first_on, max(on_date) AS last_on
FROM missed
GROUP BY ALL
ORDER BY feed, records DESC, name_given
