SELECT r.as_of, s.id, s.hash, s.source, r.code_version, r.snapshot_id
FROM ops.run r, ops.rule_set s
