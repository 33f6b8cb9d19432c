// Package scan asks, of one provider, whether its recent weeks are likelier
// under a raised rate than under its own usual one: windows of different
// length, multipliers of different size and several streams, with the evidence
// of streams added and the rest averaged.
package scan

import "math"

// GammaPoisson returns the log marginal likelihood ratio of "rate times rho"
// against "no change" for o events where e were expected by the peers' rate,
// when the provider's relative rate has a gamma distribution of the given
// shape and rate (all in the same, possibly dispersion-scaled, units):
//
//	o log rho + (shape+o) log((rate+e)/(rate+rho e))
//
// As the baseline becomes certain it tends to the Poisson increment. o and e
// must be >= 0 and shape, rate, rho > 0; anything else gives 0, no evidence.
func GammaPoisson(o, e, shape, rate, rho float64) float64 {
	if !(o >= 0 && e >= 0 && shape > 0 && rate > 0 && rho > 0) {
		return 0
	}
	return finite(o*math.Log(rho) - (shape+o)*math.Log1p((rho-1)*e/(rate+e)))
}

// Poisson returns the log likelihood ratio of mean rho*mu against mu for x
// events: x log rho - (rho-1) mu. mu >= 0, rho > 0; anything else gives 0.
func Poisson(x, mu, rho float64) float64 {
	if !(x >= 0 && mu >= 0 && rho > 0) {
		return 0
	}
	return finite(x*math.Log(rho) - (rho-1)*mu)
}

// NB1 returns the log likelihood ratio of mean rho*mu against mu for x events
// of a negative binomial whose variance is phi times its mean, with
// kappa = mu/(phi-1):
//
//	lgamma(x+rho kappa) - lgamma(rho kappa) - lgamma(x+kappa) + lgamma(kappa) - (rho-1) kappa log phi
//
// phi <= 1 is Poisson. mu >= 0, rho > 0; anything else gives 0.
func NB1(x int, mu, phi, rho float64) float64 {
	if x < 0 || !(mu >= 0 && rho > 0) {
		return 0
	}
	if !(phi > 1+1e-9) {
		return Poisson(float64(x), mu, rho)
	}
	kappa := mu / (phi - 1)
	l := -(rho - 1) * kappa * math.Log(phi)
	if x == 0 {
		return finite(l)
	}
	if kappa == 0 {
		return 0
	}
	if x <= 64 { // the product form keeps digits where the gammas cancel
		l += math.Log(rho)
		for j := 1; j < x; j++ {
			l += math.Log((rho*kappa + float64(j)) / (kappa + float64(j)))
		}
		return finite(l)
	}
	a, _ := math.Lgamma(float64(x) + rho*kappa)
	b, _ := math.Lgamma(rho * kappa)
	c, _ := math.Lgamma(float64(x) + kappa)
	d, _ := math.Lgamma(kappa)
	return finite(l + a - b - c + d)
}

// finite turns what cannot be represented into no evidence.
func finite(v float64) float64 {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return 0
	}
	return v
}

// LogMeanExp returns log(mean(exp(x))), stable for large x; nothing gives 0.
func LogMeanExp(x []float64) float64 {
	if len(x) == 0 {
		return 0
	}
	top := math.Inf(-1)
	for _, v := range x {
		top = math.Max(top, v)
	}
	if math.IsInf(top, 0) || math.IsNaN(top) {
		return 0
	}
	t := 0.0
	for _, v := range x {
		t += math.Exp(v - top)
	}
	return top + math.Log(t/float64(len(x)))
}
