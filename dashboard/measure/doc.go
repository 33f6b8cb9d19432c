// Package measure says how each indicator of the catalogue is summed up over many services and compared between providers: which figure
// stands for a group, how sure it is, what the disclosure rule leaves of it, and which providers lie beyond what chance explains.
//
// It is pure: numbers of a snapshot in, figures out.
package measure
