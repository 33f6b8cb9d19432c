SELECT '' AS run_id, TIMESTAMP '2000-01-01' AS started_at, TIMESTAMP '2000-01-01' AS finished_at, DATE '2000-01-01' AS as_of, '' AS rule_set,
       '' AS rule_set_hash, '' AS code_version, '' AS engine_version, '' AS snapshot_id, '' AS content_hash, '' AS pseudonym_key_id,
       0 AS format_version, '' AS council, '' AS marking
WHERE false
