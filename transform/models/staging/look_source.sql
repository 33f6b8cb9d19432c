-- Concerns of the last half year by who raised them, in the version known at the look, and how many different themes they fall under.
SELECT v.placed_location_id AS location_id, k.week,
       count(*) FILTER (WHERE c.source_class = 'family') AS concerns_family_26w,
       count(*) FILTER (WHERE c.source_class = 'professional') AS concerns_professional_26w,
       count(*) FILTER (WHERE c.source_class = 'whistleblower') AS concerns_whistleblower_26w,
       count(*) FILTER (WHERE c.source_class = 'police') AS concerns_police_26w,
       count(*) FILTER (WHERE c.source_class = 'cqc') AS concerns_cqc_26w,
       coalesce(len(list_distinct(flatten(list(string_split(nullif(v.abuse_types, ''), '; '))))), 0) AS themes_26w
FROM staging.concern_placed v
JOIN staging.look k ON v.received_on <= k.ends_on AND v.received_on > k.ends_on - 182
    AND v.known_from <= k.ends_on AND (v.known_to IS NULL OR v.known_to > k.ends_on)
LEFT JOIN staging.referrer_class c ON c.referrer = v.referrer
WHERE v.placed_location_id IS NOT NULL AND v.risk_attribution = 'provider'
GROUP BY v.placed_location_id, k.week
