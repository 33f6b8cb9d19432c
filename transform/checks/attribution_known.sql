-- severity: fail
-- Every concern's attribution is one of the five measures.
SELECT concern_id FROM core.concern WHERE attribution NOT IN ('provider', 'unknown_source', 'raised_by_provider', 'others_at_address', 'resident_on_resident')
