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
    WHERE p.evidence_source IN ('complaints', 'group') AND p.rule_id <> 'feedback_concerns' OR p.rule_id LIKE 'rise%'
    UNION ALL
    SELECT p.flag_id, 'cqc_feedback', c.feedback_id, c.location_id, c.period_to, c.known_from,
           'Feedback given to CQC: ' || coalesce(c.comments::VARCHAR, 'a number that CQC hides') || ' people' || coalesce(', ' || c.comments_concern || ' raising concerns', ''), c.load_id, c.row_no
    FROM place p JOIN core.cqc_feedback c ON c.location_id = p.at_location AND c.period_to BETWEEN p.from_on AND p.to_on
    WHERE p.rule_id = 'feedback_concerns'
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
    FROM flag f JOIN core.contract c ON c.provider_id = f.provider_id AND (c.ends_on BETWEEN f.as_of - 30 AND f.as_of + 90 OR c.status IN ('cancelled', 'terminated') AND c.known_from > f.as_of - 365)
    WHERE f.evidence_source = 'contracts'
    UNION ALL
    SELECT p.flag_id, 'incidents', i.incident_id, i.location_id, i.occurred_on, i.known_from,
           CASE WHEN i.statutory THEN 'Statutory notification: ' ELSE 'Incident: ' END || replace(i.incident_type, '_', ' ') || coalesce('; harm: ' || i.harm, ''), i.load_id, i.row_no
    FROM place p JOIN core.incident i ON i.location_id = p.at_location AND i.occurred_on BETWEEN p.from_on AND p.to_on
    WHERE p.evidence_source = 'incidents' OR p.rule_id LIKE 'rise%'
    UNION ALL
    SELECT p.flag_id, 'quality_visits', q.visit_id, q.location_id, q.visited_on, q.known_from, 'Quality visit: ' || replace(coalesce(q.overall, 'not assessed'), '_', ' '), q.load_id, q.row_no
    FROM place p JOIN core.quality_visit q ON q.location_id = p.at_location AND q.visited_on > p.as_of - 730
    WHERE p.evidence_source = 'quality'
    UNION ALL
    SELECT p.flag_id, 'quality_actions', a.action_id, a.location_id, coalesce(a.due_on, a.raised_on), a.known_from,
           'Agreed action: ' || replace(coalesce(a.theme, 'no theme given'), '_', ' ') || '; ' || a.state, a.load_id, a.row_no
    FROM place p JOIN core.quality_action a ON a.location_id = p.at_location AND a.raised_on > p.as_of - 730
    WHERE p.evidence_source = 'quality'
    UNION ALL
    SELECT p.flag_id, 'capacity', c.location_id || '/' || c.updated_on, c.location_id, c.updated_on, c.known_from,
           'Capacity update: ' || coalesce(c.occupied || ' of ' || c.beds || ' beds occupied', 'beds not stated'), c.load_id, c.row_no
    FROM place p JOIN core.capacity c ON c.location_id = p.at_location AND c.updated_on > p.as_of - 182
    WHERE p.evidence_source = 'capacity'
    UNION ALL
    SELECT p.flag_id, 'placements', l.placement_id, l.location_id, l.ends_on, l.known_from, 'A placement ended', l.load_id, l.row_no
    FROM place p JOIN core.placement l ON l.location_id = p.at_location AND l.ends_on BETWEEN p.as_of - 182 AND p.as_of
    WHERE p.evidence_source = 'placements'
    UNION ALL
    SELECT p.flag_id, 'intelligence', n.note_id, n.location_id, n.on_date, n.known_from,
           'Intelligence: ' || replace(coalesce(n.source, 'source not recorded'), '_', ' ') || ', ' || coalesce(n.reliability, 'reliability not judged') || coalesce('; ' || n.theme, ''), NULL, NULL
    FROM place p JOIN core.intelligence n ON n.counts AND n.on_date BETWEEN p.from_on AND p.to_on
        AND CASE WHEN p.location_id IS NULL THEN n.provider_id = p.provider_id AND n.location_id IS NULL ELSE n.location_id = p.location_id END
    WHERE p.evidence_source = 'intelligence'
    UNION ALL
    SELECT f.flag_id, 'lgsco_decisions', d.decision_id, d.location_id, d.decided_on, d.known_from, 'Ombudsman: complaint upheld', d.load_id, d.row_no
    FROM flag f JOIN core.ombudsman_decision d ON d.provider_id = f.provider_id AND d.upheld AND d.decided_on > f.as_of - 730
    WHERE f.rule_id LIKE 'ombudsman%'
)
SELECT DISTINCT flag_id, feed, record_id, location_id, occurred_on, known_from, what, load_id, row_no
FROM evidence
ORDER BY flag_id, occurred_on, record_id
