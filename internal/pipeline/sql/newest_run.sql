SELECT as_of, rule_set_hash, code_version, pseudonym_key_id FROM ops.run LIMIT 1
