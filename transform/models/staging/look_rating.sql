-- The rating in force at each look, what it was before, and how long ago the change became known.
-- by place: core.location(current_location_id), staging.scope(location_id)
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
), stood AS (
    -- What was in force in each domain from each day on which something became known, until the next.
    SELECT DISTINCT location_id, domain, known_from, arg_max(score, (rated_on, own)) OVER w AS score, max(rated_on) OVER w AS rated_on
    FROM ordered
    WINDOW w AS (PARTITION BY location_id, domain ORDER BY known_from RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
), standing AS (
    SELECT *, lead(known_from) OVER (PARTITION BY location_id, domain ORDER BY known_from) AS known_to FROM stood
), changed AS (
    SELECT DISTINCT location_id, domain, known_from AS seen_from, arg_max(score_before, (rated_on, own)) OVER w AS score_before,
           arg_max(score, (rated_on, own)) OVER w AS score_after, arg_max(known_from, (rated_on, own)) OVER w AS known_from
    FROM change
    WINDOW w AS (PARTITION BY location_id, domain ORDER BY known_from RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
), changing AS (
    SELECT *, lead(seen_from) OVER (PARTITION BY location_id, domain ORDER BY seen_from) AS seen_to FROM changed
), moment AS (
    -- The days on which anything about a location became known: between two of them nothing but ages moves.
    SELECT DISTINCT o.location_id, o.known_from FROM ordered o JOIN staging.scope s ON s.location_id = o.location_id
), state AS (
    SELECT m.location_id, m.known_from AS state_from,
           max(a.score) FILTER (WHERE a.domain = 'Overall') AS rating_overall,
           max(a.rated_on) FILTER (WHERE a.domain = 'Overall') AS rated_on,
           max(a.score) FILTER (WHERE a.domain = 'Safe') AS rating_safe,
           count(*) FILTER (WHERE a.domain <> 'Overall' AND a.score = 1) AS key_questions_inadequate,
           count(*) FILTER (WHERE a.domain <> 'Overall' AND a.score = 2) AS key_questions_ri,
           max(c.score_before) FILTER (WHERE c.domain = 'Overall') AS rating_previous,
           max(CASE WHEN c.score_after < c.score_before THEN -1 ELSE 1 END) FILTER (WHERE c.domain = 'Overall') AS rating_direction,
           max(c.known_from) FILTER (WHERE c.domain = 'Overall') AS rating_changed_on,
           max(c.known_from) FILTER (WHERE c.domain = 'Safe') AS safe_changed_on,
           max(c.known_from) FILTER (WHERE c.domain <> 'Overall' AND c.score_after = 1) AS key_question_changed_on
    FROM moment m
    JOIN standing a ON a.location_id = m.location_id AND a.known_from <= m.known_from AND (a.known_to IS NULL OR a.known_to > m.known_from)
    LEFT JOIN changing c ON c.location_id = m.location_id AND c.domain = a.domain AND c.seen_from <= m.known_from AND (c.seen_to IS NULL OR c.seen_to > m.known_from)
    GROUP BY m.location_id, m.known_from
), stage AS (
    SELECT *, lead(state_from) OVER (PARTITION BY location_id ORDER BY state_from) AS state_to FROM state
), numbered AS (
    -- From which look to before which a state stood, as long as the location is looked at.
    SELECT t.*, CASE WHEN t.state_from > e.last_end THEN e.looks ELSE greatest((t.state_from - e.first_end + 6) // 7, 0) END AS from_no,
           CASE WHEN t.gone_on IS NULL OR t.gone_on > e.last_end THEN e.looks ELSE greatest((t.gone_on - e.first_end + 6) // 7, 0) END AS to_no
    FROM (SELECT t.*, least(t.state_to, s.open_to + 728) AS gone_on FROM stage t JOIN staging.scope s ON s.location_id = t.location_id) t, staging.look_edge e
), laid AS (
    SELECT * EXCLUDE (from_no, to_no), unnest(range(from_no, to_no)) AS look_no FROM numbered WHERE from_no < to_no
)
SELECT t.location_id, k.week, t.rating_overall, date_diff('day', t.rated_on, k.ends_on) AS rating_age_days, t.rating_safe, t.key_questions_inadequate, t.key_questions_ri,
       t.rating_previous, t.rating_direction, date_diff('day', t.rating_changed_on, k.ends_on) AS rating_change_days,
       date_diff('day', t.safe_changed_on, k.ends_on) AS safe_change_days, date_diff('day', t.key_question_changed_on, k.ends_on) AS key_question_change_days
FROM laid t
JOIN staging.look k ON k.look_no = t.look_no
