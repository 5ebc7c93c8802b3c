//: pointwise
KERNEL NAME(PARAMETERS) {
    FOR_EACH_FEW(first, COUNT, AT_ONCE) {
        OPERANDS
        Few<TY, AT_ONCE> result;
        for (int k = 0; k < AT_ONCE; k++) {
            const int i = first + k;
            BODY
        }
        put_at<AT_ONCE>(y + first, result);
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
    FOR_EACH_FEW(i, COUNT, AT_ONCE) {
        const auto own = few_at<AT_ONCE>(x + i);
        Few<TY, AT_ONCE> result;
        for (int k = 0; k < AT_ONCE; k++) {
            const uint32 unit = in_batch<SAMPLE>(now, number(i + k)) / UNIT;
            result.of[k] = own.of[k] * (uniform(now, STREAM, unit) < P ? 0.0f : FACTOR);
        }
        put_at<AT_ONCE>(y + i, result);
    }
}

//: gaussian_noise
KERNEL NAME(const T0* x, const Moment* now, TY* y) {
    FOR_EACH_FEW(i, COUNT, AT_ONCE) {
        const auto own = few_at<AT_ONCE>(x + i);
        Few<TY, AT_ONCE> result;
        for (int k = 0; k < AT_ONCE; k++) {
            result.of[k] = own.of[k] + SIGMA * normal(now, STREAM, in_batch<SAMPLE>(now, number(i + k)));
        }
        put_at<AT_ONCE>(y + i, result);
    }
}

//: random_normal
KERNEL NAME(const Moment* now, TY* y) {
    FOR_EACH(i, COUNT) {
        y[i] = MEAN + SIGMA * normal(now, STREAM, in_batch<SAMPLE>(now, number(i)));
    }
}
