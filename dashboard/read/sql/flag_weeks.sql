-- The weekly counts behind a flag: of its location where it has one, or of its provider.
SELECT week, CAST(sum(concerns) AS BIGINT) AS concerns, CAST(sum(enquiries) AS BIGINT) AS enquiries, CAST(sum(complaints) AS BIGINT) AS complaints
FROM mart.location_week
WHERE (($location <> '' AND location_id = $location) OR ($location = '' AND provider_id = $provider))
  AND week > CAST($until AS DATE) - CAST($weeks AS INTEGER) * 7 AND week <= CAST($until AS DATE)
GROUP BY week
ORDER BY week
