-- Every version of every count of feedback that CQC shared, as known by the run's date, with the location it belongs to today: a later list
-- corrects an earlier one.
WITH delivered AS (
    SELECT r.*, l.received_on, l.file_name, md5(CAST(row(r.period_from, r.comments, r.comments_concern, r.comments_good) AS VARCHAR)) AS content
    FROM raw.cqc_feedback r
    JOIN raw.load l ON l.load_id = r.load_id AND l.status = 'loaded'
    JOIN staging.run run ON l.received_on <= run.as_of
), ordered AS (
    SELECT *, lag(content) OVER w AS content_before
    FROM delivered
    WINDOW w AS (PARTITION BY location_id, period_to ORDER BY received_on, file_name, load_id, row_no)
), changed AS (
    SELECT * EXCLUDE (content, content_before) FROM ordered WHERE content_before IS NULL OR content_before <> content
)
SELECT c.location_id AS location_id_given, coalesce(n.location_id, l.location_id) AS location_id, coalesce(n.provider_id, l.provider_id) AS provider_id, c.location_name,
       c.period_from, c.period_to, c.comments, c.comments_concern, c.comments_good, c.received_on AS known_from,
       lead(c.received_on) OVER (PARTITION BY c.location_id, c.period_to ORDER BY c.received_on, c.file_name, c.load_id, c.row_no) AS known_to, c.load_id, c.row_no
FROM changed c
LEFT JOIN core.location l ON l.location_id = c.location_id
LEFT JOIN core.location n ON n.location_id = l.current_location_id
ORDER BY c.location_id, c.period_to, known_from
