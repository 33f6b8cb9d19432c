-- How much work the flags make against the agreed share, and whether capacity binds.
SELECT CAST(providers AS BIGINT) AS providers, CAST(at_concern AS BIGINT) AS at_concern, CAST(at_any AS BIGINT) AS at_any, CAST(concern_capacity AS BIGINT) AS concern_capacity,
       CAST(any_capacity AS BIGINT) AS any_capacity, concern_binds = 1 OR any_binds = 1 AS binds, CAST(below_line AS BIGINT) AS below_line
FROM analytics.alert_load
