SELECT level_name, count(*) FROM analytics.provider_level GROUP BY level_name
