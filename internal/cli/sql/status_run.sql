SELECT council, snapshot_id, as_of, finished_at, rule_set || '@' || left(rule_set_hash, 4) FROM ops.run LIMIT 1
