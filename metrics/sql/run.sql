SELECT rule_set, rule_set_hash, finished_at FROM ops.run LIMIT 1
