-- The indicators that this snapshot keeps week by week: a snapshot of an older version may lack some.
SELECT column_name AS name FROM (DESCRIBE mart.look)
