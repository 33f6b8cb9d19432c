-- The public record of every social-care location of which CQC gave a body.
SELECT l.location_id, coalesce(l.provider_id, ''), coalesce(l.brand_id, ''), l.registered_on, l.deregistered_on, l.current_location_id <> l.location_id AS carried_on,
       EXISTS (SELECT 1 FROM core.location b WHERE b.current_location_id = l.location_id AND b.location_id <> l.location_id) AS carries
FROM core.location l
WHERE l.is_social_care AND l.source = 'cqc_api' AND l.registered_on IS NOT NULL
ORDER BY l.location_id
