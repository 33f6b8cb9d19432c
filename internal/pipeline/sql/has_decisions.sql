SELECT count(*) FROM duckdb_tables() WHERE schema_name = 'ops' AND table_name = 'decisions'
