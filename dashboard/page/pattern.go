package page

import (
	"net/http"
	"sync"
)

// patterns finds a request's route without serving it.
type patterns struct {
	once sync.Once
	mux  *http.ServeMux
}

// Pattern gives the route that would serve a request, such as "GET /providers/{id}", so that requests can be counted without ever
// naming what they asked for.
func (s *Server) Pattern(r *http.Request) string {
	s.patterns.once.Do(func() { s.patterns.mux = s.mux() })
	_, p := s.patterns.mux.Handler(r)
	return p
}
