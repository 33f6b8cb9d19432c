-- The people whom a provider supports now, by pseudonym, and beside them those whom a concern or an enquiry of the last year names:
-- a home that pays its own way is on no placement list.
WITH run AS (
    SELECT max(as_of) AS as_of FROM ops.run
), placed AS (
    SELECT p.person_ref, 'placement' AS basis, p.location_id, p.placing_authority, p.need, p.starts_on AS since
    FROM core.placement p WHERE p.provider_id = ? AND p.is_current AND p.person_ref IS NOT NULL
), named AS (
    SELECT c.adult_ref AS person_ref, 'concern' AS basis, c.location_id, c.placing_authority, NULL::VARCHAR AS need, max(c.received_on) AS since
    FROM core.concern c, run WHERE c.provider_id = ? AND c.adult_ref IS NOT NULL AND c.received_on > run.as_of - 365 GROUP BY ALL
    UNION ALL
    SELECT e.adult_ref, 'enquiry', e.location_id, e.placing_authority, NULL, max(e.started_on)
    FROM core.enquiry e, run WHERE e.provider_id = ? AND e.adult_ref IS NOT NULL AND e.started_on > run.as_of - 365 GROUP BY ALL
), everybody AS (
    SELECT * FROM placed
    UNION ALL
    SELECT * FROM named WHERE person_ref NOT IN (SELECT person_ref FROM placed)
)
SELECT e.person_ref, e.basis, coalesce(e.location_id, ''), coalesce(l.name, ''), coalesce(e.placing_authority, ''), coalesce(e.need, ''), e.since
FROM everybody e
LEFT JOIN core.location l ON l.location_id = e.location_id
QUALIFY row_number() OVER (PARTITION BY e.person_ref ORDER BY e.basis = 'placement' DESC, e.since DESC, e.location_id) = 1
ORDER BY 3, 1
