-- Every version of every section 42 enquiry, with the same two clocks as concerns.
WITH delivered AS (
    SELECT r.* EXCLUDE (load_id, row_no), r.load_id, r.row_no, l.received_on AS file_received_on, l.file_name,
           md5(CAST(row(r.concern_ref, r.started_on, r.concluded_on, r.abuse_types, r.location_of_risk, r.source_of_risk,
               r.risk_attribution, r.provider_name, r.cqc_location_id, r.provider_postcode, r.adult_ref, r.alleged_ref,
               r.placing_authority, r.outcome, r.risk_outcome) AS VARCHAR)) AS content
    FROM raw.safeguarding_enquiry r
    JOIN raw.load l ON l.load_id = r.load_id AND l.status = 'loaded'
), ordered AS (
    SELECT *, row_number() OVER w AS delivery_no, lag(content) OVER w AS content_before
    FROM delivered
    WINDOW w AS (PARTITION BY enquiry_ref ORDER BY file_received_on, file_name, load_id, row_no)
), changed AS (
    SELECT * EXCLUDE (delivery_no, content_before),
           row_number() OVER (PARTITION BY enquiry_ref ORDER BY delivery_no) AS version_no
    FROM ordered
    WHERE content_before IS NULL OR content_before <> content
), dated AS (
    SELECT *,
           CASE WHEN version_no = 1 AND recorded_on IS NOT NULL THEN least(recorded_on, file_received_on) ELSE file_received_on END AS known_from,
           CASE WHEN version_no = 1 AND recorded_on IS NOT NULL THEN 'source' ELSE 'received' END AS known_basis
    FROM changed
)
SELECT d.*, lead(d.known_from) OVER (PARTITION BY d.enquiry_ref ORDER BY d.version_no) AS known_to
FROM dated d, staging.run run
WHERE d.known_from <= run.as_of
