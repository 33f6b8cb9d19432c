package page

import (
	"fmt"
	"net/http"

	"github.com/klauspost/compress/gzhttp"
)

// packAbove is the size in bytes from which packing an answer is worth its head.
const packAbove = 1 << 10

// compressed packs pages, tables and answers of the API. Each answer's length is blurred by up to 32 random bytes: a page repeats what its
// address says beside what others mustn't learn, and a length that tells how well the two agree would be a way to guess.
// Static files come packed already, and what is not text is left as it is.
func compressed(next http.Handler) (http.Handler, error) {
	wrap, err := gzhttp.NewWrapper(gzhttp.MinSize(packAbove), gzhttp.CompressionLevel(5), gzhttp.EnableZstd(false), gzhttp.RandomJitter(32, 0, true),
		gzhttp.ContentTypes([]string{"text/html", "text/csv", "text/calendar", "text/plain", "application/json", "image/svg+xml"}))
	if err != nil {
		return nil, fmt.Errorf("page: compression: %w", err)
	}
	return wrap(next), nil
}
