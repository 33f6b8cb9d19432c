package dashboard

import "bellwether/dashboard/page"

// helpView is the help page.
type helpView struct {
	Levels [4]string
	Group  string
}

// helpPage says how to read Bellwether; it is the one page that belongs to no room.
func helpPage(q *page.Request) error {
	return q.Page("help", "Help", helpView{Levels: q.Config.Words.Levels, Group: q.Config.Words.Group})
}
