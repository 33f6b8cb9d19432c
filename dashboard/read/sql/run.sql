-- The run that made this snapshot; the newest, should a snapshot carry the log of several.
SELECT run_id, as_of, started_at, finished_at, rule_set, rule_set_hash, code_version, engine_version, snapshot_id, content_hash
FROM ops.run
ORDER BY finished_at DESC NULLS LAST, run_id DESC
LIMIT 20
