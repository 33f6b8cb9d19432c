-- The weekly looks: every week for which counts are kept, each seen as it was known at its end, and the week that is still running,
-- seen as known on the run's date, so that a notice of this morning is not left until Sunday. They begin where the data begin, so that
-- the start of an episode, and with it the id of its flag, does not move from run to run. Looks are numbered in their order from 0, a week apart.
SELECT week, ends_on, (row_number() OVER (ORDER BY week) - 1)::INTEGER AS look_no FROM (
    SELECT week, ends_on FROM staging.week
    UNION
    SELECT look_week, (look_week + INTERVAL 6 DAY)::DATE FROM staging.run
    UNION
    SELECT date_trunc('week', as_of)::DATE, as_of FROM staging.run WHERE date_trunc('week', as_of)::DATE > look_week
)
