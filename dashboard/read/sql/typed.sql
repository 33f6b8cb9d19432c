-- How much intelligence people have typed, and how fresh it is.
SELECT notes, newest_on, newest_known FROM ops.typed
