SELECT provider_id FROM analytics.provider_level WHERE ? = '' OR provider_id = ? ORDER BY provider_id
