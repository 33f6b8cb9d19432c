-- Every concern and enquiry in which somebody is alleged to have caused harm, with who that is said to be, by pseudonym.
SELECT c.alleged_ref, 'concern' AS kind, c.concern_id AS id, coalesce(c.provider_id, ''), coalesce(p.name, ''), coalesce(l.name, ''),
       c.received_on AS on_day, coalesce(c.theme, ''), c.decision AS outcome
FROM core.concern c
LEFT JOIN core.provider p ON p.provider_id = c.provider_id
LEFT JOIN core.location l ON l.location_id = c.location_id
WHERE c.alleged_ref IS NOT NULL
UNION ALL
SELECT e.alleged_ref, 'enquiry', e.enquiry_id, coalesce(e.provider_id, ''), coalesce(p.name, ''), coalesce(l.name, ''),
       e.started_on, coalesce(e.theme, ''), coalesce(e.outcome, '')
FROM core.enquiry e
LEFT JOIN core.provider p ON p.provider_id = e.provider_id
LEFT JOIN core.location l ON l.location_id = e.location_id
WHERE e.alleged_ref IS NOT NULL
ORDER BY 7 DESC, 2, 3
