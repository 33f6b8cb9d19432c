-- What happened in the county, week by week, and what the run made of it.
INSERT INTO mart.location_week
SELECT l.location_id, l.provider_id, w.week, coalesce(l.registered_beds, 30), x.c, CASE WHEN x.h % 41 = 3 THEN 1 ELSE 0 END, CASE WHEN x.h % 37 = 5 THEN 1 ELSE 0 END, CASE WHEN x.h % 53 = 2 THEN 1 ELSE 0 END,
       CASE WHEN x.h % 43 = 1 THEN 1 ELSE 0 END, CASE WHEN x.c > 0 AND x.h % 3 = 0 THEN 1 ELSE 0 END, CASE WHEN x.h % 29 = 4 THEN 1 WHEN l.location_id = '1-8000020' AND w.k < 30 AND x.h % 4 = 0 THEN 1 ELSE 0 END, CASE WHEN x.h % 87 = 4 THEN 1 ELSE 0 END
FROM core.location l,
     (SELECT DATE '2026-09-21' - 7 * k AS week, k FROM (SELECT CAST(range AS INTEGER) AS k FROM range(0, 130))) w,
     LATERAL (SELECT (CAST(substr(l.location_id, 4) AS INTEGER) * 7919 + w.k * 104729 + CAST(substr(l.location_id, 4) AS INTEGER) * w.k * 31) % 997 AS h) z,
     LATERAL (SELECT z.h, CASE WHEN l.location_id = '1-8000010' AND w.k < 13 THEN 1 + z.h % 3 - CASE WHEN z.h % 5 = 0 THEN 1 ELSE 0 END
                               WHEN l.location_id = '1-8000020' AND w.k < 34 THEN CASE WHEN z.h % 3 = 0 THEN 1 ELSE 0 END
                               WHEN z.h % 19 = 7 THEN 1 WHEN z.h % 211 = 9 THEN 2 ELSE 0 END AS c) x
WHERE l.registered_on <= w.week;
INSERT INTO mart.provider_week
SELECT provider_id, week, sum(exposure_beds), sum(concerns), sum(concerns_unknown), sum(concerns_raised), sum(concerns_others), sum(concerns_resident), sum(enquiries), sum(complaints), sum(complaints_upheld)
FROM mart.location_week GROUP BY 1, 2;
INSERT INTO mart.market_week
SELECT week, count(DISTINCT provider_id), count(DISTINCT location_id), sum(exposure_beds), sum(concerns), sum(concerns_unknown), sum(enquiries), sum(complaints), sum(enquiries)
FROM mart.location_week GROUP BY 1;
INSERT INTO core.concern
SELECT 'SC-' || substr(location_id, 4) || '-' || strftime(week, '%Y%m%d'), location_id, provider_id, week + 2, week + 3, week, CASE WHEN enquiries > 0 THEN 's42' ELSE 'no_enquiry' END, 'provider',
       ['Neglect and acts of omission','Physical abuse','Organisational abuse','Financial or material abuse'][1 + (CAST(substr(location_id, 4) AS INTEGER) + day(week)) % 4],
       ['Neglect and acts of omission','Physical abuse','Organisational abuse','Financial or material abuse'][1 + (CAST(substr(location_id, 4) AS INTEGER) + day(week)) % 4],
       'Care home', 'Service provider', 'p' || md5(location_id || CAST(week AS VARCHAR))[1:12], 's' || md5(location_id)[1:8], 'Larkshire', 'Family', 2, week + 3, 'source', 'cqc_location_id', 'L3', 1
