SELECT min(week), max(week) FROM mart.look
