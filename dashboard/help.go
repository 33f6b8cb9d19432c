package dashboard

func helpPage(q *request) error {
	return q.page("help", "Help", helpView{Levels: q.cfg.Words.Levels, Group: q.cfg.Words.Group})
}
