package replay

import _ "embed"

var (
	//go:embed sql/looks.sql
	looksSQL string
	//go:embed sql/signals.sql
	signalsSQL string
	//go:embed sql/incidents.sql
	incidentsSQL string
	//go:embed sql/span.sql
	spanSQL string
	//go:embed sql/providers.sql
	providersSQL string
	//go:embed sql/decisions.sql
	decisionsSQL string
	//go:embed sql/rule_set.sql
	ruleSetSQL string
	//go:embed sql/recording.sql
	recordingSQL string
	//go:embed sql/flag.sql
	flagSQL string
	//go:embed sql/flag_ids.sql
	flagIDsSQL string
	//go:embed sql/evidence.sql
	evidenceSQL string
	//go:embed sql/flag_evidence.sql
	flagEvidenceSQL string
)

// FlagEvidenceSQL is the query for the rows behind every flag; the pipeline makes analytics.flag_evidence of it, and an explanation
// asks it again.
func FlagEvidenceSQL() string { return flagEvidenceSQL }
