SELECT CAST(COLUMNS(*) AS VARCHAR) FROM analytics.flag f WHERE ? = '' OR f.flag_id = ?
