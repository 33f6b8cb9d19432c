package dashboard

import "bellwether/dashboard/page"

func helpPage(q *page.Request) error {
	return q.Page("help", "Help", helpView{Levels: q.Config.Words.Levels, Group: q.Config.Words.Group})
}