FROM mart.location_week WHERE concerns > 0;
INSERT INTO core.enquiry
SELECT 'SE-' || substr(location_id, 4) || '-' || strftime(week, '%Y%m%d'), NULL, location_id, provider_id, week + 4, week, NULL, 'Ongoing', NULL, 'provider', 'Neglect and acts of omission', 'Neglect and acts of omission', 'p1', 's1', 'Larkshire', week + 4, 'source', 'L4', 1
FROM mart.location_week WHERE enquiries > 0;
INSERT INTO core.complaint
SELECT 'CO-' || substr(location_id, 4) || '-' || strftime(week, '%Y%m%d'), location_id, provider_id, week + 1, week, ['Staffing','Call times','Food and drink'][1 + day(week) % 3], 'open', NULL, 'Stage 1', 'Family', week + 5, 'received', 'postcode', 'L5', 1
FROM mart.location_week WHERE complaints > 0;
INSERT INTO analytics.signal
SELECT 'location', a.location_id, a.week, 'funnel', 'concerns', sum(b.concerns), 2.1, (sum(b.concerns) - 2.1) / 1.4, 0, 5.0, 12
FROM mart.location_week a JOIN mart.location_week b ON b.location_id = a.location_id AND b.week > a.week - 84 AND b.week <= a.week
WHERE a.location_id IN ('1-8000010', '1-8000020', '1-8000060') GROUP BY a.location_id, a.week;
INSERT INTO analytics.provider_level_week
SELECT p.provider_id, DATE '2026-09-21' - 7 * k,
       CASE WHEN p.provider_id = '1-9000003' THEN CASE WHEN k < 2 THEN 3 WHEN k < 28 THEN 1 ELSE 0 END
            WHEN p.provider_id = '1-9000001' THEN CASE WHEN k < 3 THEN 2 WHEN k < 8 THEN 1 ELSE 0 END
            WHEN p.provider_id = '1-9000002' THEN CASE WHEN k < 21 THEN 1 ELSE 0 END
            WHEN p.provider_id IN ('1-9000004', '1-9000011') THEN CASE WHEN k < 12 THEN 1 ELSE 0 END
            WHEN p.provider_id = '1-9000009' THEN CASE WHEN k BETWEEN 2 AND 30 THEN 1 ELSE 0 END ELSE 0 END
FROM core.provider p, (SELECT CAST(range AS INTEGER) AS k FROM range(0, 130));
INSERT INTO analytics.provider_level
SELECT p.provider_id, coalesce(v.level, 0), ['market_management','pre_provider_concern','provider_concern','provider_failure'][1 + coalesce(v.level, 0)], v.kind, v.since, coalesce(v.o, 0), coalesce(v.w, 0), v.headline, v.prev, v.since
FROM core.provider p LEFT JOIN (VALUES
  ('1-9000001', 2, NULL, DATE '2026-09-07', 2, 0, '17 concerns in 12 weeks where 2.1 were expected for a home of this size and type', 1),
  ('1-9000002', 1, NULL, DATE '2026-05-04', 2, 1, 'No registered manager for 234 days', 0),
  ('1-9000003', 3, 'event', DATE '2026-09-16', 1, 0, 'Administration recorded on 14 Sep 2026 while a location is still registered', 1),
  ('1-9000004', 1, NULL, DATE '2026-07-06', 1, 0, 'Three of the brand''s 8 locations stand out in the same look', 0),
  ('1-9000011', 1, NULL, DATE '2026-07-06', 1, 0, 'Three of the brand''s 8 locations stand out in the same look', 0),
  ('1-9000009', 0, NULL, DATE '2026-09-14', 0, 0, NULL, 1)) AS v(id, level, kind, since, o, w, headline, prev) ON v.id = p.provider_id;
