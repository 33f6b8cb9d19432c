-- What has become known of a provider since a day, by source.
SELECT feed, CAST(count(*) AS BIGINT) AS records, max(known_from) AS last_on
FROM mart.timeline
WHERE provider_id = $provider AND known_from > CAST($since AS DATE)
GROUP BY feed
ORDER BY records DESC, feed
