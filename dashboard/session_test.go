package dashboard

import (
	"testing"

	"bellwether/casework/accounts"
)

func TestSessionsBelongToAccounts(t *testing.T) {
	if keyUser != accounts.UserKey {
		t.Errorf("the session names its account under %q, the store looks under %q", keyUser, accounts.UserKey)
	}
}
