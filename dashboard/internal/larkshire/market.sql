-- The fictional county's market: 42 providers, their locations, ratings and managers. Every name is invented.
INSERT INTO ops.run VALUES ('run-0001', TIMESTAMP '2026-10-01 05:00:00', TIMESTAMP '2026-10-01 05:00:21', DATE '2026-10-01', 'default', '2b91c07d44e8', '0.1.0', 'v1.5.5', '20261001T050021Z-7f3a9c21d0b4', '7f3a9c21d0b4', 'k1');
INSERT INTO core.provider
WITH words AS (SELECT ['Saltmarsh','Harrow Fen','Brackwater','Windle','Thornby','Alder','Castlereach','Dunmere','Eastholme','Fairlea','Greywell','Hollin','Ivelbank','Kestrel','Larkfield','Mossgate','Netherby','Oakhanger','Pennow','Quarry','Ravensey','Sandling','Tidewell','Upmarsh','Vale','Wickmere','Yarrowby','Ashling','Bramwith','Coldharbour','Dovecot','Elmsett','Foxhanger','Gorsley','Heron','Inglebeck','Jessop','Kingsmoor','Lintel','Marlpit','Northcote','Orchard'] AS stem,
                     ['Care Limited','Homes','Homecare Ltd','Residential','Support Services'] AS tail)
SELECT '1-9' || lpad(CAST(i AS VARCHAR), 6, '0'), stem[i] || ' ' || tail[1 + i % 5], CASE WHEN i % 6 = 0 THEN 'Individual' ELSE 'Organisation' END,
       CASE WHEN i % 6 = 0 THEN NULL ELSE lpad(CAST(9900000 + i AS VARCHAR), 8, '0') END,
       CASE WHEN i IN (4, 11, 18, 25) THEN 'BD900' WHEN i IN (7, 14, 21) THEN 'BD901' END, CASE WHEN i IN (4, 11, 18, 25) THEN 'Windle Group' WHEN i IN (7, 14, 21) THEN 'Castlereach Living' END,
       CASE WHEN i = 40 THEN 'Deregistered' ELSE 'Registered' END, DATE '2012-04-01' + i * 37, CASE WHEN i = 40 THEN DATE '2025-11-30' END,
       ['Larkshire North','Larkshire South','Larkmouth'][1 + i % 3], 'ZZ' || CAST(1 + i % 9 AS VARCHAR) || ' ' || CAST(i % 9 + 1 AS VARCHAR) || 'AB', 0, 0, true, DATE '2026-09-01', 'cqc_api'
FROM words, (SELECT CAST(range AS INTEGER) AS i FROM range(1, 43));
INSERT INTO core.location
SELECT '1-8' || lpad(CAST(p * 10 + k AS VARCHAR), 6, '0'), '1-9' || lpad(CAST(p AS VARCHAR), 6, '0'),
       ['The Beeches','Marsh View','Fenside House','St Edith''s Court','Quayside Lodge','Hawthorn Manor','Lark Rise','Sea Holly House'][1 + (p * 3 + k * 5) % 8] || CASE WHEN (p + k) % 4 = 0 THEN ' Nursing Home' ELSE '' END,
       'Social Care Org', 'Adult social care', CASE WHEN p % 5 = 2 THEN 'home_care' WHEN p % 9 = 4 THEN 'supported_living' WHEN (p + k) % 4 = 0 THEN 'care_home_nursing' ELSE 'care_home' END,
       p % 5 <> 2 AND p % 9 <> 4, CASE WHEN p % 5 = 2 OR p % 9 = 4 THEN NULL ELSE 8 + (p * 7 + k * 13) % 53 END, 'ZZ' || CAST(1 + p % 9 AS VARCHAR) || ' ' || CAST(k + 1 AS VARCHAR) || 'CD',
       ['Larkshire North','Larkshire South','Larkmouth'][1 + (p + k) % 3], 'North Sea', 56.0 + p / 100.0, 3.0 + k / 100.0, CASE WHEN p = 40 THEN 'Deregistered' ELSE 'Registered' END,
       DATE '2013-01-01' + p * 31 + k * 9, CASE WHEN p = 40 THEN DATE '2025-11-30' END, false, NOT (p = 2 AND k = 0), CASE WHEN p = 2 AND k = 0 THEN DATE '2026-02-09' END,
       NULL, NULL, 'ZZ' || CAST(p AS VARCHAR), 'Residential social care', true, '1-8' || lpad(CAST(p * 10 + k AS VARCHAR), 6, '0'), DATE '2026-09-01', 'cqc_api'