INSERT INTO analytics.flag VALUES
('F1a2b3c4d5e6f708', '1-9000001', '1-8000010', NULL, 'concerns-above-usual', 'More concerns than usual for its size and kind', 2, 'provider_concern', NULL, 'soft', 'local setting', NULL, 'safeguarding', '17 concerns in 12 weeks where 2.1 were expected for a home of this size and type.', 17, 2.1, 0, 5, 6, 'concerns in 12 weeks', DATE '2026-07-06', DATE '2026-09-27', 290, DATE '2026-09-07', DATE '2026-09-27', NULL, 'open', 'Rating fell to Requires improvement (CQC)', 'Would clear at 5 or fewer concerns in 12 weeks, over two looks in a row.', 'Safeguarding and CQC spoke; complaints are 65 days late; no company record.', DATE '2026-10-01', 'default', '2b91c07d44e8', NULL),
('F2b3c4d5e6f70819', '1-9000001', '1-8000010', NULL, 'rating-fell', 'CQC rating fell', 1, 'pre_provider_concern', NULL, 'hard', 'cited', 'Darlington Safeguarding Partnership, When do the procedures apply', 'cqc', 'The overall rating fell from Good to Requires improvement on 12 May 2026.', 2, 3, NULL, NULL, NULL, 'overall rating', DATE '2026-05-12', DATE '2026-05-12', NULL, DATE '2026-06-02', DATE '2026-09-27', NULL, 'open', NULL, 'Would clear when the rating is Good or better.', 'CQC spoke.', DATE '2026-10-01', 'default', '2b91c07d44e8', NULL),
('F3c4d5e6f7081920', '1-9000002', '1-8000020', NULL, 'manager-absent', 'No registered manager', 1, 'pre_provider_concern', NULL, 'hard', 'cited', 'CQC, absence of a registered individual of 28 days or more', 'cqc', 'No registered manager for 234 days.', 234, NULL, NULL, NULL, 28, 'days without a registered manager', DATE '2026-02-09', DATE '2026-10-01', NULL, DATE '2026-03-09', DATE '2026-09-27', NULL, 'open', NULL, 'Would clear when a manager is registered.', 'CQC spoke.', DATE '2026-10-01', 'default', '2b91c07d44e8', NULL),
('F4d5e6f708192031', '1-9000002', '1-8000020', NULL, 'complaint-theme-repeats', 'The same complaint after it was closed', 1, 'pre_provider_concern', NULL, 'soft', 'local setting', NULL, 'complaints', '4 complaints about staffing came after an earlier one was closed.', 4, 0.6, 0, 2, 3, 'repeat complaints in 52 weeks', DATE '2025-10-01', DATE '2026-09-27', 1200, DATE '2026-08-03', DATE '2026-09-27', NULL, 'waiting', NULL, 'Would clear at 2 or fewer.', 'Complaints are 65 days late.', DATE '2026-10-01', 'default', '2b91c07d44e8', NULL),
('F5e6f70819203142', '1-9000003', NULL, NULL, 'business-failure', 'A business failure event', 3, 'provider_failure', 'event', 'hard', 'cited', 'Care and Support (Business Failure) Regulations 2015, SI 2015/301', 'finance', 'Administration recorded on 14 Sep 2026 while a location is still registered.', 1, NULL, NULL, NULL, NULL, 'business failure events', DATE '2026-09-14', DATE '2026-09-14', NULL, DATE '2026-09-16', DATE '2026-09-27', NULL, 'open', NULL, 'Clears only when a person records that care has continued.', 'Company events spoke.', DATE '2026-10-01', 'default', '2b91c07d44e8', NULL),
('F6f7081920314253', '1-9000004', NULL, 'BD900', 'brand-several', 'Several homes of one group', 1, 'pre_provider_concern', NULL, 'soft', 'local setting', NULL, 'group', 'Three of the brand''s 8 locations stand out in the same look.', 3, 0.4, 0, 1, 2, 'locations standing out', DATE '2026-07-06', DATE '2026-09-27', 640, DATE '2026-07-06', DATE '2026-09-27', NULL, 'open', 'Concerns at two of them (safeguarding)', 'Would clear at one location or none.', 'Safeguarding and CQC spoke.', DATE '2026-10-01', 'default', '2b91c07d44e8', NULL),
('F708192031425364', '1-9000011', NULL, 'BD900', 'brand-several', 'Several homes of one group', 1, 'pre_provider_concern', NULL, 'soft', 'local setting', NULL, 'group', 'Three of the brand''s 8 locations stand out in the same look.', 3, 0.4, 0, 1, 2, 'locations standing out', DATE '2026-07-06', DATE '2026-09-27', 640, DATE '2026-07-06', DATE '2026-09-27', NULL, 'open', 'Concerns at two of them (safeguarding)', 'Would clear at one location or none.', 'Safeguarding and CQC spoke.', DATE '2026-10-01', 'default', '2b91c07d44e8', NULL),
('F819203142536475', '1-9000009', '1-8000090', NULL, 'concerns-above-usual', 'More concerns than usual for its size and kind', 1, 'pre_provider_concern', NULL, 'soft', 'local setting', NULL, 'safeguarding', '7 concerns in 12 weeks where 1.4 were expected.', 7, 1.4, 0, 4, 5, 'concerns in 12 weeks', DATE '2025-12-01', DATE '2026-02-22', 80, DATE '2026-03-02', DATE '2026-08-30', DATE '2026-09-14', 'cleared', NULL, NULL, 'Safeguarding spoke.', DATE '2026-10-01', 'default', '2b91c07d44e8', NULL);
INSERT INTO analytics.flag_evidence
SELECT 'F1a2b3c4d5e6f708', 'safeguarding_concerns', concern_id, location_id, received_on, known_from, theme || '; an adult at the home; ' || CASE decision WHEN 's42' THEN 'became a section 42 enquiry' ELSE 'no enquiry' END, load_id, row_no
FROM core.concern WHERE location_id = '1-8000010' AND week >= DATE '2026-07-06';
INSERT INTO analytics.flag_evidence VALUES ('F2b3c4d5e6f70819', 'cqc_api', '1-8000010', '1-8000010', DATE '2026-05-12', DATE '2026-06-02', 'Overall: Good to Requires improvement', 'L1', 12), ('F3c4d5e6f7081920', 'cqc_api', '1-8000020', '1-8000020', DATE '2026-02-09', DATE '2026-03-01', 'The register lists no manager', 'L1', 20), ('F5e6f70819203142', 'company_events', '09900003', NULL, DATE '2026-09-14', DATE '2026-09-16', 'Administration', 'L8', 5);
INSERT INTO mart.timeline
SELECT provider_id, location_id, received_on, known_from, 'safeguarding_concerns', 'concern', 'Concern: ' || lower(theme) || CASE decision WHEN 's42' THEN '; became a section 42 enquiry' ELSE '' END, severity FROM core.concern
UNION ALL SELECT provider_id, location_id, received_on, known_from, 'complaints', 'complaint', 'Complaint about ' || lower(theme), 1 FROM core.complaint
UNION ALL SELECT l.provider_id, r.location_id, r.rated_on, r.known_from, 'cqc_api', 'rating', 'Rated ' || r.rating, CASE WHEN r.rating_score <= 2 THEN 3 ELSE 0 END FROM core.rating r JOIN core.location l USING (location_id) WHERE r.domain = 'Overall'
UNION ALL SELECT l.provider_id, g.location_id, g.absent_from, g.known_from, 'cqc_api', 'manager', 'Registered manager left', 2 FROM core.manager_gap g JOIN core.location l USING (location_id)
UNION ALL SELECT provider_id, NULL, event_on, known_from, 'company_events', 'company', 'Company: ' || replace(event_type, '_', ' '), 3 FROM core.company_event;
INSERT INTO mart.rating_mix SELECT l.local_authority, l.service_kind, coalesce(rc.rating, 'Not rated'), count(*), sum(l.registered_beds), CAST(median(rc.age_days) AS INTEGER) FROM core.location l LEFT JOIN core.rating_current rc USING (location_id) GROUP BY ALL;
INSERT INTO ops.source VALUES
('cqc_api', 'CQC register', 7, TIMESTAMP '2026-09-30 04:00:00', TIMESTAMP '2026-09-30 04:00:00', DATE '2026-09-29', 14, 93, 0, 'fresh', NULL),
('cqc_ratings', 'CQC ratings', 35, TIMESTAMP '2026-09-05 04:00:00', TIMESTAMP '2026-09-05 04:00:00', DATE '2026-09-04', 9, 560, 0, 'fresh', NULL),
('safeguarding_concerns', 'Safeguarding concerns', 8, TIMESTAMP '2026-09-29 04:00:00', TIMESTAMP '2026-09-29 04:00:00', DATE '2026-09-27', 130, 1450, 5, 'fresh', NULL),
('safeguarding_enquiries', 'Section 42 enquiries', 8, TIMESTAMP '2026-09-29 04:00:00', TIMESTAMP '2026-09-29 04:00:00', DATE '2026-09-27', 130, 420, 0, 'fresh', NULL),
('complaints', 'Complaints', 31, TIMESTAMP '2026-09-30 04:00:00', TIMESTAMP '2026-06-29 04:00:00', DATE '2026-06-27', 30, 610, 3, 'late', 'No file in inbox/complaints since 29 Jun 2026'),
('contracts_ocds', 'Contract notices', 31, TIMESTAMP '2026-09-20 04:00:00', TIMESTAMP '2026-09-20 04:00:00', DATE '2026-09-18', 8, 20, 0, 'fresh', NULL),
('contracts_register', 'Contracts register', 92, TIMESTAMP '2026-08-01 04:00:00', TIMESTAMP '2026-08-01 04:00:00', DATE '2026-07-31', 4, 45, 1, 'fresh', NULL),
('company_events', 'Company events', 8, TIMESTAMP '2026-09-29 04:00:00', TIMESTAMP '2026-09-29 04:00:00', DATE '2026-09-28', 60, 3, 0, 'fresh', NULL);
INSERT INTO ops.load SELECT 'L' || CAST(i AS VARCHAR), (['cqc_api','cqc_ratings','safeguarding_concerns','safeguarding_enquiries','complaints','contracts_ocds','contracts_register','company_events'])[i], (['locations.jsonl','latest-ratings.csv','concerns_2026_09.csv','enquiries_2026_09.csv','complaints_2026_06.xlsx','notices.json','register.csv','events.csv'])[i], md5(CAST(i AS VARCHAR)), 10000 * i, DATE '2026-09-29' - (i % 3), TIMESTAMP '2026-09-29 04:00:00', DATE '2026-09-01', DATE '2026-09-27', 100 * i, 100 * i - i % 4, i % 4, 'loaded', NULL, 'safeguarding_concern 1' FROM (SELECT CAST(range AS INTEGER) AS i FROM range(1, 9));
INSERT INTO ops.load SELECT 'W' || CAST(k AS VARCHAR), 'safeguarding_concerns', 'concerns_wk' || CAST(k AS VARCHAR) || '.csv', md5('w' || CAST(k AS VARCHAR)), 5000, DATE '2026-09-29' - 7 * k, TIMESTAMP '2026-09-29 04:00:00' - INTERVAL (7 * k) DAY, DATE '2026-09-21' - 7 * k, DATE '2026-09-27' - 7 * k, 12, 12, 0, CASE WHEN k = 9 THEN 'rejected' ELSE 'loaded' END, CASE WHEN k = 9 THEN 'The heading row misses received_on' END, 'safeguarding_concern 1' FROM (SELECT CAST(range AS INTEGER) AS k FROM range(1, 52));
INSERT INTO ops.quarantine VALUES ('L3', 'safeguarding_concerns', 'safeguarding_concern', 'concerns_2026_09.csv', 14, 'received_on', 'bad_date', 'day 31 in a month of 30 days', 'date', TIMESTAMP '2026-09-29 04:00:01', NULL, NULL), ('L3', 'safeguarding_concerns', 'safeguarding_concern', 'concerns_2026_09.csv', 22, 'received_on', 'bad_date', 'not a date', 'date', TIMESTAMP '2026-09-29 04:00:01', NULL, NULL), ('L3', 'safeguarding_concerns', 'safeguarding_concern', 'concerns_2026_09.csv', 40, 'decision', 'unknown_code', 'a decision that is not in the value map', 'code', TIMESTAMP '2026-09-29 04:00:01', NULL, NULL), ('L5', 'complaints', 'complaint', 'complaints_2026_06.xlsx', 9, 'complaint_ref', 'missing_value', 'the reference is empty', 'text', TIMESTAMP '2026-06-29 04:00:01', TIMESTAMP '2026-07-02 09:00:00', 'replayed');
INSERT INTO ops.check_result VALUES ('one_row_per_location', 'fail', 'Every location appears once', 0, true), ('concerns_have_week', 'fail', 'Every concern falls in a week', 0, true), ('beds_known', 'warn', 'Every registered care home has a number of beds', 3, false);
INSERT INTO ops.lineage VALUES ('core.provider', 'staging.cqc_provider'), ('core.location', 'staging.cqc_location'), ('core.concern', 'staging.safeguarding_concern'), ('mart.location_week', 'core.concern'), ('mart.location_week', 'core.location'), ('mart.provider_week', 'mart.location_week'), ('analytics.flag', 'mart.indicator'), ('analytics.provider_level', 'analytics.flag');
INSERT INTO analytics.funnel
SELECT l.location_id, DATE '2026-09-21', v.stream, coalesce(sum(CASE v.stream WHEN 'concerns' THEN w.concerns ELSE w.complaints END), 0), 0.4 + l.registered_beds / 24.0, (sum(w.concerns) - 1.5) / 1.4, 0, 0, 2.4, 3.4, 1.1, 0.01
FROM core.location l JOIN mart.location_week w USING (location_id), (VALUES ('concerns'), ('complaints')) AS v(stream)
WHERE l.care_home AND l.status = 'Registered' AND w.week > DATE '2026-09-21' - 84 GROUP BY l.location_id, l.registered_beds, v.stream;
INSERT INTO analytics.stream VALUES ('concerns', 0, DATE '2024-04-01', DATE '2024-09-30'), ('complaints', 0, DATE '2024-04-01', DATE '2024-09-30'), ('incidents', 52, DATE '2025-05-05', DATE '2026-05-04');
INSERT INTO analytics.signal
SELECT 'location', l.location_id, DATE '2026-09-21' - 7 * k, 'funnel', 'incidents', (k + 5) % 4, 1.6, ((k + 5) % 4 - 1.6) / 1.4, 0, 5.0, 12
FROM core.location l, (SELECT CAST(range AS INTEGER) AS k FROM range(0, 60)) WHERE l.location_id IN ('1-8000010', '1-8000020');
INSERT INTO analytics.signal
SELECT 'location', '1-8000020', DATE '2026-09-21' - 7 * k, 'funnel', 'complaints', CASE WHEN k < 20 THEN 6 ELSE 2 END, 2.2, 1.1, 0, 4.8, 26
FROM (SELECT CAST(range AS INTEGER) AS k FROM range(0, 60));
INSERT INTO analytics.alert_load VALUES (42, 3, 6, 0.0714, 0.1429, 2, 10, 1, 0, 1, 'Capacity binds.');
INSERT INTO analytics.work_list VALUES (1, '1-9000003', 3, 1, 1, 1), (2, '1-9000001', 2, 2, 1, 0), (3, '1-9000002', 1, 2, 0, 0);
INSERT INTO analytics.work_reason VALUES ('1-9000001', 1, 'F1a2b3c4d5e6f708', 0), ('1-9000001', 2, 'F2b3c4d5e6f70819', 0), ('1-9000002', 1, 'F3c4d5e6f7081920', 0), ('1-9000002', 2, 'F4d5e6f708192031', 1), ('1-9000003', 1, 'F5e6f70819203142', 0);
INSERT INTO analytics.silence VALUES ('concerns-above-usual', 120, 31, 'safeguarding_concerns, cqc_api'), ('manager-absent', 120, 0, '');
INSERT INTO analytics.recording_change VALUES ('safeguarding_concerns', 'Ambulance service', DATE '2026-03-02', 2.1, 7.4, 3.5238, 11.2, 'From the week of 2 Mar 2026 this source reports 7.4 concerns a week.');
-- Weekly looks with some indicators; capacity never spoke, so occupancy stays unknown.
INSERT INTO mart.look BY NAME
SELECT 'location' AS unit_kind, l.location_id AS unit_id, l.provider_id AS provider_ids, w.week, w.week + 6 AS ends_on, 'safeguarding,cqc' AS coverage,
       l.registered_beds AS beds, CASE WHEN l.location_id = '1-8000020' THEN greatest(0, date_diff('day', DATE '2026-02-09', w.week)) ELSE (x.n * 7 + w.k) % 23 * CASE WHEN x.n % 5 = 0 THEN 6 ELSE 0 END END AS manager_absent_days,
       CASE WHEN x.n % 13 = 0 THEN NULL WHEN l.location_id IN ('1-8000010', '1-8000020') AND w.k < 20 THEN 2 WHEN x.n % 7 = 0 THEN 2 WHEN x.n % 31 = 0 THEN 1 ELSE 3 END AS rating_overall,
       CASE WHEN x.n % 13 = 0 THEN NULL ELSE 200 + (x.n * 37) % 900 + 7 * (100 - w.k) END AS rating_age_days,
       coalesce((SELECT sum(c.concerns) FROM mart.location_week c WHERE c.location_id = l.location_id AND c.week > w.week - 84 AND c.week <= w.week), 0) AS concerns_12w,
       CASE WHEN x.n % 4 = 0 THEN 1 ELSE 0 END AS visit_below_good, (x.n + w.k) % 9 - 4.25 AS funnel_z
