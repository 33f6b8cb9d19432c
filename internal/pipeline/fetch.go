package pipeline

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"bellwether/ingest/cqcapi"
	"bellwether/internal/config"
	"bellwether/internal/instance"
	"bellwether/internal/version"
)

// cqcSource is the one source that can be asked over the network.
const cqcSource = "cqc_api"

// fetchEvery is how often the API is asked where the configuration says nothing.
const fetchEvery = 24 * time.Hour

// fetch asks a source for its newest data, if it is one that can be asked, is told to be, and is due; what comes is left in its inbox.
func (p *Pipeline) fetch(ctx context.Context, source string) error {
	set := p.cfg.Sources[source]
	if source != cqcSource || set.API == nil {
		return nil
	}
	job, err := p.cqcJob(set)
	if err != nil {
		return err
	}
	every := set.Every
	if every == 0 {
		every = fetchEvery
	}
	due, err := job.Due(every)
	if err != nil || !due {
		return err
	}
	p.progress.Say("asking the CQC API")
	r, err := job.Run(ctx)
	if err != nil {
		return err
	}
	line := fmt.Sprintf("CQC API, %s fetch: %d locations and %d providers", r.Mode, r.Locations, r.Providers)
	if r.Resumed > 0 {
		line += fmt.Sprintf(", %d of them read before an interruption", r.Resumed)
	}
	if n := len(r.Withdrawn); n > 0 {
		line += fmt.Sprintf("; %d withdrawn ids answered 404", n)
	}
	p.progress.Say(line)
	p.log.Info("the CQC API was read", "mode", string(r.Mode), "locations", r.Locations, "providers", r.Providers, "resumed", r.Resumed, "withdrawn", len(r.Withdrawn))
	return nil
}

func (p *Pipeline) cqcJob(set config.Source) (cqcapi.Job, error) {
	key, err := instance.ReadSecret(p.cfg.Path(set.API.KeyFile))
	if err != nil {
		return cqcapi.Job{}, fmt.Errorf("read the subscription key of the CQC API, named by sources.%s.api.key_file: %w", cqcSource, err)
	}
	areas := set.API.Areas
	if len(areas) == 0 {
		areas = p.cfg.Areas
	}
	var own *http.Client
	if p.client != nil {
		own = p.client(cqcSource)
	}
	inbox := p.cfg.Path(instance.Inbox, cqcSource)
	return cqcapi.Job{Areas: areas, Inbox: inbox, Dir: p.cfg.Path(instance.Inbox, cqcSource, ".fetch"), FullEvery: time.Duration(set.API.FullEveryDays) * 24 * time.Hour,
		Config: cqcapi.Config{Base: set.API.BaseURL, Key: key, PartnerCode: set.API.PartnerCode, UserAgent: "Bellwether/" + version.Version + " (care market monitoring by a local authority)", HTTP: own, Now: p.now}}, nil
}
