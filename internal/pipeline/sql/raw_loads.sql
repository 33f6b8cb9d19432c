SELECT count(*) || ' ' || coalesce(max(loaded_at)::VARCHAR, '') FROM load
