SELECT pseudonym_key_id FROM ops.run LIMIT 1
