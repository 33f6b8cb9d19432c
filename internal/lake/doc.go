// Package lake gives what a published snapshot says of the market to engines that the council runs itself: as a folder of Parquet parted in
// the Hive manner, each publication with a manifest of hashes.
//
// It is not a way out of the house. Counts are as they are, without disclosure control: what leaves for somebody else goes through
// `bellwether release`. What is published is named column by column in tables.yml: counts by service and week, the public register, and what the
// signals say. A line about one person, a pseudonym, a case's reference and everything that people decided stay behind, and restricted
// cases never entered the snapshot.
//
// A reader meets a whole publication or the one before it: a publication is made under a name of its own, brought to rest, and only then
// does the link "current" move to it.
package lake
