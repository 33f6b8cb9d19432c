// Package digest writes and sends the weekly summary. It points and doesn't tell: how many items wait, how many actions are late, which
// sources are overdue, and where to look. No provider, no person and no restricted case is in it; whoever wants to know signs in.
//
// Each role gets what its role may see. A week's digest goes to each address once, however often it is asked for.
package digest
