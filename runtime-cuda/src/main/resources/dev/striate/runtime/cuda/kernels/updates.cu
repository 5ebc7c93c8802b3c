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
// Ranges are cut into pieces, which are dealt out to the blocks. That of a piece is the last one with no more pieces before it.
KERNEL NAME(float* w, float* g, float* a, float* b, const Range* ranges, uint64 number, uint64 pieces, const Gate* gate) {
    if (gate->closed()) {
        return;
    }
    for (uint64 piece = blockIdx.x; piece < pieces; piece += gridDim.x) {
        uint64 own = 0;
        for (uint64 behind = number; behind - own > 1;) {
            const uint64 middle = (own + behind) / 2;
            (ranges[middle].piece <= piece ? own : behind) = middle;
        }
        const Range& range = ranges[own];
        const uint64 end = (piece - range.piece + 1) * PIECE;
        for (uint64 i = end - PIECE + threadIdx.x; i < end && i < range.count; i += BLOCK) {
            const uint64 weight = range.first + i, state = range.state + i;
            change({w + weight, g + weight, a + state, b + state}, range.numbers);
        }
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
