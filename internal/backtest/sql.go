package backtest

import _ "embed"

var (
	//go:embed sql/outcomes.sql
	outcomesSQL string
	//go:embed sql/looks.sql
	looksSQL string
	//go:embed sql/homes.sql
	homesSQL string
	//go:embed sql/ratings.sql
	ratingsSQL string
	//go:embed sql/editions.sql
	editionsSQL string
	//go:embed report.html.tmpl
	reportTemplate string
)
