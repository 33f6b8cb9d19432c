-- The weekly looks: every week for which counts are kept, each seen as it was known at its end. They begin where the data begin, so that
-- the start of an episode, and with it the id of its flag, does not move from run to run.
SELECT week, ends_on FROM staging.week
UNION
SELECT look_week, (look_week + INTERVAL 6 DAY)::DATE FROM staging.run
