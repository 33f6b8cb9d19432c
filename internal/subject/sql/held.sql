-- What is held about one person: rows in which they are the adult at risk, the person supported or affected, or the one who is alleged to
-- have caused harm. Who else is in a row is left out: that is somebody else's. Parameters: the pseudonym as a person, and as staff.
WITH who AS (SELECT ?::VARCHAR AS person, ?::VARCHAR AS staff)
SELECT 'Safeguarding concern' AS kind, CASE WHEN c.adult_ref = who.person THEN 'the adult at risk' ELSE 'alleged to have caused harm' END AS part,
       c.received_on AS on_day, coalesce(p.name, 'not known') AS provider, coalesce(l.name, '') AS location,
       concat_ws('; ', nullif(c.abuse_types, ''), 'decision: ' || c.decision, 'where: ' || c.location_of_risk, 'placed by ' || c.placing_authority) AS says,
       c.known_from, c.load_id, c.row_no
FROM who, core.concern c LEFT JOIN core.provider p USING (provider_id) LEFT JOIN core.location l USING (location_id)
WHERE c.adult_ref = who.person OR c.alleged_ref = who.staff
UNION ALL
SELECT 'Section 42 enquiry', CASE WHEN e.adult_ref = who.person THEN 'the adult at risk' ELSE 'alleged to have caused harm' END,
       e.started_on, coalesce(p.name, 'not known'), coalesce(l.name, ''),
       concat_ws('; ', nullif(e.abuse_types, ''), 'outcome: ' || e.outcome, 'risk: ' || e.risk_outcome, 'concluded on ' || e.concluded_on, 'placed by ' || e.placing_authority),
       e.known_from, e.load_id, e.row_no
FROM who, core.enquiry e LEFT JOIN core.provider p USING (provider_id) LEFT JOIN core.location l USING (location_id)
WHERE e.adult_ref = who.person OR e.alleged_ref = who.staff
UNION ALL
SELECT 'Placement', 'the person supported', m.starts_on, coalesce(p.name, m.provider_name, 'not known'), coalesce(l.name, ''),
       concat_ws('; ', 'need: ' || m.need, 'support: ' || m.support_level, 'paid by: ' || m.funding, '£' || m.weekly_cost || ' a week', 'until ' || m.ends_on, 'ended: ' || m.end_reason, 'placed by ' || m.placing_authority),
       m.known_from, m.load_id, m.row_no
FROM who, core.placement m LEFT JOIN core.provider p USING (provider_id) LEFT JOIN core.location l USING (location_id)
WHERE m.person_ref = who.person
UNION ALL
SELECT 'Incident reported by a provider', CASE WHEN i.person_ref = who.person THEN 'the person affected' ELSE 'staff involved' END,
       i.occurred_on, coalesce(p.name, 'not known'), coalesce(l.name, ''),
       concat_ws('; ', i.incident_type, 'harm: ' || i.harm, 'where: ' || i.place, 'outcome: ' || i.outcome),
       i.known_from, i.load_id, i.row_no
FROM who, core.incident i LEFT JOIN core.provider p USING (provider_id) LEFT JOIN core.location l USING (location_id)
WHERE i.person_ref = who.person OR i.staff_ref = who.staff
ORDER BY kind, on_day, load_id, row_no
