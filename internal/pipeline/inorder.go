package pipeline

import (
	"context"
	"runtime"

	"golang.org/x/sync/errgroup"
)

// inOrder does n pieces of work, several at once, and hands over what each gave in the order of the pieces, whichever was done first. As many
// pieces as there are cores, and one more, are in hand at a time, so that what waits to be taken stays small.
func inOrder[T any](ctx context.Context, n int, do func(ctx context.Context, i int) (T, error), take func(T) error) error {
	g, ctx := errgroup.WithContext(ctx)
	pieces := make(chan chan T, runtime.GOMAXPROCS(0))
	g.Go(func() error {
		defer close(pieces)
		for i := range n {
			piece := make(chan T, 1)
			select {
			case pieces <- piece:
			case <-ctx.Done():
				return ctx.Err()
			}
			g.Go(func() error {
				out, err := do(ctx, i)
				if err == nil {
					piece <- out
				}
				return err
			})
		}
		return nil
	})
	g.Go(func() error {
		for piece := range pieces {
			select {
			case out := <-piece:
				if err := take(out); err != nil {
					return err
				}
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		return nil
	})
	return g.Wait()
}
