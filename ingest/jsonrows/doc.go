// Package jsonrows cuts a JSON delivery into the values it is made of, so that one broken value costs only itself.
//
// A delivery is one object, an array of objects, or one object a line. Values are found by their brackets and quotes alone;
// whoever decodes a value learns whether it is sound. A number that is not JSON, which public services have been seen to send
// ("1e9999" for a sum too large, "250 000" for a sum with a space), can be repaired to null, one by one and counted.
//
// The lenient types read what public services vary: text given as a number, a number given as text, one object where a list of
// one was expected, and null for nothing.
package jsonrows
