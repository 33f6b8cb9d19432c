SELECT flag_id, provider_id FROM analytics.flag WHERE starts_with(flag_id, ?) ORDER BY flag_id LIMIT 3
