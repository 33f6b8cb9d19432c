//go:build !unix

package audit

import (
	"errors"
	"os"
)

// lock refuses where the system has no advisory lock that this package knows:
// two processes extending the log at once would break its chain.
func lock(*os.File) error {
	return errors.New("audit: this system has no file lock that the audit can use")
}

func unlock(*os.File) error { return nil }
