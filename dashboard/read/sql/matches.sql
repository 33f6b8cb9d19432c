-- Names that match no provider, those with the most records first, each with the services or providers most like it.
SELECT n.provider_name AS name_given, coalesce(n.cqc_location_id, '') AS location_given, coalesce(n.provider_postcode, '') AS postcode_given, n.feeds,
       CAST(n.records AS BIGINT) AS records, n.first_on, n.last_on,
       CAST(coalesce(c.place, 0) AS BIGINT) AS place, coalesce(c.location_id, '') AS location_id, coalesce(c.provider_id, '') AS provider_id, coalesce(c.candidate, '') AS candidate,
       coalesce(p.name, '') AS provider_name, coalesce(l.postcode, p.postcode, '') AS postcode, coalesce(l.local_authority, p.local_authority, '') AS area,
       CAST(coalesce(c.score, 0) AS DOUBLE) AS score, CAST(coalesce(c.margin, 0) AS DOUBLE) AS margin, coalesce(c.same_postcode, false) AS same_postcode
FROM core.name_open n
LEFT JOIN core.match_candidate c ON c.provider_name = n.provider_name AND c.cqc_location_id IS NOT DISTINCT FROM n.cqc_location_id
    AND c.provider_postcode IS NOT DISTINCT FROM n.provider_postcode
LEFT JOIN core.location l ON l.location_id = c.location_id
LEFT JOIN core.provider p ON p.provider_id = c.provider_id
ORDER BY n.records DESC, n.provider_name, n.cqc_location_id NULLS FIRST, n.provider_postcode NULLS FIRST, c.place
