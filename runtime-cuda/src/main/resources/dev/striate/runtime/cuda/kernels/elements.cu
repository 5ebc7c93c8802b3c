//: pointwise
KERNEL NAME(PARAMETERS) {
    FOR_EACH(i, COUNT) {
        BODY
    }
}

//: pointwise_by_four
// Four neighbours by each thread. What lies like the result is read and written at once, where addresses allow it.
KERNEL NAME(PARAMETERS) {
    if (ALIGNED) {
        FOR_EACH(four, COUNT / 4) {
            OPERANDS
            Four<TY> result;
            for (int k = 0; k < 4; k++) {
                const int i = 4 * four + k;
                BODY_OF_FOUR
            }
            ((Four<TY>*)y)[four] = result;
        }
    } else {
        FOR_EACH(i, COUNT) {
            BODY
        }
    }
}

//: seed
KERNEL NAME(const float* scale, TY* y) {
    FOR_EACH(i, COUNT) {
        y[i] = VALUE * *scale;
    }
}

//: fill
KERNEL NAME(TY* y) {
    FOR_EACH(i, COUNT) {
        y[i] = VALUE;
    }
}

//: gather
// Each element of y from one of x, or from nowhere.
KERNEL NAME(const T0* x, TY* y) {
    FOR_EACH(i, COUNT) {
        const int from = source(i);
        y[i] = from < 0 ? OUTSIDE : x[from] / DIVISOR;
    }
}

//: scatter
// Each element of x to a place of y of its own.
KERNEL NAME(const T0* x, TY* y) {
    FOR_EACH(i, COUNT) {
        y[target(i)] = x[i];
    }
}

//: dropout
KERNEL NAME(const T0* x, const Moment* now, TY* y) {
    FOR_EACH(i, COUNT) {
        y[i] = x[i] * (uniform(now, STREAM, in_batch<SAMPLE>(now, number(i)) / UNIT) < P ? 0.0f : FACTOR);
    }
}

//: gaussian_noise
KERNEL NAME(const T0* x, const Moment* now, TY* y) {
    FOR_EACH(i, COUNT) {
        y[i] = x[i] + SIGMA * normal(now, STREAM, in_batch<SAMPLE>(now, number(i)));
    }
}

//: random_normal
KERNEL NAME(const Moment* now, TY* y) {
    FOR_EACH(i, COUNT) {
        y[i] = MEAN + SIGMA * normal(now, STREAM, in_batch<SAMPLE>(now, number(i)));
    }
}
