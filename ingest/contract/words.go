package contract

// FieldWords is a field in words, as the data dictionary shows it.
type FieldWords struct {
	Name, Kind, Says, Allowed, Personal string
	Found                               []string // headings under which it is found
}

// Words puts a field into words.
func (f *Field) Words() FieldWords {
	return FieldWords{Name: f.Name, Kind: f.kindWords(), Says: f.Description, Allowed: f.allowed(), Personal: f.personalWords(), Found: f.Synonyms}
}
