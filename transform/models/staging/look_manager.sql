-- Days without a registered manager at each look; 0 where one is named; unknown where no body has been seen.
SELECT s.location_id, k.week,
       CASE WHEN g.absent_from IS NOT NULL THEN date_diff('day', g.absent_from, k.ends_on)
            WHEN seen.known_from IS NOT NULL THEN 0 END AS manager_absent_days
FROM staging.scope s
CROSS JOIN staging.look k
LEFT JOIN (SELECT location_id, min(known_from) AS known_from FROM staging.location_version WHERE manager_count IS NOT NULL GROUP BY location_id) seen
    ON seen.location_id = s.location_id AND seen.known_from <= k.ends_on
LEFT JOIN core.manager_gap g ON g.location_id = s.location_id AND g.known_from <= k.ends_on AND (g.returned_on IS NULL OR g.returned_on > k.ends_on)
WHERE (s.open_from IS NULL OR s.open_from <= k.ends_on) AND (s.open_to IS NULL OR s.open_to > k.ends_on - 728)
QUALIFY row_number() OVER (PARTITION BY s.location_id, k.week ORDER BY g.absent_from) = 1
