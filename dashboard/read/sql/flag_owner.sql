-- Over every provider: whose flag it is decides who may see it, and a refusal is recorded, which a flag that isn't there would not be.
-- The provider that a flag is about.
SELECT provider_id FROM analytics.flag WHERE flag_id = $id
