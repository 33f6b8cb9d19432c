-- Incidents and visits of the last year, in one row.
WITH i AS MATERIALIZED (SELECT * FROM core.incident WHERE provider_id = $provider AND ($location = '' OR location_id = $location) AND occurred_on > CAST($as_of AS DATE) - 365),
v AS MATERIALIZED (SELECT * FROM core.quality_visit WHERE provider_id = $provider AND ($location = '' OR location_id = $location)),
a AS MATERIALIZED (SELECT * FROM core.quality_action WHERE provider_id = $provider AND ($location = '' OR location_id = $location))
SELECT CAST((SELECT count(*) FROM i) AS BIGINT) AS incidents, CAST((SELECT count(*) FROM i WHERE statutory) AS BIGINT) AS statutory, CAST((SELECT count(*) FROM i WHERE harm IN ('severe', 'death')) AS BIGINT) AS severe,
       CAST((SELECT count(*) FROM v WHERE visited_on > CAST($as_of AS DATE) - 365) AS BIGINT) AS visits, (SELECT max(visited_on) FROM v) AS last_visit, coalesce((SELECT arg_max(overall, visited_on) FROM v), '') AS outcome,
       (SELECT max(next_due_on) FROM v) AS next_due, CAST((SELECT count(*) FROM a WHERE state = 'open') AS BIGINT) AS actions_open, CAST((SELECT count(*) FROM a WHERE state = 'overdue') AS BIGINT) AS actions_overdue
