-- Everything that is known to have happened at a provider, in one list with its source. Sentences hold no personal data.
WITH entry AS (
    SELECT provider_id, location_id, received_on AS on_date, known_from, 'safeguarding_concerns' AS feed, 'concern' AS kind,
           'Safeguarding concern: ' || coalesce(nullif(abuse_types, ''), 'type not recorded') ||
           CASE attribution WHEN 'provider' THEN '' WHEN 'unknown_source' THEN ' (source of risk unknown)' WHEN 'raised_by_provider' THEN ' (raised by the provider about others)'
                WHEN 'others_at_address' THEN ' (act of others at the address)' ELSE ' (between residents)' END AS what,
           CASE WHEN attribution = 'provider' THEN 2 ELSE 1 END AS severity, concern_id AS record_id
    FROM core.concern WHERE provider_id IS NOT NULL
    UNION ALL
    SELECT provider_id, location_id, started_on, known_from, 'safeguarding_enquiries', 'enquiry', 'Section 42 enquiry started: ' || coalesce(nullif(abuse_types, ''), 'type not recorded'), 3, enquiry_id
    FROM core.enquiry WHERE provider_id IS NOT NULL
    UNION ALL
    SELECT provider_id, location_id, received_on, known_from, 'complaints', 'complaint',
           'Complaint: ' || coalesce(theme, 'subject not recorded') || CASE outcome WHEN 'upheld' THEN ', upheld' WHEN 'partially_upheld' THEN ', partly upheld' WHEN 'not_upheld' THEN ', not upheld' WHEN 'withdrawn' THEN ', withdrawn' ELSE ', open' END, 1, complaint_id
    FROM core.complaint WHERE provider_id IS NOT NULL
    UNION ALL
    SELECT l.provider_id, c.location_id, c.changed_on, c.known_from, 'cqc', 'rating',
           CASE WHEN c.domain = 'Overall' THEN 'CQC rating changed from ' ELSE 'CQC key question ' || c.domain || ' changed from ' END || c.from_rating || ' to ' || c.to_rating,
           CASE WHEN c.direction < 0 THEN 3 ELSE 1 END, c.location_id || c.domain
    FROM core.rating_change c JOIN core.location l ON l.location_id = c.location_id
    UNION ALL
    SELECT l.provider_id, g.location_id, g.absent_from, g.known_from, 'cqc', 'manager', 'No registered manager from this date' || CASE WHEN g.returned_on IS NULL THEN ', and none since' ELSE '' END, 2, g.location_id
    FROM core.manager_gap g JOIN core.location l ON l.location_id = g.location_id
    UNION ALL
    SELECT l.provider_id, g.location_id, g.returned_on, g.returned_on, 'cqc', 'manager', 'A registered manager is named again', 1, g.location_id
    FROM core.manager_gap g JOIN core.location l ON l.location_id = g.location_id WHERE g.returned_on IS NOT NULL
    UNION ALL
    SELECT provider_id, NULL, event_on, known_from, 'company_events', 'company', CASE event_type
           WHEN 'administration' THEN 'Company entered administration' WHEN 'receivership' THEN 'Receiver appointed' WHEN 'administrative_receivership' THEN 'Administrative receiver appointed'
           WHEN 'cvl' THEN 'Creditors'' voluntary winding-up' WHEN 'winding_up_order' THEN 'Winding-up order' WHEN 'voluntary_arrangement' THEN 'Voluntary arrangement approved'
           WHEN 'accounts_overdue' THEN 'Company accounts overdue' WHEN 'charge_created' THEN 'Charge created over company assets' WHEN 'strike_off_proposed' THEN 'Strike-off proposed'
           WHEN 'dissolved' THEN 'Company dissolved' ELSE 'Company event: ' || event_type END, CASE WHEN is_business_failure THEN 4 ELSE 2 END, company_number
    FROM core.company_event WHERE provider_id IS NOT NULL
    UNION ALL
    SELECT l.provider_id, l.location_id, l.registered_on, l.known_from, 'cqc', 'registration', 'Registered with CQC: ' || l.name, 0, l.location_id
    FROM core.location l WHERE l.registered_on IS NOT NULL
    UNION ALL
    SELECT l.provider_id, l.location_id, l.deregistered_on, l.known_from, 'cqc', 'registration',
           CASE WHEN l.current_location_id <> l.location_id THEN 'Registration carried on under a new location id: ' ELSE 'Deregistered: ' END || l.name, CASE WHEN l.current_location_id <> l.location_id THEN 0 ELSE 2 END, l.location_id
    FROM core.location l WHERE l.deregistered_on IS NOT NULL
    UNION ALL
    SELECT provider_id, NULL, ends_on, known_from, source, 'contract', 'Contract ends: ' || coalesce(title, reference, 'untitled'), 1, contract_id
    FROM core.contract WHERE provider_id IS NOT NULL AND ends_on IS NOT NULL AND ends_on <= (SELECT as_of FROM staging.run) + 365
    UNION ALL
    SELECT provider_id, location_id, least(last_day(on_date), run.as_of), max(known_from), 'placements', 'placement',
           'Placements in ' || strftime(on_date, '%B %Y') || ': ' || count(*) FILTER (WHERE began) || ' began, ' || count(*) FILTER (WHERE NOT began) || ' ended', 0, strftime(on_date, '%Y-%m')
    FROM (SELECT provider_id, location_id, starts_on AS on_date, known_from, true AS began FROM core.placement WHERE provider_id IS NOT NULL
          UNION ALL SELECT provider_id, location_id, ends_on, known_from, false FROM core.placement WHERE provider_id IS NOT NULL AND ends_on IS NOT NULL) p, staging.run run
    WHERE on_date <= run.as_of AND on_date > run.as_of - 730
    GROUP BY provider_id, location_id, least(last_day(on_date), run.as_of), strftime(on_date, '%B %Y'), strftime(on_date, '%Y-%m')
    UNION ALL
    SELECT provider_id, location_id, due_on, min(known_from), 'placement_returns', 'placement', 'Yearly list of placements by authority is overdue', 1, location_id
    FROM core.placement_return WHERE provider_id IS NOT NULL AND state = 'overdue' GROUP BY ALL
    UNION ALL
    SELECT provider_id, location_id, updated_on, known_from, 'capacity', 'capacity',
           CASE WHEN admissions_open THEN 'Open to admissions again' ELSE 'Closed to new admissions' END, CASE WHEN admissions_open THEN 1 ELSE 2 END, location_id
    FROM (SELECT *, lag(admissions_open) OVER (PARTITION BY location_id ORDER BY updated_at) AS open_before FROM core.capacity WHERE admissions_open IS NOT NULL)
    WHERE provider_id IS NOT NULL AND admissions_open IS DISTINCT FROM open_before AND (open_before IS NOT NULL OR NOT admissions_open)
    UNION ALL
    SELECT provider_id, location_id, occurred_on, known_from, 'incidents', 'incident',
           CASE WHEN statutory THEN 'Statutory notification: ' ELSE 'Incident: ' END || replace(incident_type, '_', ' ') || coalesce(', harm: ' || harm, ''),
           CASE WHEN harm IN ('severe', 'death') OR incident_type = 'service_stopped' THEN 2 ELSE 1 END, incident_id
    FROM core.incident WHERE provider_id IS NOT NULL
    UNION ALL
    SELECT provider_id, location_id, visited_on, known_from, 'quality_visits', 'visit',
           'Quality visit: ' || coalesce(replace(overall, '_', ' '), 'no outcome recorded') || coalesce(', ' || actions_agreed || ' actions agreed', ''), CASE WHEN overall_score = 1 THEN 3 WHEN overall_score = 2 THEN 2 ELSE 0 END, visit_id
    FROM core.quality_visit WHERE provider_id IS NOT NULL
    UNION ALL
    SELECT provider_id, location_id, due_on, greatest(known_from, due_on), 'quality_actions', 'visit', 'Agreed action not done by its day: ' || coalesce(replace(theme, '_', ' '), 'theme not recorded'), 2, action_id
    FROM core.quality_action WHERE provider_id IS NOT NULL AND state = 'overdue'
    UNION ALL
    SELECT provider_id, location_id, decided_on, known_from, 'lgsco_decisions', 'complaint', 'Ombudsman decision: ' || replace(decision, '_', ' '), CASE WHEN upheld THEN 2 ELSE 0 END, decision_id
    FROM core.ombudsman_decision WHERE provider_id IS NOT NULL
    UNION ALL
    SELECT provider_id, location_id, period_to, known_from, 'cqc_feedback', 'complaint',
           'Feedback given to CQC: ' || coalesce(comments || CASE comments WHEN 1 THEN ' person' ELSE ' people' END, 'a number that CQC hides') ||
           coalesce(', ' || comments_concern || ' raising concerns', '') || coalesce(' (from ' || strftime(period_from, '%-d %b %Y') || ')', ''),
           CASE WHEN comments_concern > 0 THEN 1 ELSE 0 END, feedback_id
    FROM core.cqc_feedback WHERE provider_id IS NOT NULL AND (comments IS NULL OR comments > 0)
    UNION ALL
    SELECT provider_id, location_id, on_date, known_from, 'intelligence', 'intelligence',
           'Intelligence from ' || CASE source WHEN 'partner' THEN 'a partner agency' WHEN 'visit' THEN 'a visit' WHEN 'whistle_blower' THEN 'a whistle-blower'
                WHEN 'resident' THEN 'a person who uses the service' WHEN 'family' THEN 'family or a carer' WHEN 'provider' THEN 'the provider'
                WHEN 'draft_report' THEN 'a draft CQC report' WHEN 'staff' THEN 'our own staff' ELSE 'another source' END ||
           ', ' || CASE reliability WHEN 'unknown' THEN 'reliability not judged' ELSE coalesce(reliability, 'reliability not judged') END ||
           CASE bears WHEN 'worse' THEN ', worrying' WHEN 'better' THEN ', reassuring' ELSE '' END || coalesce(': ' || replace(theme, '_', ' '), '') ||
           CASE sharing WHEN 'partners' THEN ' (for statutory partners only)' ELSE '' END,
           CASE WHEN counts THEN 2 WHEN bears = 'better' THEN 0 ELSE 1 END, note_id
    FROM core.intelligence WHERE provider_id IS NOT NULL
    UNION ALL
    SELECT l.provider_id, w.location_id, w.window_to, w.judged_on, 'capacity', 'capacity', 'No capacity update in the monthly window', 1, w.location_id
    FROM core.capacity_window w JOIN core.location l ON l.location_id = w.location_id WHERE w.missed
)
SELECT provider_id, location_id, on_date, known_from, feed, kind, what, severity::INTEGER AS severity, record_id
FROM entry
WHERE on_date IS NOT NULL AND provider_id IN (SELECT provider_id FROM staging.scope)
ORDER BY provider_id, on_date, kind, record_id
