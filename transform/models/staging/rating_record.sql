-- Every rating that any CQC source states, one row per location, service group, domain and date. A rating's publication date is
-- trusted as the day it became known; one without a date is known from the day its file was received.
WITH stated AS (
    SELECT r.location_id, coalesce(nullif(r.service_group, ''), 'Overall') AS service_group, r.domain, r.rating, r.rated_on,
           coalesce(r.inherited, false) AS inherited, r.framework, 'cqc_api' AS source, r.report_link, l.received_on
    FROM raw.cqc_rating r
    JOIN raw.load l ON l.load_id = r.load_id AND l.status = 'loaded'
    UNION ALL
    SELECT r.location_id, r.service_group, r.domain, r.rating, r.publication_date, coalesce(r.inherited, false),
           CASE WHEN r.service_group IN ('Care Homes', 'Homecare', 'Supported Living', 'Extra Care', 'Shared Lives') THEN 'single_assessment' ELSE 'key_questions' END,
           'cqc_ratings', NULL, l.received_on
    FROM raw.cqc_ratings_file r
    JOIN raw.load l ON l.load_id = r.load_id AND l.status = 'loaded'
    UNION ALL
    -- The lists of locations state the rating of the whole; that it is not rated there says nothing, since single services may be.
    SELECT r.location_id, 'Overall', 'Overall', r.rating, r.publication_date, coalesce(r.inherited, false), 'key_questions', 'cqc_register_files', NULL, l.received_on
    FROM raw.cqc_register_file r
    JOIN raw.load l ON l.load_id = r.load_id AND l.status = 'loaded'
    WHERE r.publication_date IS NOT NULL AND lower(trim(r.rating)) IN ('outstanding', 'good', 'requires improvement', 'inadequate')
), canonical AS (
    SELECT * EXCLUDE (rating),
           CASE lower(trim(rating))
               WHEN 'outstanding' THEN 'Outstanding'
               WHEN 'good' THEN 'Good'
               WHEN 'requires improvement' THEN 'Requires improvement'
               WHEN 'inadequate' THEN 'Inadequate'
               WHEN 'insufficient evidence to rate' THEN 'Insufficient evidence to rate'
               WHEN 'inspected but not rated' THEN 'Inspected but not rated'
               WHEN 'not rated' THEN 'Not rated'
               WHEN 'no published rating' THEN 'No published rating'
               WHEN 'not applicable' THEN 'Not applicable'
               ELSE trim(rating) END AS rating
    FROM stated
    WHERE rating IS NOT NULL AND trim(rating) <> ''
), dated AS (
    SELECT *, coalesce(rated_on, received_on) AS known_from, CASE WHEN rated_on IS NULL THEN 'received' ELSE 'source' END AS known_basis
    FROM canonical
)
SELECT d.location_id, d.service_group, d.domain, d.rating,
       CASE d.rating WHEN 'Outstanding' THEN 4 WHEN 'Good' THEN 3 WHEN 'Requires improvement' THEN 2 WHEN 'Inadequate' THEN 1 END AS rating_score,
       d.rated_on, bool_or(d.inherited) AS inherited, min(d.framework) AS framework, min(d.source) AS source,
       min(d.known_from) AS known_from, min(d.known_basis) AS known_basis, min(d.report_link) AS report_link
FROM dated d, staging.run run
WHERE d.known_from <= run.as_of
GROUP BY d.location_id, d.service_group, d.domain, d.rating, d.rated_on
