package farrington

import (
	"math"

	"gonum.org/v1/gonum/mathext"
)

// glm is a quasi-Poisson regression with a log link, fitted the way R's glm is:
// iteratively reweighted least squares from means of y + 0.1, until the deviance
// changes by less than 1e-8 of itself. Where a season has no event at all the
// fit creeps towards nought without end, so where it stops is part of the
// published method.
type glm struct {
	n, p      int
	x         []float64 // row-major
	y, weight []float64
	mu, eta   []float64
	beta      []float64
	w         []float64 // working weights of the last step
	q, r      []float64 // of the last step: orthonormal columns, triangle
	used      []bool    // false for a column that others already span
	converged bool
	rank      int
}

const (
	glmSteps     = 25
	glmTolerance = 1e-8
	glmFloor     = 2.220446049250313e-16 // R's least mean
	glmAliased   = 1e-7
)

func newGLM(y []float64, x []float64, p int) *glm {
	n := len(y)
	g := &glm{n: n, p: p, x: x, y: y}
	g.weight, g.mu, g.eta, g.w = make([]float64, n), make([]float64, n), make([]float64, n), make([]float64, n)
	g.q, g.r, g.beta, g.used = make([]float64, n*p), make([]float64, p*p), make([]float64, p), make([]bool, p)
	for i := range g.weight {
		g.weight[i] = 1
	}
	return g
}

// fit runs the iteration from its start.
func (g *glm) fit() {
	for i, y := range g.y {
		g.mu[i] = y + 0.1
		g.eta[i] = math.Log(g.mu[i])
	}
	g.converged = false
	before := g.deviance()
	for range glmSteps {
		g.step()
		for i := range g.eta {
			e := 0.0
			for j := range g.p {
				e += g.x[i*g.p+j] * g.beta[j]
			}
			g.eta[i] = e
			g.mu[i] = math.Max(math.Exp(e), glmFloor)
		}
		now := g.deviance()
		if math.IsNaN(now) || math.IsInf(now, 0) {
			return
		}
		if math.Abs(now-before)/(math.Abs(now)+0.1) < glmTolerance {
			g.converged = true
			return
		}
		before = now
	}
}

func (g *glm) deviance() float64 {
	d := 0.0
	for i, y := range g.y {
		t := g.mu[i] - y
		if y > 0 {
			t += y * math.Log(y/g.mu[i])
		}
		d += 2 * g.weight[i] * t
	}
	return d
}

// step solves one weighted least-squares problem by Gram-Schmidt, twice over
// for orthogonality. A column within 1e-7 of the span of those before it is
// left out, as R leaves it out.
func (g *glm) step() {
	z := make([]float64, g.n)
	for i := range z {
		g.w[i] = math.Sqrt(g.weight[i] * g.mu[i])
		z[i] = (g.eta[i] + (g.y[i]-g.mu[i])/g.mu[i]) * g.w[i]
	}
	clear(g.r)
	g.rank = 0
	qz := make([]float64, g.p)
	for j := range g.p {
		col := g.q[j*g.n : (j+1)*g.n]
		whole := 0.0
		for i := range col {
			col[i] = g.x[i*g.p+j] * g.w[i]
			whole += col[i] * col[i]
		}
		for range 2 {
			for k := range j {
				if !g.used[k] {
					continue
				}
				c := dot(g.q[k*g.n:(k+1)*g.n], col)
				g.r[k*g.p+j] += c
				axpy(-c, g.q[k*g.n:(k+1)*g.n], col)
			}
		}
		norm := math.Sqrt(dot(col, col))
		g.used[j] = norm > glmAliased*math.Sqrt(whole) && norm > 0
		if !g.used[j] {
			clear(col)
			continue
		}
		g.rank++
		g.r[j*g.p+j] = norm
		for i := range col {
			col[i] /= norm
		}
		qz[j] = dot(col, z)
	}
	for j := g.p - 1; j >= 0; j-- {
		g.beta[j] = 0
		if !g.used[j] {
			continue
		}
		s := qz[j]
		for k := j + 1; k < g.p; k++ {
			s -= g.r[j*g.p+k] * g.beta[k]
		}
		g.beta[j] = s / g.r[j*g.p+j]
	}
}

func dot(a, b []float64) float64 {
	s := 0.0
	for i, v := range a {
		s += v * b[i]
	}
	return s
}

func axpy(c float64, x, y []float64) {
	for i, v := range x {
		y[i] += c * v
	}
}

// dispersion is Pearson's chi-square with the last step's weights over its
// degrees of freedom; nought when there are none.
func (g *glm) dispersion() float64 {
	df := g.n - g.rank
	if df <= 0 {
		return 0
	}
	s := 0.0
	for i, y := range g.y {
		res := (y - g.mu[i]) / g.mu[i]
		s += g.w[i] * g.w[i] * res * res
	}
	return s / float64(df)
}

// leverage is the diagonal of the hat matrix at i.
func (g *glm) leverage(i int) float64 {
	h := 0.0
	for j := range g.p {
		h += g.q[j*g.n+i] * g.q[j*g.n+i]
	}
	return h
}

// se is the standard error of the linear predictor at x for dispersion 1.
func (g *glm) se(x []float64) float64 {
	z := make([]float64, g.p) // R' z = x
	v := 0.0
	for j := range g.p {
		if !g.used[j] {
			continue
		}
		s := x[j]
		for k := range j {
			s -= g.r[k*g.p+j] * z[k]
		}
		z[j] = s / g.r[j*g.p+j]
		v += z[j] * z[j]
	}
	return math.Sqrt(v)
}

// pValue is the two-sided p-value of coefficient j by Student's t.
func (g *glm) pValue(j int) float64 {
	e := make([]float64, g.p)
	e[j] = 1
	phi := g.dispersion()
	df := float64(g.n - g.rank)
	if !g.used[j] || !(phi > 0) || df <= 0 {
		return 1
	}
	t := g.beta[j] / (g.se(e) * math.Sqrt(phi))
	return mathext.RegIncBeta(df/2, 0.5, df/(df+t*t))
}
