SELECT coalesce(max(book_hash), '') FROM core.match_decision
