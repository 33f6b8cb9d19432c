package gen

import (
	"hash/fnv"
	"math"
)

// rng is a splitmix64 generator. It is written out here rather than taken from the standard
// library so that committed files do not depend on a Go release.
type rng struct{ state uint64 }

// stream returns a generator named by its parts: two different names never share draws.
func stream(seed uint64, parts ...string) *rng {
	h := fnv.New64a()
	for _, p := range parts {
		_, _ = h.Write([]byte(p))
		_, _ = h.Write([]byte{0})
	}
	r := &rng{state: seed ^ h.Sum64()}
	r.next()
	return r
}

func (r *rng) next() uint64 {
	r.state += 0x9e3779b97f4a7c15
	z := r.state
	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9
	z = (z ^ (z >> 27)) * 0x94d049bb133111eb
	return z ^ (z >> 31)
}

// float is uniform on [0, 1).
func (r *rng) float() float64 { return float64(r.next()>>11) / (1 << 53) }

// intn is uniform on 0..n-1; the bias of the modulus is far below anything visible here.
func (r *rng) intn(n int) int { return int(r.next() % uint64(n)) }

// between is uniform on lo..hi, both included.
func (r *rng) between(lo, hi int) int { return lo + r.intn(hi-lo+1) }

func (r *rng) chance(p float64) bool { return r.float() < p }

func (r *rng) normal() float64 {
	u := 1 - r.float()
	return math.Sqrt(-2*math.Log(u)) * math.Cos(2*math.Pi*r.float())
}

// gamma has the given shape and a mean of 1 (Marsaglia and Tsang 2000, with the usual boost
// for shapes below one).
func (r *rng) gamma(shape float64) float64 { return r.gammaRaw(shape) / shape }

func (r *rng) gammaRaw(shape float64) float64 {
	if shape < 1 {
		u := 1 - r.float()
		return r.gammaRaw(shape+1) * math.Pow(u, 1/shape)
	}
	d := shape - 1.0/3
	c := 1 / math.Sqrt(9*d)
	for {
		x := r.normal()
		v := 1 + c*x
		if v <= 0 {
			continue
		}
		v = v * v * v
		u := 1 - r.float()
		if math.Log(u) < 0.5*x*x+d-d*v+d*math.Log(v) {
			return d * v
		}
	}
}

func (r *rng) poisson(mean float64) int {
	if mean <= 0 {
		return 0
	}
	limit, product := math.Exp(-mean), r.float()
	n := 0
	for product > limit {
		product *= r.float()
		n++
	}
	return n
}

// negbin has the given mean and a variance of phi times the mean.
func (r *rng) negbin(mean, phi float64) int {
	if mean <= 0 {
		return 0
	}
	if phi <= 1 {
		return r.poisson(mean)
	}
	return r.poisson(r.gammaRaw(mean/(phi-1)) * (phi - 1))
}

// choice is one value of a weighted list.
type choice struct {
	weight float64
	value  string
}

func (r *rng) pick(from []choice) string {
	total := 0.0
	for _, c := range from {
		total += c.weight
	}
	x := r.float() * total
	for _, c := range from {
		if x -= c.weight; x < 0 {
			return c.value
		}
	}
	return from[len(from)-1].value
}

func (r *rng) oneOf(from ...string) string { return from[r.intn(len(from))] }

// shuffle returns 0..n-1 in random order.
func (r *rng) shuffle(n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = i
	}
	for i := n - 1; i > 0; i-- {
		j := r.intn(i + 1)
		out[i], out[j] = out[j], out[i]
	}
	return out
}
