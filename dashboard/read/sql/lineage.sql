-- Which table is made from which.
SELECT model, depends_on FROM ops.lineage ORDER BY model, depends_on
