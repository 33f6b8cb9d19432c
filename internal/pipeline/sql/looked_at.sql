-- Every location looked at, with the first and the last week in which it had not stopped (NULL for none): a service that has stopped stays stopped.
SELECT location_id, any_value(service_kind), any_value(exposure)::DOUBLE, any_value(exposure_basis),
       min(week) FILTER (WHERE service_stopped = 0), max(week) FILTER (WHERE service_stopped = 0)
FROM staging.location_look
GROUP BY location_id
ORDER BY location_id
