-- What the run that made the snapshot says of itself.
SELECT snapshot_id, content_hash, as_of, council, marking, rule_set, rule_set_hash, code_version FROM ops.run LIMIT 1
