//: pointwise
KERNEL NAME(PARAMETERS) {
    FOR_EACH(i, COUNT) {
        BODY
    }
}

//: fill
KERNEL NAME(float* y) {
    FOR_EACH(i, COUNT) {
        y[i] = VALUE;
    }
}

//: gather
// Each element of y from one of x, or from nowhere.
KERNEL NAME(const float* x, float* y) {
    FOR_EACH(i, COUNT) {
        const int from = source(i);
        y[i] = from < 0 ? OUTSIDE : x[from] / DIVISOR;
    }
}

//: scatter
// Each element of x to a place of y of its own.
KERNEL NAME(const float* x, float* y) {
    FOR_EACH(i, COUNT) {
        y[target(i)] = x[i];
    }
}

//: dropout
KERNEL NAME(const float* x, const Moment* now, float* y) {
    FOR_EACH(i, COUNT) {
        y[i] = x[i] * (uniform(now, STREAM, i / UNIT) < P ? 0.0f : FACTOR);
    }
}

//: gaussian_noise
KERNEL NAME(const float* x, const Moment* now, float* y) {
    FOR_EACH(i, COUNT) {
        y[i] = x[i] + SIGMA * normal(now, STREAM, i);
    }
}

//: random_normal
KERNEL NAME(const Moment* now, float* y) {
    FOR_EACH(i, COUNT) {
        y[i] = MEAN + SIGMA * normal(now, STREAM, i);
    }
}
