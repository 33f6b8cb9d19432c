-- How much there is to replay.
SELECT count(*) FROM mart.look
