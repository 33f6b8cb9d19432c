-- Every version of every care package. Each delivery is the whole list; a package is known from the day its list reached us.
WITH delivered AS (
    SELECT r.* EXCLUDE (load_id, row_no), r.load_id, r.row_no, l.received_on AS file_received_on, l.file_name,
           md5(CAST(row(r.person_ref, r.placing_authority, r.provider_name, r.cqc_location_id, r.provider_postcode, r.service, r.need, r.support_level,
               r.funding, r.weekly_cost, r.weekly_hours, r.starts_on, r.ends_on, r.end_reason) AS VARCHAR)) AS content
    FROM raw.placement r
    JOIN raw.load l ON l.load_id = r.load_id AND l.status = 'loaded'
    JOIN staging.run run ON l.received_on <= run.as_of
), ordered AS (
    SELECT *, row_number() OVER w AS delivery_no, lag(content) OVER w AS content_before,
           max(file_received_on) OVER (PARTITION BY placement_ref) AS listed_on
    FROM delivered
    WINDOW w AS (PARTITION BY placement_ref ORDER BY file_received_on, file_name, load_id, row_no)
), changed AS (
    SELECT * EXCLUDE (delivery_no, content_before, content), row_number() OVER (PARTITION BY placement_ref ORDER BY delivery_no) AS version_no
    FROM ordered
    WHERE content_before IS NULL OR content_before <> content
)
SELECT c.* EXCLUDE (file_received_on, file_name), c.file_received_on AS known_from,
       lead(c.file_received_on) OVER (PARTITION BY c.placement_ref ORDER BY c.version_no) AS known_to,
       lead(c.version_no) OVER (PARTITION BY c.placement_ref ORDER BY c.version_no) IS NULL AS is_newest
FROM changed c
