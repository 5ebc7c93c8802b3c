//: window_max
// Where the first largest element, or the first NaN, of the window of one element of the result lies; -1 when all is padding.
__device__ inline int first_maximum(const TX* x, int n, int c, int oy, int ox) {
    int best = -1;
    for (int ky = 0; ky < KH; ky++) {
        for (int kx = 0; kx < KW; kx++) {
            const int iy = oy * SH + ky * DH - TOP, ix = ox * SW + kx * DW - LEFT;
            if (iy >= 0 && iy < H && ix >= 0 && ix < W) {
                const int at = X::at(n, c, iy, ix);
                const float v = x[at];
                if (v != v) {
                    return at;
                }
                if (best < 0 || v > (float)x[best]) {
                    best = at;
                }
            }
        }
    }
    return best;
}

//: max_pool
KERNEL NAME(const TX* x, TY* y) {
    FOR_EACH(i, MAPS * OH * OW) {
        const int best = first_maximum(x, Y::n(i), Y::c(i), Y::y(i), Y::x(i));
        y[i] = best < 0 ? -1.0f / 0.0f : (float)x[best];
    }
}

//: max_pool_grad
// A thread for each element of gx, which asks all windows that have it whether it is their maximum.
KERNEL NAME(const T0* gy, const TX* x, TY* gx) {
    FOR_EACH(i, MAPS * H * W) {
        const int ix = X::x(i), iy = X::y(i), c = X::c(i), n = X::n(i);
        float sum = 0;
        for (int ky = KH - 1; ky >= 0; ky--) {
            for (int kx = KW - 1; kx >= 0; kx--) {
                const int sy = iy + TOP - ky * DH, sx = ix + LEFT - kx * DW;
                if (sy < 0 || sx < 0 || sy % SH != 0 || sx % SW != 0 || sy / SH >= OH || sx / SW >= OW) {
                    continue;
                }
                if (first_maximum(x, n, c, sy / SH, sx / SW) == i) {
                    sum += gy[Y::at(n, c, sy / SH, sx / SW)];
                }
            }
        }
        gx[i] = sum;
    }
}

//: window_count
// How many elements of a window count in an average, along one axis.
__device__ inline int counted(int start, int kernel, int dilation, int before, int end) {
    int count = 0;
    for (int k = 0; k < kernel; k++) {
        const int at = start + k * dilation;
        count += at >= -before && at < end ? 1 : 0;
    }
    return count;
}

__device__ inline float divisor(int oy, int ox) {
    const int count = counted(oy * SH - TOP, KH, DH, PADDED ? TOP : 0, H + (PADDED ? BOTTOM : 0))
            * counted(ox * SW - LEFT, KW, DW, PADDED ? LEFT : 0, W + (PADDED ? RIGHT : 0));
    return count < 1 ? 1.0f : count;
}

//: sum_pool
// The mean of each window, or the square root of its sum of squares.
KERNEL NAME(const T0* x, TY* y) {
    FOR_EACH(i, MAPS * OH * OW) {
        const int ox = Y::x(i), oy = Y::y(i), c = Y::c(i), n = Y::n(i);
        float sum = 0;
        for (int ky = 0; ky < KH; ky++) {
            for (int kx = 0; kx < KW; kx++) {
                const int iy = oy * SH + ky * DH - TOP, ix = ox * SW + kx * DW - LEFT;
                if (iy >= 0 && iy < H && ix >= 0 && ix < W) {
                    const float v = x[X::at(n, c, iy, ix)];
                    sum += SQUARES ? v * v : v;
                }
            }
        }
        y[i] = SQUARES ? sqrtf(sum) : sum / divisor(oy, ox);
    }
}

//: avg_pool_grad
KERNEL NAME(const T0* gy, TY* gx) {
    FOR_EACH(i, MAPS * H * W) {
        const int ix = X::x(i), iy = X::y(i), c = X::c(i), n = X::n(i);
        float sum = 0;
        for (int ky = KH - 1; ky >= 0; ky--) {
            for (int kx = KW - 1; kx >= 0; kx--) {
                const int sy = iy + TOP - ky * DH, sx = ix + LEFT - kx * DW;
                if (sy >= 0 && sx >= 0 && sy % SH == 0 && sx % SW == 0 && sy / SH < OH && sx / SW < OW) {
                    sum += gy[Y::at(n, c, sy / SH, sx / SW)] / divisor(sy / SH, sx / SW);
                }
            }
        }
        gx[i] = sum;
    }
}

