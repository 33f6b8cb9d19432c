package share

import (
	"context"
	"errors"
	"time"
)

// unfinished is how old an upload that was broken off must be before it is taken away. One that is under way is never as old: it is given
// hours at most, and a machine that tidies has just published.
const unfinished = 24 * time.Hour

// tidy takes away what machines that died while they published left behind, as much as a snapshot each and seen in no listing. What was
// published stays published if it can't: it is said once.
func (s *Store) tidy(ctx context.Context) {
	n, err := s.place.tidy(ctx, s.now().Add(-unfinished))
	if n > 0 {
		s.log.Info("what was left of publications that were broken off was taken away", "place", s.place.String(), "uploads", n)
	}
	if ctx.Err() != nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if err != nil && !s.untidy {
		s.log.Warn("what is left of publications that were broken off can't be taken away and takes room", "error", s.untidyError(err).Error())
	}
	s.untidy = err != nil
}

// untidyError says what is to be done so that uploads that were broken off go.
func (s *Store) untidyError(err error) error {
	err = s.place.explain("take away what was broken off", err)
	var known *Error
	if errors.As(err, &known) && known.Problem == Refused {
		if _, is := s.place.(*bucket); is {
			known.Next = "let the key list and abort uploads there (s3:ListBucketMultipartUploads, s3:AbortMultipartUpload), or give the bucket a lifecycle rule that ends incomplete uploads after a day"
		}
	}
	return err
}
