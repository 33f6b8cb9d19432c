-- The weeks looked at, each with whether it was complete on the run's date.
SELECT week, bool_and(ends_on = week + 6) AS complete
FROM staging.location_look
GROUP BY week
ORDER BY week
