-- The concerns line beside each listed provider: weekly counts of the last year, oldest first, as one text a provider.
SELECT provider_id, string_agg(CAST(concerns + complaints AS VARCHAR), ',' ORDER BY week) AS line
FROM mart.provider_week
WHERE list_contains(string_split($providers, ','), provider_id) AND week > CAST($week AS DATE) - 364 AND week <= CAST($week AS DATE)
GROUP BY provider_id
