-- One week's looks.
SELECT * FROM staging.week_look WHERE week = $1 ORDER BY location_id
