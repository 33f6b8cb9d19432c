-- The people at a provider by the running packages: one line a person and service, the newest package where there are several.
SELECT DISTINCT ON (m.person_ref, service) m.person_ref AS person, coalesce(l.name, m.provider_name, m.service, '') AS service, coalesce(m.need, '') AS need,
       coalesce(m.support_level, '') AS support, coalesce(m.funding, '') AS funding, coalesce(m.placing_authority, '') AS authority
FROM core.placement m LEFT JOIN core.location l ON l.location_id = m.location_id
WHERE m.is_current AND m.provider_id = $provider AND m.person_ref IS NOT NULL
ORDER BY m.person_ref, service, m.starts_on DESC NULLS LAST, m.placement_id
