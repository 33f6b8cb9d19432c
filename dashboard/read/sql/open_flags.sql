-- The flags that are open on one provider now: what a step on its case stands on.
SELECT flag_id FROM analytics.flag WHERE provider_id = $provider AND state = 'open' ORDER BY flag_id
