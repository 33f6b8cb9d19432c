// Package apitest starts the API of package apiserver for tests.
package apitest

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"bellwether/ingest/cqcapi/apiserver"
)

// Key is the subscription key that the server accepts.
const Key = apiserver.Key

// Fault makes an answer to a request; false lets the request through to the API proper.
type Fault = apiserver.Fault

type api = apiserver.Server

// Server is the API on a port of its own.
type Server struct {
	*api
	web *httptest.Server
}

// New starts the API with a county of locations: each has a provider of its own and a manager with a name.
func New(t testing.TB, area string, ids ...string) *Server {
	t.Helper()
	s := &Server{api: apiserver.New()}
	for _, id := range ids {
		s.Add(area, id)
	}
	s.web = httptest.NewServer(s.api)
	t.Cleanup(s.web.Close)
	return s
}

// Base is the address that stands for the API's.
func (s *Server) Base() string { return s.web.URL + "/public/v1" }

// Client is an HTTP client for the server.
func (s *Server) Client() *http.Client { return s.web.Client() }
