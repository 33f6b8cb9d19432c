-- A provider's locations with their current rating and manager.
SELECT l.location_id, l.name, l.service_kind, CAST(l.registered_beds AS BIGINT) AS beds, l.local_authority AS area, l.postcode, l.status,
       l.registered_on, l.deregistered_on, coalesce(l.dormant, false) AS dormant, l.manager_present, l.manager_absent_from,
       rc.rating, CAST(rc.rating_score AS BIGINT) AS rating_score, rc.rated_on, CAST(rc.age_days AS BIGINT) AS age_days, rc.state AS rating_state,
       rc.safe, rc.effective, rc.caring, rc.responsive, rc.well_led, coalesce(rc.inherited, false) AS inherited,
       (SELECT string_agg(k.related_location_id, ', ' ORDER BY k.related_location_id) FROM core.location_link k
        WHERE k.location_id = l.location_id AND k.relation = 'predecessor') AS predecessors
FROM core.location l LEFT JOIN core.rating_current rc USING (location_id)
WHERE l.provider_id = $provider
ORDER BY CASE l.status WHEN 'Registered' THEN 0 ELSE 1 END, l.registered_beds DESC NULLS LAST, l.name, l.location_id
LIMIT 400
