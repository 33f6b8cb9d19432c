-- The locations that are looked at: social care in the council's area (everywhere, if no area is configured), and any other that an
-- event names, since people may be placed out of area. A location that a successor carries on is looked at through that successor. They are in
-- the order of their ids, so that what is laid out by place can be found again without reading all of it.
WITH named AS (
    SELECT DISTINCT placed_location_id AS location_id FROM staging.concern_placed WHERE placed_location_id IS NOT NULL
    UNION
    SELECT DISTINCT placed_location_id FROM staging.complaint_placed WHERE placed_location_id IS NOT NULL
    UNION
    SELECT DISTINCT placed_location_id FROM staging.incident_placed WHERE placed_location_id IS NOT NULL
    UNION
    SELECT DISTINCT location_id FROM staging.intelligence_version WHERE location_id IS NOT NULL AND NOT withdrawn
    UNION
    SELECT DISTINCT placed_location_id FROM staging.placement_placed, staging.run WHERE placed_location_id IS NOT NULL AND (ends_on IS NULL OR ends_on > as_of)
)
SELECT l.location_id, l.provider_id, coalesce(l.brand_id, p.brand_id) AS brand_id, l.service_kind, l.registered_beds,
       -- The size against which events are counted: beds where the service has beds; elsewhere the service itself, until people
       -- supported are known. Comparisons are made within a service kind, so the two are never mixed.
       CASE WHEN l.service_kind IN ('care_home', 'care_home_nursing') AND coalesce(l.registered_beds, 0) > 0 THEN l.registered_beds ELSE 1 END::DECIMAL(12,3) AS exposure,
       CASE WHEN l.service_kind IN ('care_home', 'care_home_nursing') AND coalesce(l.registered_beds, 0) > 0 THEN 'beds' ELSE 'service' END AS exposure_basis,
       least(l.registered_on, chain.first_registered_on) AS open_from, l.deregistered_on AS open_to, l.status
FROM core.location l
LEFT JOIN core.provider p ON p.provider_id = l.provider_id
LEFT JOIN (SELECT current_location_id, min(registered_on) AS first_registered_on FROM core.location GROUP BY current_location_id) chain
    ON chain.current_location_id = l.location_id
WHERE l.current_location_id = l.location_id
  AND (l.is_social_care AND (NOT EXISTS (SELECT 1 FROM staging.area) OR l.local_authority IN (SELECT local_authority FROM staging.area))
       OR l.location_id IN (SELECT location_id FROM named))
ORDER BY l.location_id
