-- Every version of every concern: what an extract said of it, from the day that was known until a later extract said otherwise.
-- The first version is known from the council's own recorded date, which its contract trusts; a correction from the day it was received.
-- Versions are told apart and put in order by as little as that needs; row_id finds the whole row again.
WITH file AS (
    SELECT load_id, received_on, row_number() OVER (ORDER BY received_on, file_name, load_id) AS load_no FROM raw.load WHERE status = 'loaded'
), delivered AS (
    SELECT r.rowid AS row_id, r.concern_ref, l.load_no, r.row_no, r.recorded_on, l.received_on AS file_received_on,
           md5_number(CAST(row(r.received_on, r.decision, r.enquiry_ref, r.abuse_types, r.location_of_risk, r.source_of_risk,
               r.risk_attribution, r.provider_name, r.cqc_location_id, r.provider_postcode, r.adult_ref, r.alleged_ref,
               r.referrer, r.placing_authority, r.severity) AS VARCHAR)) AS content
    FROM raw.safeguarding_concern r
    JOIN file l ON l.load_id = r.load_id
), ordered AS (
    SELECT *, lag(content) OVER (PARTITION BY concern_ref ORDER BY load_no, row_no) AS content_before FROM delivered
), changed AS (
    SELECT row_id, concern_ref, recorded_on, file_received_on, row_number() OVER w AS version_no, lead(file_received_on) OVER w AS next_received_on
    FROM ordered
    WHERE content_before IS NULL OR content_before <> content
    WINDOW w AS (PARTITION BY concern_ref ORDER BY load_no, row_no)
), dated AS (
    SELECT c.row_id, c.concern_ref, c.version_no, c.file_received_on,
           CASE WHEN c.version_no = 1 AND c.recorded_on IS NOT NULL THEN least(c.recorded_on, c.file_received_on) ELSE c.file_received_on END AS known_from,
           CASE WHEN c.version_no = 1 AND c.recorded_on IS NOT NULL THEN 'source' ELSE 'received' END AS known_basis,
           CASE WHEN c.next_received_on <= run.as_of THEN c.next_received_on END AS known_to, run.as_of
    FROM changed c, staging.run run
)
SELECT d.* EXCLUDE (as_of), r.received_on, r.referrer, r.provider_name, r.cqc_location_id, r.provider_postcode
FROM dated d
JOIN raw.safeguarding_concern r ON r.rowid = d.row_id
WHERE d.known_from <= d.as_of
