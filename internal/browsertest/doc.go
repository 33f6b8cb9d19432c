// Package browsertest drives Chromium for the tests that need a real browser: it starts one, runs steps in it, leaves one page for the next
// soundly, and collects what the browser complains of. All but this page of it is built with the tag browser.
package browsertest
