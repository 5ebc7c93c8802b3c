//: descend
__device__ inline void change(const Element& e, const Numbers& n) {
    *e.w = *e.w - product(n.rate, penalized(e, n));
}

//: momentum
__device__ inline void change(const Element& e, const Numbers& n) {
    const float g = penalized(e, n);
    const float v = product(MOMENTUM, *e.a) + g;
    *e.a = v;
    *e.w = *e.w - product(n.rate, NESTEROV ? g + product(MOMENTUM, v) : v);
}

//: adam
__device__ inline void change(const Element& e, const Numbers& n) {
    const float g = penalized(e, n);
    const float m = product(BETA1, *e.a) + product(1.0f - BETA1, g);
    const float s = product(BETA2, *e.b) + product(product(1.0f - BETA2, g), g);
    *e.a = m;
    *e.b = s;
    *e.w = product(n.kept, *e.w) - product(n.rate, m) / (sqrtf(s) / n.correction + EPS);
}

//: scaled
__device__ inline void change(const Element& e, const Numbers& n) {
    const float g = penalized(e, n);
    const float s = product(ALPHA, *e.a) + product(product(SHARE, g), g);
    *e.a = s;
    float v = g / (sqrtf(s) + EPS);
    if (MOMENTUM != 0) {
        v = v + product(MOMENTUM, *e.b);
        *e.b = v;
    }
    *e.w = *e.w - product(n.rate, v);
}

//: replace
__device__ inline void change(const Element& e, const Numbers& n) {
    *e.w = *e.g;
}

//: blend
__device__ inline void change(const Element& e, const Numbers& n) {
    *e.g = *e.g + product(n.rate, *e.a - *e.g);
}

//: update
KERNEL NAME(float* w, float* g, float* a, float* b, uint64 count, uint64 rate_kept, uint64 penalty_correction,
            const Gate* gate) {
    if (gate->closed()) {
        return;
    }
    const Numbers n = {low(rate_kept), high(rate_kept), low(penalty_correction), high(penalty_correction)};
    FOR_EACH(i, count) {
        change({w + i, g + i, a + i, b + i}, n);
    }
}

//: unscale
// Gradients of parameters as they would be without the scale, which is a power of two.
KERNEL NAME(float* gradients, const uint64* ranges, Gate* gate) {
    const float factor = 1.0f / gate->scale;
    for (int range = 0; range < RANGES; range++) {
        float* g = gradients + ranges[2 * range];
        FOR_EACH(i, ranges[2 * range + 1]) {
            const float v = g[i] * factor;
            g[i] = v;
            if (!(v - v == 0)) {
                gate->lost = 1; // whoever writes writes this
            }
        }
    }
}

//: rescale
// Behind all updates of a step, by one thread (Micikevicius et al. 2018).
KERNEL NAME(Gate* gate) {
    if (blockIdx.x != 0 || threadIdx.x != 0 || gate->run != 0) {
        return;
    }
    if (gate->lost != 0) {
        gate->scale /= 2;
        gate->good = 0;
        gate->lost = 0;
        gate->skipped++;
    } else if (++gate->good == PATIENCE) {
        gate->scale = gate->scale < MOST ? gate->scale * 2 : gate->scale;
        gate->good = 0;
    }
}
