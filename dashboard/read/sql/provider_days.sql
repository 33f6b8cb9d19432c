-- The days on which records about a provider were made, by stream: what a chart of the days between rare events is drawn from.
SELECT stream, on_date
FROM (
    SELECT 'concerns' AS stream, received_on AS on_date, provider_id FROM core.concern WHERE attribution = 'provider'
    UNION ALL
    SELECT 'enquiries', started_on, provider_id FROM core.enquiry WHERE coalesce(attribution, 'provider') = 'provider'
    UNION ALL
    SELECT 'complaints', received_on, provider_id FROM core.complaint
    UNION ALL
    SELECT 'incidents', occurred_on, provider_id FROM core.incident
)
WHERE provider_id = $provider AND on_date > CAST($as_of AS DATE) - CAST($days AS INTEGER) AND on_date <= CAST($as_of AS DATE)
ORDER BY stream, on_date
