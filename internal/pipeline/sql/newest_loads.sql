SELECT count(*) || ' ' || coalesce(max(loaded_at)::VARCHAR, '') FROM ops.load
