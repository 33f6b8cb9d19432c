package cqc_test

import "bellwether/ingest"

type decoder = ingest.Decoder
