-- Which feeds have spoken of a provider in the last year, and which have been silent.
SELECT feed, CAST(count(*) AS BIGINT) AS records, max(on_date) AS last_on
FROM mart.timeline
WHERE provider_id = $provider AND on_date > CAST($as_of AS DATE) - 365
GROUP BY feed
ORDER BY feed