FROM (SELECT CAST(range AS INTEGER) AS p FROM range(1, 43)), (SELECT CAST(range AS INTEGER) AS k FROM range(0, 6))
WHERE k = 0 OR (p % 7 = 4 AND k < 5) OR (p % 3 = 0 AND k < 3) OR (p = 6 AND k < 6);
UPDATE core.location SET brand_id = p.brand_id, brand_name = p.brand_name FROM core.provider p WHERE p.provider_id = core.location.provider_id;
UPDATE core.provider SET locations_active = coalesce(t.n, 0), beds_active = t.b
FROM (SELECT provider_id, count(*) AS n, sum(registered_beds) AS b FROM core.location WHERE status = 'Registered' GROUP BY 1) t WHERE t.provider_id = core.provider.provider_id;
INSERT INTO core.location_link VALUES ('1-8000020', '1-7999001', 'predecessor', 'Change of legal entity');
INSERT INTO core.rating
SELECT l.location_id, '', d.domain, ['Inadequate','Requires improvement','Good','Outstanding'][s.score], s.score, s.day, false, 'key_questions', 'cqc_api', s.day + 20, 'received'
FROM core.location l,
     (VALUES ('Overall'), ('Safe'), ('Effective'), ('Caring'), ('Responsive'), ('Well-led')) AS d(domain),
     LATERAL (SELECT DATE '2021-03-15' + CAST(substr(l.location_id, 4) AS INTEGER) % 900 AS day, CASE WHEN CAST(substr(l.location_id, 4) AS INTEGER) % 17 = 0 THEN 2 WHEN CAST(substr(l.location_id, 4) AS INTEGER) % 29 = 0 THEN 4 ELSE 3 END AS score) s
WHERE CAST(substr(l.location_id, 4) AS INTEGER) % 11 <> 5;
INSERT INTO core.rating
SELECT location_id, '', domain, 'Requires improvement', 2, DATE '2026-05-12', false, 'single_assessment', 'cqc_api', DATE '2026-06-02', 'received'
FROM core.rating WHERE location_id IN ('1-8000010', '1-8000020') AND domain IN ('Overall', 'Safe', 'Well-led');
INSERT INTO core.rating_current
SELECT l.location_id, o.rating, o.rating_score, o.rated_on, date_diff('day', o.rated_on, DATE '2026-10-01'),
       CASE WHEN o.rated_on IS NULL THEN 'never_rated' WHEN o.rated_on < DATE '2023-10-01' THEN 'stale' ELSE 'rated' END, 'overall',
       d['Safe'], d['Effective'], d['Caring'], d['Responsive'], d['Well-led'], false
FROM core.location l
LEFT JOIN (SELECT location_id, arg_max(rating, rated_on) AS rating, arg_max(rating_score, rated_on) AS rating_score, max(rated_on) AS rated_on FROM core.rating WHERE domain = 'Overall' GROUP BY 1) o USING (location_id)
LEFT JOIN (SELECT location_id, map_from_entries(list((domain, rating))) AS d FROM (SELECT location_id, domain, arg_max(rating, rated_on) AS rating FROM core.rating GROUP BY 1, 2) GROUP BY 1) m USING (location_id);
INSERT INTO core.manager_gap VALUES ('1-8000020', DATE '2026-02-09', NULL, DATE '2026-03-01', 'cqc_api'), ('1-8000010', DATE '2025-01-06', DATE '2025-03-17', DATE '2025-02-01', 'cqc_api'), ('1-8000060', DATE '2025-08-04', DATE '2025-12-01', DATE '2025-09-01', 'cqc_api');
INSERT INTO core.contract
SELECT 'K' || CAST(i AS VARCHAR), CASE WHEN i % 3 = 0 THEN 'contracts_ocds' ELSE 'contracts_register' END, NULL, 'LC-' || CAST(2000 + i AS VARCHAR),
       ['Residential care placements','Home care framework','Supported living lots 1 to 4','Extra care scheme'][1 + i % 4], 'Larkshire Council', 'Supplier ' || CAST(i AS VARCHAR),
       CASE WHEN i <= 36 THEN '1-9' || lpad(CAST(i AS VARCHAR), 6, '0') END, 90000 * (1 + i % 7), CASE WHEN i % 8 = 0 THEN NULL ELSE 45000 * (1 + i % 7) END, DATE '2023-04-01' + i * 11,
       DATE '2026-10-10' + (i * 23) % 400, 'active', '85000000', true, DATE '2023-04-01', 'L7', i
