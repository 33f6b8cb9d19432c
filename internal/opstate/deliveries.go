package opstate

import "time"

// Delivery is how the publication to one of the council's own engines stands, such as "parquet".
type Delivery struct {
	LastSuccess time.Time `json:"last_success,omitzero"`
	Snapshot    string    `json:"snapshot,omitempty"` // of the last success
	Seconds     float64   `json:"seconds,omitempty"`
	Failures    int       `json:"failures"` // over the life of the instance
	LastFailure time.Time `json:"last_failure,omitzero"`
}

// Failing says whether the newest attempt failed.
func (d Delivery) Failing() bool { return d.LastFailure.After(d.LastSuccess) }

// Delivered records a publication to an engine that was finished. The caller holds the instance's lock.
func Delivered(dir, engine, snapshot string, at time.Time, took time.Duration) error {
	all := deliveriesSoFar(dir)
	d := all[engine]
	d.LastSuccess, d.Snapshot, d.Seconds = at, snapshot, took.Seconds()
	all[engine] = d
	return write(dir, deliveriesFile, all)
}

// DeliveryFailed counts a publication to an engine that failed. The caller holds the instance's lock.
func DeliveryFailed(dir, engine string, at time.Time) error {
	all := deliveriesSoFar(dir)
	d := all[engine]
	d.Failures, d.LastFailure = d.Failures+1, at
	all[engine] = d
	return write(dir, deliveriesFile, all)
}

// deliveriesSoFar begins again where they can't be read: what happens from now on must be recorded even then.
func deliveriesSoFar(dir string) map[string]Delivery {
	all := map[string]Delivery{}
	if err := read(dir, deliveriesFile, &all); err != nil {
		return map[string]Delivery{}
	}
	return all
}
