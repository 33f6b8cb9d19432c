-- Concerns per location and look, in the version known at the look.
SELECT v.placed_location_id AS location_id, k.week,
       count(*) FILTER (WHERE v.risk_attribution = 'provider' AND v.received_on > k.ends_on - 84) AS concerns_12w,
       count(*) FILTER (WHERE v.risk_attribution = 'provider' AND v.received_on > k.ends_on - 182) AS concerns_26w,
       count(*) FILTER (WHERE v.risk_attribution = 'provider') AS concerns_52w,
       count(*) FILTER (WHERE coalesce(v.risk_attribution, 'unknown_source') = 'unknown_source' AND v.received_on > k.ends_on - 84) AS concerns_unknown_12w,
       count(DISTINCT v.adult_ref) FILTER (WHERE v.risk_attribution = 'provider' AND v.received_on > k.ends_on - 84) AS distinct_adults_12w,
       count(DISTINCT v.alleged_ref) FILTER (WHERE v.risk_attribution = 'provider' AND v.received_on > k.ends_on - 182) AS distinct_staff_26w,
       count(*) FILTER (WHERE v.risk_attribution = 'provider' AND v.severity >= 3 AND v.received_on > k.ends_on - 182) AS concerns_severe_26w,
       count(DISTINCT v.referrer) FILTER (WHERE v.risk_attribution = 'provider' AND v.referrer NOT ILIKE '%provider%' AND v.received_on > k.ends_on - 182) AS concern_sources_26w,
       count(*) FILTER (WHERE v.risk_attribution = 'provider' AND v.referrer ILIKE '%provider%' AND v.received_on > k.ends_on - 182) AS concerns_self_reported_26w,
       (count(*) FILTER (WHERE v.risk_attribution = 'provider' AND v.decision = 's42')::DECIMAL(18,6)
           / nullif(count(*) FILTER (WHERE v.risk_attribution = 'provider' AND v.decision IN ('s42', 'other_enquiry', 'no_enquiry')), 0))::DECIMAL(18,6) AS conversion_share_52w
FROM staging.concern_placed v
JOIN staging.look k ON v.received_on <= k.ends_on AND v.received_on > k.ends_on - 364
    AND v.known_from <= k.ends_on AND (v.known_to IS NULL OR v.known_to > k.ends_on)
WHERE v.placed_location_id IS NOT NULL
GROUP BY v.placed_location_id, k.week