FROM (SELECT CAST(range AS INTEGER) AS i FROM range(1, 46));
INSERT INTO core.company_event VALUES ('09900003', '1-9000003', 'accounts_overdue', false, DATE '2026-03-02', DATE '2026-03-05', 'L8', 4), ('09900003', '1-9000003', 'administration', true, DATE '2026-09-14', DATE '2026-09-16', 'L8', 5), ('09900001', '1-9000001', 'charge_created', false, DATE '2025-06-10', DATE '2025-06-20', 'L8', 9);
INSERT INTO core.name_open VALUES ('The Willows (old)', NULL, 'LK1 2AB', 'complaints', 6, DATE '2026-02-01', DATE '2026-08-14'), ('Marsh View', NULL, NULL, 'safeguarding_concerns', 3, DATE '2026-06-03', DATE '2026-09-02'), ('Nobody Knows Ltd', NULL, NULL, 'contracts_register', 1, DATE '2026-06-03', DATE '2026-06-03');
INSERT INTO core.match_candidate SELECT 'The Willows (old)', NULL, 'LK1 2AB', row_number() OVER (ORDER BY location_id), location_id, provider_id, name, 0.93 - 0.05 * row_number() OVER (ORDER BY location_id), 0.05, false, 6 FROM core.location WHERE location_id IN ('1-8000010', '1-8000020');
INSERT INTO core.match_candidate SELECT 'Marsh View', NULL, NULL, 1, NULL, '1-9000003', name, 0.81, 0.81, false, 3 FROM core.provider WHERE provider_id = '1-9000003';
INSERT INTO core.unmatched VALUES ('complaints', 'no provider of that name', 'The Willows (old)', 6, DATE '2026-02-01', DATE '2026-08-14'), ('safeguarding_concerns', 'two providers fit', 'Marsh View', 3, DATE '2026-06-03', DATE '2026-09-02');
INSERT INTO mart.capacity_now
SELECT l.location_id, l.provider_id, DATE '2026-09-10', 21, CASE WHEN c.n % 13 = 0 THEN 2 ELSE 0 END, l.registered_beds, CASE WHEN l.care_home THEN l.registered_beds - c.n % 6 END, CASE WHEN l.care_home THEN c.n % 6 END,
       CASE WHEN l.service_kind = 'care_home' THEN c.n % 6 - (c.n % 6) // 3 END, CASE WHEN l.service_kind = 'care_home' THEN (c.n % 6) // 3 END,
       CASE WHEN l.service_kind = 'care_home_nursing' AND c.n % 4 <> 1 THEN c.n % 6 - (c.n % 6) // 3 END, CASE WHEN l.service_kind = 'care_home_nursing' AND c.n % 4 <> 1 THEN (c.n % 6) // 3 END, NULL, NULL,
       CASE WHEN c.n % 11 = 3 THEN false WHEN c.n % 7 = 2 THEN NULL ELSE true END, CASE WHEN c.n % 11 = 3 THEN 'Closed to admissions' ELSE 'Open' END, NULL, 20, c.n % 4, CASE WHEN l.care_home THEN NULL ELSE 30 END,
       l.service_kind = 'home_care' AND c.n % 3 > 0, CASE WHEN l.service_kind = 'home_care' THEN 20 * (c.n % 3) END, DATE '2026-09-16'
