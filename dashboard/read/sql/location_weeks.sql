-- One location's counts week by week.
SELECT week, CAST(concerns AS BIGINT) AS concerns, CAST(concerns_unknown AS BIGINT) AS concerns_unknown, CAST(concerns_raised AS BIGINT) AS concerns_raised, CAST(concerns_others AS BIGINT) AS concerns_others,
       CAST(concerns_resident AS BIGINT) AS concerns_resident, CAST(enquiries AS BIGINT) AS enquiries, CAST(complaints AS BIGINT) AS complaints, CAST(complaints_upheld AS BIGINT) AS complaints_upheld
FROM mart.location_week
WHERE location_id = $location AND week > CAST($week AS DATE) - CAST($weeks AS INTEGER) * 7 AND week <= CAST($week AS DATE)
ORDER BY week
