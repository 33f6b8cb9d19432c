-- severity: warn
-- No service says that more beds are in use than it has.
SELECT location_id FROM core.capacity WHERE is_newest AND occupied > beds
