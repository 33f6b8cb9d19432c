-- The last complete week of the snapshot; empty when the warehouse is.
SELECT max(week) AS week FROM mart.market_week
