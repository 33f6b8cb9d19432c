-- After a replay every open row was resolved and those that failed again were added anew, with their first date: the older record of
-- the same row goes.
DELETE FROM quarantine
WHERE load_id = ? AND resolved_at = ? AND EXISTS (
    SELECT 1 FROM quarantine newer
    WHERE newer.load_id = quarantine.load_id AND newer.table_name = quarantine.table_name AND newer.row_no = quarantine.row_no
      AND newer.resolved_at IS NULL)
