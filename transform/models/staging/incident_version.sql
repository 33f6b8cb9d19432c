-- Every version of every incident, as known by the run's date: a later extract corrects an earlier one.
WITH delivered AS (
    SELECT r.* EXCLUDE (load_id, row_no), r.load_id, r.row_no, l.received_on AS file_received_on, l.file_name,
           md5(CAST(row(r.occurred_on, r.reported_on, r.provider_name, r.cqc_location_id, r.provider_postcode, r.incident_type, r.harm, r.statutory, r.regulation, r.place, r.outcome, r.person_ref, r.staff_ref) AS VARCHAR)) AS content
    FROM raw.incident r
    JOIN raw.load l ON l.load_id = r.load_id AND l.status = 'loaded'
    JOIN staging.run run ON l.received_on <= run.as_of
), ordered AS (
    SELECT *, row_number() OVER w AS delivery_no, lag(content) OVER w AS content_before
    FROM delivered
    WINDOW w AS (PARTITION BY incident_ref ORDER BY file_received_on, file_name, load_id, row_no)
), changed AS (
    SELECT * EXCLUDE (delivery_no, content_before, content), row_number() OVER (PARTITION BY incident_ref ORDER BY delivery_no) AS version_no
    FROM ordered
    WHERE content_before IS NULL OR content_before <> content
)
SELECT c.*, min(c.file_received_on) OVER (PARTITION BY c.incident_ref) AS first_received_on,
       lead(c.version_no) OVER (PARTITION BY c.incident_ref ORDER BY c.version_no) IS NULL AS is_newest
FROM changed c
