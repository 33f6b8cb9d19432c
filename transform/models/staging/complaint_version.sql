-- Every version of every complaint, with the same two clocks as concerns.
WITH file AS (
    SELECT load_id, received_on, row_number() OVER (ORDER BY received_on, file_name, load_id) AS load_no FROM raw.load WHERE status = 'loaded'
), delivered AS (
    SELECT r.rowid AS row_id, r.complaint_ref, l.load_no, r.row_no, r.recorded_on, l.received_on AS file_received_on,
           md5_number(CAST(row(r.received_on, r.closed_on, r.stage, r.service, r.provider_name, r.cqc_location_id,
               r.provider_postcode, r.theme, r.complainant_type, r.outcome) AS VARCHAR)) AS content
    FROM raw.complaint r
    JOIN file l ON l.load_id = r.load_id
), ordered AS (
    SELECT *, lag(content) OVER (PARTITION BY complaint_ref ORDER BY load_no, row_no) AS content_before FROM delivered
), changed AS (
    SELECT row_id, complaint_ref, recorded_on, file_received_on, row_number() OVER w AS version_no, lead(file_received_on) OVER w AS next_received_on
    FROM ordered
    WHERE content_before IS NULL OR content_before <> content
    WINDOW w AS (PARTITION BY complaint_ref ORDER BY load_no, row_no)
), dated AS (
    SELECT c.row_id, c.complaint_ref, c.version_no, c.file_received_on,
           CASE WHEN c.version_no = 1 AND c.recorded_on IS NOT NULL THEN least(c.recorded_on, c.file_received_on) ELSE c.file_received_on END AS known_from,
           CASE WHEN c.version_no = 1 AND c.recorded_on IS NOT NULL THEN 'source' ELSE 'received' END AS known_basis,
           CASE WHEN c.next_received_on <= run.as_of THEN c.next_received_on END AS known_to, run.as_of
    FROM changed c, staging.run run
)
SELECT d.* EXCLUDE (as_of), r.received_on, r.provider_name, r.cqc_location_id, r.provider_postcode
FROM dated d
JOIN raw.complaint r ON r.rowid = d.row_id
WHERE d.known_from <= d.as_of
