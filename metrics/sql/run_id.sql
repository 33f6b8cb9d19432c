SELECT run_id, finished_at FROM ops.run LIMIT 1
