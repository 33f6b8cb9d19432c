package schemas

import _ "embed"

// OpenAPI is the description of the API, version 3.1, as the server gives it at /api/v1/openapi.json.
//
//go:embed openapi.json
var OpenAPI []byte
