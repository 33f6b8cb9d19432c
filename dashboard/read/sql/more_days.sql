-- The days of the concerns that count towards a provider or one of its locations, for the chart of one series.
SELECT CAST(date_diff('day', CAST($from AS DATE), received_on) AS BIGINT) AS day
FROM core.concern
WHERE provider_id = $provider AND ($location = '' OR location_id = $location) AND attribution = 'provider' AND received_on >= CAST($from AS DATE) AND received_on <= CAST($as_of AS DATE)
ORDER BY received_on, concern_id
