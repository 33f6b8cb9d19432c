-- One week's looks, in no order.
SELECT * FROM staging.week_look WHERE week = $1
