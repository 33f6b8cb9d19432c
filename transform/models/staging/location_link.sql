-- Re-registrations: predecessor and successor links from the newest body of each location. CQC's lists state no links, so for a location on
-- the deactivated list of which there is no body the one registration that began there when it ended is taken for its successor: at the
-- same property, else at the same postcode under the same name, else the one care home at the postcode. Two that fit equally well are none.
WITH stated AS (
    SELECT DISTINCT r.location_id, r.related_location_id,
           CASE WHEN r.relation_type ILIKE '%predecessor%' THEN 'predecessor' WHEN r.relation_type ILIKE '%successor%' THEN 'successor' ELSE 'other' END AS relation,
           r.reason
    FROM raw.cqc_relationship r
    JOIN staging.location_version v ON v.load_id = r.load_id AND v.location_id = r.location_id AND v.newest_no = 1
), candidate AS (
    SELECT g.location_id, n.location_id AS related_location_id,
           CASE WHEN g.uprn <> '' AND n.uprn = g.uprn THEN 1 WHEN n.name_key = g.name_key AND g.name_key <> '' THEN 2 ELSE 3 END AS rank
    FROM staging.registration g
    JOIN staging.registration n ON n.location_id <> g.location_id AND n.care_home = g.care_home AND n.registration_date > coalesce(g.registration_date, DATE '1900-01-01')
         AND n.registration_date BETWEEN g.deregistration_date - INTERVAL 31 DAY AND g.deregistration_date + INTERVAL 92 DAY
         AND (g.uprn <> '' AND n.uprn = g.uprn OR g.postcode_key <> '' AND n.postcode_key = g.postcode_key AND (n.name_key = g.name_key OR g.care_home))
    WHERE g.status = 'Deregistered' AND NOT g.has_body
      AND NOT EXISTS (SELECT 1 FROM stated s WHERE s.related_location_id = g.location_id AND s.relation = 'predecessor')
), inferred AS (
    SELECT location_id, related_location_id, 'successor' AS relation,
           CASE rank WHEN 1 THEN 'inferred: registered at the same property' WHEN 2 THEN 'inferred: registered at the same postcode under the same name'
                     ELSE 'inferred: the care home registered at the same postcode' END AS reason
    FROM candidate
    QUALIFY rank = min(rank) OVER (PARTITION BY location_id) AND count(*) OVER (PARTITION BY location_id, rank) = 1
)
SELECT * FROM stated
UNION ALL
SELECT * FROM inferred
