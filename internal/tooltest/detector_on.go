//go:build race

package tooltest

// Detector says that the race detector watches this test. It makes a program five to twenty times as slow and as large, so bounds on time and
// memory say nothing of the program then; what is promised besides them is tested all the same.
const Detector = true
