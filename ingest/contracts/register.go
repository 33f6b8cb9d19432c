package contracts

import "bellwether/ingest/tabular"

// register reads a council's published register of contracts. Registers differ in their headings; the contract's synonyms know
// those met. A line whose supplier was redacted is kept as published.
var register = tabular.Spec{Table: "contract_register", Needed: []string{"supplier_name"}}
