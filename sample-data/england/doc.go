// Package england makes a fictional country of England's size in the real feed formats, so that speed and memory can be measured at the
// scale of the largest user there could be: 50,000 active and 70,000 closed locations, ten years of 6.4 million safeguarding concerns,
// 1.9 million section 42 enquiries, 2 million complaints and half a million care packages, and the ratings history of every location.
//
// Everything in it is invented: names, ids outside CQC's ranges, postcodes in an area that is not in use. It has no planted stories, so it
// says nothing about how well signals are found; the fictional county of the package gen is for that. The same options give the same bytes.
package england
