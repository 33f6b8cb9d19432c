-- The signals, a unit's together: a page asks for one unit's at a time.
SELECT * FROM scratch.signal
ORDER BY unit_kind, unit_id, week, method, stream
