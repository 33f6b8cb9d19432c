// Package runlog keeps what each run of the pipeline said of itself: one file a run in the instance's state folder, a structured line an
// event, written as it happens, so that a run that was killed has told how far it came. Every line carries the run's id, by which the
// service's own log, the metrics' exemplars, the snapshot and the footer of its pages know the run too.
//
// A run is never held up by its log: where nothing can be written, the lines are lost and the run goes on. A file is bounded, and so is
// how many are kept. No line holds a value of a delivered row: a file is known by its source and the start of its load's id, and what
// the engine quotes in an error is masked before it comes here.
package runlog
