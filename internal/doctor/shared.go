package doctor

import (
	"context"
	"errors"
	"time"

	"bellwether/internal/share"
)

// shareWithin is how long the shared place may take to answer.
const shareWithin = 20 * time.Second

// shared: the folder or bucket through which machines share snapshots can be read, and written unless this machine only follows.
func (e *examination) shared(ctx context.Context) {
	place, err := share.Open(e.Config, e.Now, nil)
	if err != nil {
		e.fail("sharing", err.Error(), "correct snapshots.share and what belongs to it")
		return
	}
	if place == nil {
		return // nothing is shared
	}
	ctx, cancel := context.WithTimeout(ctx, shareWithin)
	defer cancel()
	trial, err := place.Try(ctx)
	if trial.Dated {
		e.against("that of "+trial.Place, trial.Ahead, "a bucket refuses whoever signs at another time, most beyond 15 minutes")
	}
	switch {
	case err != nil:
		e.fail("sharing", err.Error(), nextOf(err, "see that the place answers, and run `bellwether doctor` again"))
	case trial.Write != nil:
		e.warn("sharing", "this machine can read what is shared and can't write: "+trial.Write.Error(), "that is enough for `bellwether serve --follow`; a machine that runs the pipeline must be let write: "+nextOf(trial.Write, "check its rights"))
	case trial.Tidy != nil:
		e.warn("sharing", trial.Place+" can be read and written, but uploads that were broken off stay there unseen and take room: "+trial.Tidy.Error(), nextOf(trial.Tidy, "give the bucket a lifecycle rule that ends incomplete uploads after a day"))
	default:
		e.ok("sharing", "%s can be read and written; %d snapshots are published there", trial.Place, trial.Published)
	}
}

func nextOf(err error, otherwise string) string {
	var known *share.Error
	if errors.As(err, &known) && known.Next != "" {
		return known.Next
	}
	return otherwise
}
