-- Rows held back, with their reasons. No value of a personal field is ever here.
SELECT * FROM raw.quarantine ORDER BY source, file_name, row_no, column_name
