-- The market week by week.
SELECT week, CAST(providers_active AS BIGINT) AS providers, CAST(locations_active AS BIGINT) AS locations, CAST(beds AS BIGINT) AS beds,
       CAST(concerns AS BIGINT) AS concerns, CAST(concerns_unknown AS BIGINT) AS concerns_unknown, CAST(enquiries AS BIGINT) AS enquiries,
       CAST(complaints AS BIGINT) AS complaints, CAST(converted AS BIGINT) AS converted
FROM mart.market_week
WHERE week > CAST($week AS DATE) - CAST($weeks AS INTEGER) * 7
ORDER BY week
