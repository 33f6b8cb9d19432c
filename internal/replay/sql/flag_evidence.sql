-- The rows behind each flag, from the feed that its rule reads, inside the period that it covers.
WITH flag AS (
    SELECT f.flag_id, f.provider_id, f.location_id, f.brand_id, f.evidence_source, f.rule_id,
           coalesce(f.window_start, f.opened_on - 182) AS from_on, coalesce(f.window_end, f.as_of) AS to_on, f.as_of
    FROM analytics.flag f
), place AS (
    -- A flag about a provider or a group covers all of its locations.
    SELECT f.*, coalesce(f.location_id, l.location_id) AS at_location
    FROM flag f
    LEFT JOIN core.location l ON f.location_id IS NULL AND l.current_location_id = l.location_id
        AND (f.evidence_source = 'group' AND l.brand_id = f.brand_id OR f.evidence_source <> 'group' AND l.provider_id = f.provider_id)
), evidence AS (
    SELECT p.flag_id, 'safeguarding_concerns' AS feed, c.concern_id AS record_id, c.location_id, c.received_on AS occurred_on, c.known_from,
           'Concern: ' || coalesce(nullif(c.abuse_types, ''), 'type not recorded') || CASE WHEN c.alleged_ref IS NOT NULL THEN '; names an alleged person' ELSE '' END ||
           CASE c.decision WHEN 's42' THEN '; led to a section 42 enquiry' WHEN 'no_enquiry' THEN '; no enquiry' WHEN 'other_enquiry' THEN '; led to another enquiry' WHEN 'unknown' THEN '; decision in words that are not mapped' ELSE '; decision pending' END AS what,
           c.load_id, c.row_no
    FROM place p JOIN core.concern c ON c.location_id = p.at_location AND c.attribution = 'provider' AND c.received_on BETWEEN p.from_on AND p.to_on
    WHERE p.evidence_source IN ('safeguarding', 'group')
    UNION ALL
    SELECT p.flag_id, 'complaints', c.complaint_id, c.location_id, c.received_on, c.known_from,
           'Complaint: ' || coalesce(c.theme, 'subject not recorded') || CASE c.outcome WHEN 'upheld' THEN '; upheld' WHEN 'partially_upheld' THEN '; partly upheld' WHEN 'not_upheld' THEN '; not upheld' WHEN 'withdrawn' THEN '; withdrawn' ELSE '; open' END,
           c.load_id, c.row_no
    FROM place p JOIN core.complaint c ON c.location_id = p.at_location AND c.received_on BETWEEN p.from_on AND p.to_on
    WHERE p.evidence_source IN ('complaints', 'group') OR p.rule_id LIKE 'rise%'
    UNION ALL
    SELECT p.flag_id, 'cqc', c.location_id || '/' || c.domain || '/' || c.changed_on, c.location_id, c.changed_on, c.known_from,
           CASE WHEN c.domain = 'Overall' THEN 'Rating' ELSE 'Key question ' || c.domain END || ' changed from ' || c.from_rating || ' to ' || c.to_rating, NULL, NULL
    FROM place p JOIN core.rating_change c ON c.location_id = p.at_location AND c.changed_on >= p.as_of - 1461
    WHERE p.evidence_source IN ('cqc', 'group')
    UNION ALL
    SELECT p.flag_id, 'cqc', g.location_id || '/manager/' || g.absent_from, g.location_id, g.absent_from, g.known_from,
           'No registered manager from this date' || CASE WHEN g.returned_on IS NULL THEN '' ELSE ' until ' || strftime(g.returned_on, '%-d %b %Y') END, NULL, NULL
    FROM place p JOIN core.manager_gap g ON g.location_id = p.at_location
    WHERE p.rule_id LIKE 'manager%'
    UNION ALL
    SELECT f.flag_id, 'company_events', e.company_number || '/' || e.event_type || '/' || e.event_on, NULL, e.event_on, e.known_from,
           'Company event: ' || replace(e.event_type, '_', ' '), e.load_id, e.row_no
    FROM flag f JOIN core.company_event e ON e.provider_id = f.provider_id
    WHERE f.evidence_source = 'finance'
    UNION ALL
    SELECT f.flag_id, c.source, c.contract_id, NULL, c.ends_on, c.known_from, 'Contract ends: ' || coalesce(c.title, c.reference, 'untitled'), c.load_id, c.row_no
    FROM flag f JOIN core.contract c ON c.provider_id = f.provider_id AND c.ends_on BETWEEN f.as_of - 30 AND f.as_of + 90
    WHERE f.evidence_source = 'contracts'
)
SELECT DISTINCT flag_id, feed, record_id, location_id, occurred_on, known_from, what, load_id, row_no
FROM evidence
ORDER BY flag_id, occurred_on, record_id