FROM core.location l, LATERAL (SELECT CAST(substr(l.location_id, 4) AS INTEGER) % 1000 AS n) x,
     (SELECT DATE '2026-09-21' - 7 * k AS week, k FROM (SELECT CAST(range AS INTEGER) AS k FROM range(0, 104, 4))) w
WHERE l.registered_on <= w.week;
INSERT INTO mart.look BY NAME
SELECT 'provider' AS unit_kind, p.provider_id AS unit_id, p.provider_id AS provider_ids, w.week, w.week + 6 AS ends_on, 'cqc,finance' AS coverage, greatest(0, CAST(substr(p.provider_id, 4) AS INTEGER) % 17 - 12) * 20 AS accounts_overdue_days
FROM core.provider p, (SELECT DATE '2026-09-21' - 7 * k AS week FROM (SELECT CAST(range AS INTEGER) AS k FROM range(0, 104, 4))) w;
INSERT INTO mart.look BY NAME
SELECT 'brand' AS unit_kind, brand_id AS unit_id, string_agg(DISTINCT provider_id, ',' ORDER BY provider_id) AS provider_ids, brand_id, w.week, w.week + 6 AS ends_on, 'group' AS coverage, count(*) AS brand_locations
FROM core.location l, (SELECT DATE '2026-09-21' - 7 * k AS week FROM (SELECT CAST(range AS INTEGER) AS k FROM range(0, 104, 4))) w
WHERE coalesce(brand_id, '') <> '' GROUP BY brand_id, w.week;
INSERT INTO ops.typed VALUES (3, DATE '2026-09-20', DATE '2026-09-22');
