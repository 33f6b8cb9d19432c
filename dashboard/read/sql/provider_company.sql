-- Events recorded about a provider's company.
SELECT event_type, coalesce(is_business_failure, false) AS is_failure, event_on, known_from
FROM core.company_event
WHERE provider_id = $provider
ORDER BY event_on, event_type
