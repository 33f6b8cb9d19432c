-- Intelligence of the last half year that can be evidence, in the version known at the look: of each location, and, where no location is
-- named, of the provider as a whole. The two are never added.
SELECT v.provider_id, v.location_id, k.week, count(*) AS intelligence_26w, count(DISTINCT v.source) AS intelligence_sources_26w,
       count(*) FILTER (WHERE v.reliability = 'confirmed') AS intelligence_confirmed_26w
FROM staging.intelligence_version v
JOIN staging.look k ON v.on_date <= k.ends_on AND v.on_date > k.ends_on - 182 AND v.known_from <= k.ends_on AND (v.known_to IS NULL OR v.known_to > k.ends_on)
WHERE v.counts
GROUP BY ALL
