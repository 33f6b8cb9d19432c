-- The newest day that the rows of each load tell of.
SELECT load_id, data_to FROM load WHERE data_to IS NOT NULL ORDER BY load_id
