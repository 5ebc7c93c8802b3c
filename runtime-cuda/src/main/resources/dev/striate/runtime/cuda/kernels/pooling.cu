//: window_max
// The first largest element, or the first NaN, of the window of one element of the result; -1 when all is padding.
__device__ inline int first_maximum(const float* map, int oy, int ox) {
    int best = -1;
    for (int ky = 0; ky < KH; ky++) {
        for (int kx = 0; kx < KW; kx++) {
            const int iy = oy * SH + ky * DH - TOP, ix = ox * SW + kx * DW - LEFT;
            if (iy >= 0 && iy < H && ix >= 0 && ix < W) {
                const float v = map[iy * W + ix];
                if (v != v) {
                    return iy * W + ix;
                }
                if (best < 0 || v > map[best]) {
                    best = iy * W + ix;
                }
            }
        }
    }
    return best;
}

//: max_pool
KERNEL NAME(const float* x, float* y) {
    FOR_EACH(i, MAPS * OH * OW) {
        const float* map = x + i / (OH * OW) * (H * W);
        const int best = first_maximum(map, i / OW % OH, i % OW);
        y[i] = best < 0 ? -1.0f / 0.0f : map[best];
    }
}

//: max_pool_grad
// A thread for each element of gx, which asks all windows that have it whether it is their maximum.
KERNEL NAME(const float* gy, const float* x, float* gx) {
    FOR_EACH(i, MAPS * H * W) {
        const int ix = i % W, iy = i / W % H, map = i / (H * W);
        float sum = 0;
        for (int ky = KH - 1; ky >= 0; ky--) {
            for (int kx = KW - 1; kx >= 0; kx--) {
                const int sy = iy + TOP - ky * DH, sx = ix + LEFT - kx * DW;
                if (sy < 0 || sx < 0 || sy % SH != 0 || sx % SW != 0 || sy / SH >= OH || sx / SW >= OW) {
                    continue;
                }
                if (first_maximum(x + map * (H * W), sy / SH, sx / SW) == iy * W + ix) {
                    sum += gy[(map * OH + sy / SH) * OW + sx / SW];
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
KERNEL NAME(const float* x, float* y) {
    FOR_EACH(i, MAPS * OH * OW) {
        const int ox = i % OW, oy = i / OW % OH;
        const float* map = x + i / (OH * OW) * (H * W);
        float sum = 0;
        for (int ky = 0; ky < KH; ky++) {
            for (int kx = 0; kx < KW; kx++) {
                const int iy = oy * SH + ky * DH - TOP, ix = ox * SW + kx * DW - LEFT;
                if (iy >= 0 && iy < H && ix >= 0 && ix < W) {
                    const float v = map[iy * W + ix];
                    sum += SQUARES ? v * v : v;
                }
            }
        }
        y[i] = SQUARES ? sqrtf(sum) : sum / divisor(oy, ox);
    }
}

//: avg_pool_grad
KERNEL NAME(const float* gy, float* gx) {
    FOR_EACH(i, MAPS * H * W) {
        const int ix = i % W, iy = i / W % H, map = i / (H * W);
        float sum = 0;
        for (int ky = KH - 1; ky >= 0; ky--) {
            for (int kx = KW - 1; kx >= 0; kx--) {
                const int sy = iy + TOP - ky * DH, sx = ix + LEFT - kx * DW;
                if (sy >= 0 && sx >= 0 && sy % SH == 0 && sx % SW == 0 && sy / SH < OH && sx / SW < OW) {
                    sum += gy[(map * OH + sy / SH) * OW + sx / SW] / divisor(sy / SH, sx / SW);
                }
            }
        }
        gx[i] = sum;
    }
}

//: l2_pool_grad
KERNEL NAME(const float* gy, const float* x, const float* y, float* gx) {
    FOR_EACH(i, MAPS * H * W) {
        const int ix = i % W, iy = i / W % H, map = i / (H * W);
        float sum = 0;
        for (int ky = KH - 1; ky >= 0; ky--) {
            for (int kx = KW - 1; kx >= 0; kx--) {
                const int sy = iy + TOP - ky * DH, sx = ix + LEFT - kx * DW;
                if (sy >= 0 && sx >= 0 && sy % SH == 0 && sx % SW == 0 && sy / SH < OH && sx / SW < OW) {
                    const int at = (map * OH + sy / SH) * OW + sx / SW;
                    sum += y[at] == 0 ? 0.0f : gy[at] / y[at];
                }
            }
        }
        gx[i] = x[i] * sum;
    }
}

//: adaptive_avg_pool
KERNEL NAME(const float* x, float* y) {
    FOR_EACH(i, MAPS * OH * OW) {
        const int ox = i % OW, oy = i / OW % OH;
        const int top = (long long)oy * H / OH, bottom = ((oy + 1LL) * H + OH - 1) / OH;
        const int left = (long long)ox * W / OW, right = ((ox + 1LL) * W + OW - 1) / OW;
        float sum = 0;
        for (int h = top; h < bottom; h++) {
            for (int w = left; w < right; w++) {
                sum += x[(i / (OH * OW) * H + h) * W + w];
            }
        }
        y[i] = sum / ((bottom - top) * (right - left));
    }
}

//: adaptive_avg_pool_grad
KERNEL NAME(const float* gy, float* gx) {
    FOR_EACH(i, MAPS * H * W) {
        const int w = i % W, h = i / W % H, map = i / (H * W);
        float sum = 0;
        for (int oy = 0; oy < OH; oy++) {
            const int top = (long long)oy * H / OH, bottom = ((oy + 1LL) * H + OH - 1) / OH;
            if (h < top || h >= bottom) {
                continue;
            }
            for (int ox = 0; ox < OW; ox++) {
                const int left = (long long)ox * W / OW, right = ((ox + 1LL) * W + OW - 1) / OW;
                if (w >= left && w < right) {
                    sum += gy[(map * OH + oy) * OW + ox] / ((bottom - top) * (right - left));
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
KERNEL NAME(const float* x, float* y) {
    FOR_EACH(i, MAPS * H * FH * W * FW) {
        const int ox = i % (W * FW), oy = i / (W * FW) % (H * FH);
        const float* map = x + i / (H * FH * W * FW) * (H * W);
        const float* upper = map + low(oy, FH, H) * W;
        const float* lower = map + high(oy, FH, H) * W;
        const int left = low(ox, FW, W), right = high(ox, FW, W);
        const float down = share(oy, FH, H), across = share(ox, FW, W);
        const float above = upper[left] * (1.0f - across) + upper[right] * across;
        const float below = lower[left] * (1.0f - across) + lower[right] * across;
        y[i] = above * (1.0f - down) + below * down;
    }
}

//: upsample_grad
// A thread for each element of gx; only places of the two neighbours' enlargements can reach it.
KERNEL NAME(const float* gy, float* gx) {
    FOR_EACH(i, MAPS * H * W) {
        const int w = i % W, h = i / W % H;
        const float* map = gy + i / (H * W) * (H * FH * W * FW);
        float sum = 0;
        for (int oy = h == 0 ? 0 : (h - 1) * FH; oy < (h + 2) * FH && oy < H * FH; oy++) {
            float row = 0;
            for (int ox = w == 0 ? 0 : (w - 1) * FW; ox < (w + 2) * FW && ox < W * FW; ox++) {
                row += map[oy * W * FW + ox] * part(w, ox, FW, W);
            }
            sum += row * part(h, oy, FH, H);
        }
        gx[i] = sum;
    }
}
