// Package templates holds the pages' templates: layout.html stands around every page, parts.html and analytics.html are shared, and each
// other file is one page.
package templates

import "embed"

// Files are the templates by their file names.
//
//go:embed *.html
var Files embed.FS
