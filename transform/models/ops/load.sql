-- The ledger of loads, as it stood when this snapshot was made.
SELECT * FROM raw.load ORDER BY received_on, source, file_name, load_id
