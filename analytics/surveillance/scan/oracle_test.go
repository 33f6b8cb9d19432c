package scan

import (
	"testing"

	"bellwether/analytics/surveillance/internal/oracletest"
)

// Closed forms: relative tolerance 1e-9.
const tolerance = 1e-9

func TestReferenceLikelihoodRatios(t *testing.T) {
	for _, r := range oracletest.Read(t, "methods/llr_table.csv") {
		x, mu, phi, rho := r.Float(t, "x"), r.Float(t, "mu"), r.Float(t, "phi"), r.Float(t, "rho")
		name := "x=" + r["x"] + " mu=" + r["mu"] + " phi=" + r["phi"] + " rho=" + r["rho"]
		oracletest.Close(t, "NB1 "+name, NB1(int(x), mu, phi, rho), r.Float(t, "llr_nb1"), tolerance)
		oracletest.Close(t, "Poisson "+name, Poisson(x, mu, rho), r.Float(t, "llr_poisson"), tolerance)
	}
}

func TestReferenceScanIncrements(t *testing.T) {
	for _, r := range oracletest.Read(t, "methods/gps_scan_llr.csv") {
		phi, a := r.Float(t, "phi"), r.Float(t, "a")
		got := GammaPoisson(r.Float(t, "O")/phi, r.Float(t, "E")/phi, a, a/r.Float(t, "m"), r.Float(t, "rho"))
		oracletest.Close(t, "O="+r["O"]+" E="+r["E"]+" a="+r["a"]+" m="+r["m"]+" rho="+r["rho"], got, r.Float(t, "llr"), tolerance)
	}
}
