SELECT coalesce(max(sha256), '') FROM ops.decisions
