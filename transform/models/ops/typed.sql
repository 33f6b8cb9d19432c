-- The feed that comes in no file: how much intelligence people have typed, and how fresh it is on the run's date. What may not be shared never
-- entered core.intelligence.
SELECT count(*)::BIGINT AS notes, max(on_date) AS newest_on, max(known_from) AS newest_known FROM core.intelligence