FROM core.location l, LATERAL (SELECT CAST(substr(l.location_id, 4) AS INTEGER) // 3 AS n) c WHERE l.status = 'Registered' AND l.location_id <> '1-8000031';
INSERT INTO core.placement
SELECT 'CP-' || substr(l.location_id, 4) || '-' || CAST(k AS VARCHAR), 'p' || md5(l.location_id || CAST(k AS VARCHAR))[1:12], l.location_id, l.provider_id, l.name, ['Larkshire Council','Larkshire Council','Wrenshire Council'][1 + (x.n + k) % 3],
       l.service_kind, ['Physical support','Memory and cognition','Physical support','Mental health'][1 + (x.n + k) % 4], ['low','moderate','high'][1 + k % 3], ['council','council','other_authority'][1 + (x.n + k) % 3],
       CASE WHEN k = 5 THEN NULL ELSE 780 + 10 * (x.n % 20) END, CASE WHEN l.service_kind = 'home_care' THEN 14 END, DATE '2025-03-03', NULL, NULL, true, false, DATE '2026-09-30', DATE '2026-10-01', 'received', 'cqc_location_id', 'L9', k
FROM core.location l, LATERAL (SELECT CAST(substr(l.location_id, 4) AS INTEGER) AS n) x, (SELECT CAST(range AS INTEGER) AS k FROM range(1, 9)) WHERE l.status = 'Registered' AND k <= 2 + x.n % 6;
INSERT INTO mart.people_known
SELECT l.location_id, l.provider_id, c.occupied, c.updated_on, CAST(coalesce(k.n, 0) AS INTEGER), k.cost, greatest(c.occupied - coalesce(k.n, 0), 0), NULL, NULL, NULL, NULL, NULL, DATE '2026-03-31', DATE '2026-05-29', NULL, CASE WHEN l.location_id = '1-8000030' THEN 'overdue' ELSE 'returned' END
FROM core.location l LEFT JOIN mart.capacity_now c USING (location_id) LEFT JOIN (SELECT location_id, count(*) AS n, sum(weekly_cost) AS cost FROM core.placement GROUP BY 1) k USING (location_id)
WHERE l.status = 'Registered';
INSERT INTO core.capacity
SELECT n.location_id, n.provider_id, CAST(date_trunc('month', DATE '2026-09-10' - 30 * k) AS DATE) + 9, CAST(date_trunc('month', DATE '2026-09-10' - 30 * k) AS TIMESTAMP) + INTERVAL '9 days 10 hours', n.beds,
       CASE WHEN n.occupied IS NULL THEN NULL WHEN n.location_id = '1-8000010' THEN greatest(0, n.occupied - (15 - k)) ELSE greatest(0, n.occupied - (k * 7 + n.occupied) % 3) END, n.vacancies, n.admissions_open, n.admission_status, 3, 20, 4, n.agency_workers + k % 2, 900, 40, 60 + 5 * k, 45, n.people_supported,
       n.can_take_more_hours, n.extra_hours, k = 0, CAST(date_trunc('month', DATE '2026-09-10' - 30 * k) AS DATE) + 15, 'L9', k + 1
FROM mart.capacity_now n, (SELECT CAST(range AS INTEGER) AS k FROM range(0, 16)) WHERE n.location_id <> '1-8000060' OR k > 3;
UPDATE core.capacity SET is_newest = true WHERE location_id = '1-8000060' AND updated_on = (SELECT max(updated_on) FROM core.capacity WHERE location_id = '1-8000060');
INSERT INTO core.spend_month
SELECT 'Larkshire Council', CAST(date_trunc('month', DATE '2026-08-15' - 30 * k) AS DATE), p.name, p.provider_id, 'Adults', 'Care', 4, 30000 + 400 * (i * 7 + k * 3) % 9000, 0, DATE '2026-09-10'
FROM (SELECT provider_id, name, CAST(substr(provider_id, 4) AS INTEGER) AS i FROM core.provider WHERE status = 'Registered') p, (SELECT CAST(range AS INTEGER) AS k FROM range(0, 12)) WHERE i % 4 <> 3;
INSERT INTO core.incident
SELECT 'IN-' || substr(l.location_id, 4) || '-' || CAST(k AS VARCHAR), l.location_id, l.provider_id, DATE '2026-09-20' - (k * 17 + x.n) % 500, DATE '2026-09-22' - (k * 17 + x.n) % 500, CAST(date_trunc('week', DATE '2026-09-20' - (k * 17 + x.n) % 500) AS DATE),
       ['fall','medication_error','pressure_ulcer','injury'][1 + (x.n + k) % 4], ['none','low','moderate','severe'][1 + (x.n + 2 * k) % 4], (x.n + k) % 5 = 0, DATE '2026-09-25', 'L9', k
FROM core.location l, LATERAL (SELECT CAST(substr(l.location_id, 4) AS INTEGER) AS n) x, (SELECT CAST(range AS INTEGER) AS k FROM range(1, 30)) WHERE l.status = 'Registered' AND k <= x.n % 12;
INSERT INTO core.quality_visit VALUES
('QV-1', '1-8000010', '1-9000001', DATE '2025-10-14', 'planned', 'Larkshire quality tool', 'good', 3, 1, DATE '2026-10-14', false, DATE '2025-10-20', 'L9', 1),
('QV-2', '1-8000010', '1-9000001', DATE '2026-08-20', 'responsive', 'Larkshire quality tool', 'requires_improvement', 2, 3, DATE '2026-11-20', false, DATE '2026-08-28', 'L9', 2),
('QV-3', '1-8000060', '1-9000006', DATE '2025-05-02', 'planned', 'Larkshire quality tool', 'good', 3, 0, DATE '2026-05-02', true, DATE '2025-05-10', 'L9', 3);
INSERT INTO core.quality_action VALUES
('QA-1', 'QV-1', '1-8000010', '1-9000001', 'staffing', 'high', DATE '2025-10-14', DATE '2025-12-01', DATE '2025-12-20', 'completed', NULL, 19, DATE '2025-10-20', 'L9', 1),
('QA-2', 'QV-2', '1-8000010', '1-9000001', 'medicines', 'high', DATE '2026-08-20', DATE '2026-09-15', NULL, 'overdue', 16, NULL, DATE '2026-08-28', 'L9', 2),
('QA-3', 'QV-2', '1-8000010', '1-9000001', 'care_planning', 'medium', DATE '2026-08-20', DATE '2026-11-01', NULL, 'open', NULL, NULL, DATE '2026-08-28', 'L9', 3),
('QA-4', 'QV-2', '1-8000010', '1-9000001', 'staffing', 'medium', DATE '2026-08-20', DATE '2026-10-20', NULL, 'open', NULL, NULL, DATE '2026-08-28', 'L9', 4);
