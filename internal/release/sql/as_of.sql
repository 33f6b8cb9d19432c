-- The day up to which the snapshot knows.
SELECT as_of FROM ops.run ORDER BY as_of DESC LIMIT 1
