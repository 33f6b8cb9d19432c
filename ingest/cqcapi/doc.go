// Package cqcapi fetches bodies from CQC's syndication API and leaves them in a drop folder, where they are taken in like any other
// delivery.
//
// A fetch is one of three. The first asks for the list of each area and then for every location and provider on it. A daily one asks for
// the lists again, for what changed since the last fetch, reaching back 30 days because changes arrive late, and reads those that are
// watched. A full one reads everything watched again, on a fixed cycle, since the changes feed is a hint and no more.
//
// What was read is kept line by line beside the plan, so that an interrupted fetch goes on where it stopped. The file appears in the drop
// folder whole or not at all, and the watermark moves only then. Names of managers and nominated individuals are taken out before
// anything is written: only their roles are kept.
package cqcapi
