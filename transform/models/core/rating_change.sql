-- Changes of the rating in force, per location and domain. A first rating and an inherited one are not changes.
WITH ordered AS (
    SELECT *, lag(score) OVER (PARTITION BY location_id, domain ORDER BY rated_on) AS score_before
    FROM staging.rating_point
)
SELECT location_id, domain,
       CASE score_before WHEN 4 THEN 'Outstanding' WHEN 3 THEN 'Good' WHEN 2 THEN 'Requires improvement' WHEN 1 THEN 'Inadequate' END AS from_rating,
       CASE score WHEN 4 THEN 'Outstanding' WHEN 3 THEN 'Good' WHEN 2 THEN 'Requires improvement' WHEN 1 THEN 'Inadequate' END AS to_rating,
       score_before::INTEGER AS from_score, score::INTEGER AS to_score, rated_on AS changed_on, known_from,
       CASE WHEN score < score_before THEN -1 ELSE 1 END AS direction
FROM ordered
WHERE score_before IS NOT NULL AND score <> score_before AND NOT inherited
ORDER BY location_id, domain, rated_on
