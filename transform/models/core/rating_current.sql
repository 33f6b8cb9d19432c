-- The rating in force on the run's date. "Never rated" and "stale" are states of their own: an old rating is not reassurance.
WITH newest AS (
    SELECT * FROM staging.rating_point
    QUALIFY row_number() OVER (PARTITION BY location_id, domain ORDER BY rated_on DESC) = 1
), wide AS (
    SELECT location_id,
           max(score) FILTER (WHERE domain = 'Overall') AS score, max(rated_on) FILTER (WHERE domain = 'Overall') AS rated_on,
           max(basis) FILTER (WHERE domain = 'Overall') AS basis, bool_or(inherited) FILTER (WHERE domain = 'Overall') AS inherited,
           max(score) FILTER (WHERE domain = 'Safe') AS safe, max(score) FILTER (WHERE domain = 'Effective') AS effective,
           max(score) FILTER (WHERE domain = 'Caring') AS caring, max(score) FILTER (WHERE domain = 'Responsive') AS responsive,
           max(score) FILTER (WHERE domain = 'Well-led') AS well_led
    FROM newest
    GROUP BY location_id
), stated AS (
    -- What the whole-location row itself says, for locations whose newest statement is not one of the four ratings.
    SELECT location_id, arg_max(rating, coalesce(rated_on, DATE '1900-01-01')) AS said
    FROM staging.rating_record
    WHERE service_group = 'Overall' AND domain = 'Overall'
    GROUP BY location_id
), words(score, word) AS (VALUES (4, 'Outstanding'), (3, 'Good'), (2, 'Requires improvement'), (1, 'Inadequate'))
SELECT l.location_id, coalesce(w.word, s.said) AS rating, wide.score::INTEGER AS rating_score, wide.rated_on,
       date_diff('day', wide.rated_on, run.as_of)::INTEGER AS age_days,
       CASE WHEN l.source = 'local_register' THEN 'not_rated_by_cqc'
            WHEN wide.score IS NULL AND s.said IS NULL THEN 'never_rated'
            WHEN wide.score IS NULL THEN 'not_rated_yet'
            WHEN date_diff('day', wide.rated_on, run.as_of) > 1095 THEN 'stale'
            ELSE 'rated' END AS state,
       wide.basis, wsafe.word AS safe, weff.word AS effective, wcar.word AS caring, wresp.word AS responsive, wled.word AS well_led,
       coalesce(wide.inherited, false) AS inherited
FROM core.location l
CROSS JOIN staging.run run
LEFT JOIN wide ON wide.location_id = l.location_id
LEFT JOIN stated s ON s.location_id = l.location_id
LEFT JOIN words w ON w.score = wide.score
LEFT JOIN words wsafe ON wsafe.score = wide.safe
LEFT JOIN words weff ON weff.score = wide.effective
LEFT JOIN words wcar ON wcar.score = wide.caring
LEFT JOIN words wresp ON wresp.score = wide.responsive
LEFT JOIN words wled ON wled.score = wide.well_led
ORDER BY l.location_id
