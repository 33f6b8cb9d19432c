-- Incidents and visits of the last year, in one row. Each table is read once, for the columns that are counted.
WITH i AS (
    SELECT count(*) AS incidents, count(*) FILTER (WHERE statutory) AS statutory, count(*) FILTER (WHERE harm IN ('severe', 'death')) AS severe
    FROM core.incident WHERE provider_id = $provider AND ($location = '' OR location_id = $location) AND occurred_on > CAST($as_of AS DATE) - 365
), v AS (
    SELECT count(*) FILTER (WHERE visited_on > CAST($as_of AS DATE) - 365) AS visits, max(visited_on) AS last_visit, coalesce(arg_max(overall, visited_on), '') AS outcome, max(next_due_on) AS next_due
    FROM core.quality_visit WHERE provider_id = $provider AND ($location = '' OR location_id = $location)
), a AS (
    SELECT count(*) FILTER (WHERE state = 'open') AS actions_open, count(*) FILTER (WHERE state = 'overdue') AS actions_overdue
    FROM core.quality_action WHERE provider_id = $provider AND ($location = '' OR location_id = $location)
)
SELECT CAST(incidents AS BIGINT) AS incidents, CAST(statutory AS BIGINT) AS statutory, CAST(severe AS BIGINT) AS severe,
       CAST(visits AS BIGINT) AS visits, last_visit, outcome, next_due, CAST(actions_open AS BIGINT) AS actions_open, CAST(actions_overdue AS BIGINT) AS actions_overdue
FROM i CROSS JOIN v CROSS JOIN a
