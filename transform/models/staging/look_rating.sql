-- The rating in force at each look, what it was before, and how long ago the change became known.
WITH carried AS (
    -- A location that carries on another one carries its ratings too, until it has its own.
    SELECT l.current_location_id AS location_id, p.domain, p.rated_on, p.known_from, p.score, p.inherited,
           l.location_id = l.current_location_id AS own
    FROM staging.rating_point p
    JOIN core.location l ON l.location_id = p.location_id
), ordered AS (
    SELECT *, lag(score) OVER (PARTITION BY location_id, domain ORDER BY rated_on, own) AS score_before
    FROM carried
), change AS (
    SELECT * FROM ordered WHERE score_before IS NOT NULL AND score <> score_before AND NOT (inherited AND own)
), at_look AS (
    SELECT s.location_id, k.week, k.ends_on, o.domain, arg_max(o.score, (o.rated_on, o.own)) AS score, max(o.rated_on) AS rated_on
    FROM staging.scope s
    CROSS JOIN staging.look k
    JOIN ordered o ON o.location_id = s.location_id AND o.known_from <= k.ends_on
    GROUP BY ALL
), change_at_look AS (
    SELECT s.location_id, k.week, k.ends_on, c.domain, arg_max(c.score_before, c.rated_on) AS score_before,
           arg_max(c.score, c.rated_on) AS score_after, arg_max(c.known_from, c.rated_on) AS known_from
    FROM staging.scope s
    CROSS JOIN staging.look k
    JOIN change c ON c.location_id = s.location_id AND c.known_from <= k.ends_on
    GROUP BY ALL
)
SELECT a.location_id, a.week,
       max(a.score) FILTER (WHERE a.domain = 'Overall') AS rating_overall,
       max(date_diff('day', a.rated_on, a.ends_on)) FILTER (WHERE a.domain = 'Overall') AS rating_age_days,
       max(a.score) FILTER (WHERE a.domain = 'Safe') AS rating_safe,
       count(*) FILTER (WHERE a.domain <> 'Overall' AND a.score = 1) AS key_questions_inadequate,
       count(*) FILTER (WHERE a.domain <> 'Overall' AND a.score = 2) AS key_questions_ri,
       max(c.score_before) FILTER (WHERE c.domain = 'Overall') AS rating_previous,
       max(CASE WHEN c.score_after < c.score_before THEN -1 ELSE 1 END) FILTER (WHERE c.domain = 'Overall') AS rating_direction,
       max(date_diff('day', c.known_from, c.ends_on)) FILTER (WHERE c.domain = 'Overall') AS rating_change_days,
       max(date_diff('day', c.known_from, c.ends_on)) FILTER (WHERE c.domain = 'Safe') AS safe_change_days,
       min(date_diff('day', c.known_from, c.ends_on)) FILTER (WHERE c.domain <> 'Overall' AND c.score_after = 1) AS key_question_change_days
FROM at_look a
LEFT JOIN change_at_look c ON c.location_id = a.location_id AND c.week = a.week AND c.domain = a.domain
GROUP BY a.location_id, a.week