//: l2_pool_grad
KERNEL NAME(const T0* gy, const T1* x, const T2* y, TY* gx) {
    FOR_EACH(i, MAPS * H * W) {
        const int ix = X::x(i), iy = X::y(i), c = X::c(i), n = X::n(i);
        float sum = 0;
        for (int ky = KH - 1; ky >= 0; ky--) {
            for (int kx = KW - 1; kx >= 0; kx--) {
                const int sy = iy + TOP - ky * DH, sx = ix + LEFT - kx * DW;
                if (sy >= 0 && sx >= 0 && sy % SH == 0 && sx % SW == 0 && sy / SH < OH && sx / SW < OW) {
                    const int at = Y::at(n, c, sy / SH, sx / SW);
                    sum += y[at] == 0 ? 0.0f : gy[at] / y[at];
                }
            }
        }
        gx[i] = x[i] * sum;
    }
}

//: adaptive_avg_pool
KERNEL NAME(const T0* x, TY* y) {
    FOR_EACH(i, MAPS * OH * OW) {
        const int ox = Y::x(i), oy = Y::y(i);
        const int top = (long long)oy * H / OH, bottom = ((oy + 1LL) * H + OH - 1) / OH;
        const int left = (long long)ox * W / OW, right = ((ox + 1LL) * W + OW - 1) / OW;
        float sum = 0;
        for (int h = top; h < bottom; h++) {
            for (int w = left; w < right; w++) {
                sum += x[X::at(Y::n(i), Y::c(i), h, w)];
            }
        }
        y[i] = sum / ((bottom - top) * (right - left));
    }
}

//: adaptive_avg_pool_grad
KERNEL NAME(const T0* gy, TY* gx) {
    FOR_EACH(i, MAPS * H * W) {
        const int w = X::x(i), h = X::y(i);
        float sum = 0;
        for (int oy = 0; oy < OH; oy++) {
            const int top = (long long)oy * H / OH, bottom = ((oy + 1LL) * H + OH - 1) / OH;
            if (h < top || h >= bottom) {
                continue;
            }
            for (int ox = 0; ox < OW; ox++) {
                const int left = (long long)ox * W / OW, right = ((ox + 1LL) * W + OW - 1) / OW;
                if (w >= left && w < right) {
                    sum += gy[Y::at(X::n(i), X::c(i), oy, ox)] / ((bottom - top) * (right - left));
                }
            }
        }
        gx[i] = sum;
    }
}

//: upsample_weights
// An enlarged axis: place i lies at (i + 1/2) / factor - 1/2, clamped, in whole numbers so that nothing is rounded.
__device__ inline int low(int i, int factor, int size) {
    if (NEAREST) {
        return i / factor;
    }
    const int twice = 2 * i + 1 - factor, most = 2 * factor * (size - 1);
    return (twice < 0 ? 0 : twice > most ? most : twice) / (2 * factor);
}

__device__ inline int high(int i, int factor, int size) {
    const int next = low(i, factor, size) + 1;
    return next < size ? next : size - 1;
}

// How much the second of the two counts.
__device__ inline float share(int i, int factor, int size) {
    if (NEAREST) {
        return 0.0f;
    }
    const int twice = 2 * i + 1 - factor, most = 2 * factor * (size - 1);
    return (float)((twice < 0 ? 0 : twice > most ? most : twice) % (2 * factor)) / (2 * factor);
}

// How much place `in` of the input counts at place i.
__device__ inline float part(int in, int i, int factor, int size) {
    const float second = share(i, factor, size);
    return (low(i, factor, size) == in ? 1.0f - second : 0.0f) + (high(i, factor, size) == in ? second : 0.0f);
}

//: upsample
KERNEL NAME(const T0* x, TY* y) {
    FOR_EACH(i, MAPS * H * FH * W * FW) {
        const int ox = Y::x(i), oy = Y::y(i), c = Y::c(i), n = Y::n(i);
        const int upper = low(oy, FH, H), lower = high(oy, FH, H);
        const int left = low(ox, FW, W), right = high(ox, FW, W);
        const float down = share(oy, FH, H), across = share(ox, FW, W);
        const float above = x[X::at(n, c, upper, left)] * (1.0f - across) + x[X::at(n, c, upper, right)] * across;
        const float below = x[X::at(n, c, lower, left)] * (1.0f - across) + x[X::at(n, c, lower, right)] * across;
        y[i] = above * (1.0f - down) + below * down;
    }
}

//: upsample_grad
// A thread for each element of gx; only places of the two neighbours' enlargements can reach it.
KERNEL NAME(const T0* gy, TY* gx) {
    FOR_EACH(i, MAPS * H * W) {
        const int w = X::x(i), h = X::y(i);
        float sum = 0;
        for (int oy = h == 0 ? 0 : (h - 1) * FH; oy < (h + 2) * FH && oy < H * FH; oy++) {
            float row = 0;
            for (int ox = w == 0 ? 0 : (w - 1) * FW; ox < (w + 2) * FW && ox < W * FW; ox++) {
                row += gy[Y::at(X::n(i), X::c(i), oy, ox)] * part(w, ox, FW, W);
            }
            sum += row * part(h, oy, FH, H);
        }
        gx[i] = sum;
    }
}
