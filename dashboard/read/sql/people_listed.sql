-- Over every provider: the number that a share is a share of.
-- The people on the councils' lists.
SELECT CAST(count(DISTINCT person_ref) AS BIGINT) AS people FROM core.placement WHERE is_current
