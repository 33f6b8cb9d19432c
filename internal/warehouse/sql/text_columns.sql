-- Every column of text of every table of the open database, in a fixed order.
SELECT schema_name, table_name, column_name
FROM duckdb_columns()
WHERE NOT internal AND data_type = 'VARCHAR' AND database_name = current_database()
  AND table_oid IN (SELECT table_oid FROM duckdb_tables() WHERE NOT internal)
ORDER BY 1, 2, 3
