-- One flag whole.
SELECT f.flag_id, f.provider_id, p.name AS provider_name, f.location_id, l.name AS location_name, f.brand_id, p.brand_name, f.rule_id, f.rule_title,
       CAST(f.level AS BIGINT) AS level, f.failure_kind, f.strength, f.basis, f.citation, f.evidence_source, f.sentence,
       CAST(f.observed AS DOUBLE) AS observed, CAST(f.expected AS DOUBLE) AS expected, CAST(f.usual_low AS DOUBLE) AS usual_low,
       CAST(f.usual_high AS DOUBLE) AS usual_high, CAST(f.threshold AS DOUBLE) AS threshold, f.measure, f.window_start, f.window_end, f.one_in,
       f.opened_on, f.last_met_on, f.cleared_on, f.state, f.corroborated_by, f.covered_by, f.counterfactual, f.coverage, f.as_of, f.rule_set, f.rule_set_hash
FROM analytics.flag f
LEFT JOIN core.provider p USING (provider_id)
LEFT JOIN core.location l ON l.location_id = f.location_id
WHERE f.flag_id = $flag
