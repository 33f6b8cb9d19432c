-- When a provider's locations were without a registered manager.
SELECT g.location_id, l.name, g.absent_from, g.returned_on, g.basis
FROM core.manager_gap g JOIN core.location l USING (location_id)
WHERE l.provider_id = $provider
ORDER BY g.absent_from, g.location_id
