//: parts
// x [N, C, AREA] as OF_CHANNEL elements of each of C channels. Every block adds up one of PARTS parts of LENGTH elements each, of WIDE
// channels, one for each of WIDE neighbouring threads, which reads AT_ONCE elements. Another launch adds the parts up, in their order.
constexpr int TILES = (C + WIDE - 1) / WIDE;

__device__ inline int part() {
    return blockIdx.x / TILES;
}

__device__ inline int channel() {
    return blockIdx.x % TILES * WIDE + threadIdx.x % WIDE;
}

// How many elements of its channels the part has.
__device__ inline int part_length() {
    return part() < PARTS - 1 ? LENGTH : OF_CHANNEL - (PARTS - 1) * LENGTH;
}

// Where element i of channel c lies.
__device__ inline int place(int i, int c) {
    return CHANNELS_LAST ? i * C + c : (i / AREA * C + c) * AREA + i % AREA;
}

#define FOR_EACH_OF_PART(i)                                                                                     \
    for (int i = part() * LENGTH + threadIdx.x / WIDE * AT_ONCE; c < C && i < part() * LENGTH + part_length();  \
         i += BLOCK / WIDE * AT_ONCE)

// Leaves a number of the part for each channel: number k of `numbers`.
__device__ inline void store(float number, int k, int numbers, float* parts) {
    if (threadIdx.x < WIDE && channel() < C) {
        parts[(part() * numbers + k) * C + channel()] = number;
    }
}

// Leaves the sum of a number of the threads.
__device__ inline void store_sum(float own, int k, int numbers, float* parts) {
    store(column_sum<WIDE>(own), k, numbers, parts);
}

//: add_parts
// The sums of PARTS times COUNT numbers.
KERNEL NAME(const float* parts, TY* y) {
    FOR_EACH(i, COUNT) {
        float sum = 0;
        for (int part = 0; part < PARTS; part++) {
            sum += parts[part * COUNT + i];
        }
        y[i] = sum;
    }
}

//: channel_sum
KERNEL NAME(const T0* x, float* parts) {
    const int c = channel();
    float sum = 0;
    FOR_EACH_OF_PART(i) {
        const auto own = few_at<AT_ONCE>(x + place(i, c));
        for (int k = 0; k < AT_ONCE; k++) {
            sum += own.of[k];
        }
    }
    store_sum(sum, 0, 1, parts);
}

//: channel_moments
// Of each part the mean and the sum of squares of distances from it, or the variance of an only part. Twice over the part: exact.
KERNEL NAME(const T0* x, float* parts) {
    const int c = channel();
    float sum = 0;
    FOR_EACH_OF_PART(i) {
        const auto own = few_at<AT_ONCE>(x + place(i, c));
        for (int k = 0; k < AT_ONCE; k++) {
            sum += own.of[k];
        }
    }
    const float mean = column_sum<WIDE>(sum) / part_length();
    float squares = 0;
    FOR_EACH_OF_PART(i) {
        const auto own = few_at<AT_ONCE>(x + place(i, c));
        for (int k = 0; k < AT_ONCE; k++) {
            const float d = own.of[k] - mean;
            squares += d * d;
        }
    }
    squares = column_sum<WIDE>(squares);
    store(mean, 0, 2, parts);
    store(PARTS == 1 ? squares / OF_CHANNEL : squares, 1, 2, parts);
}

//: join_moments
// Mean and variance of all parts (Chan, Golub and LeVeque 1979).
KERNEL NAME(const float* parts, float* moments) {
    FOR_EACH(c, C) {
        float sum = 0;
        for (int part = 0; part < PARTS; part++) {
            sum += parts[2 * part * C + c] * (part < PARTS - 1 ? LENGTH : OF_CHANNEL - (PARTS - 1) * LENGTH);
        }
        const float mean = sum / OF_CHANNEL;
        float squares = 0;
        for (int part = 0; part < PARTS; part++) {
            const float d = parts[2 * part * C + c] - mean;
            squares += parts[(2 * part + 1) * C + c] + d * d * (part < PARTS - 1 ? LENGTH : OF_CHANNEL - (PARTS - 1) * LENGTH);
        }
        moments[c] = mean;
        moments[C + c] = squares / OF_CHANNEL;
    }
}

//: batch_norm_grad_sums
// The gradients by each channel's weight, and behind them those by its bias.
KERNEL NAME(const T0* g, const T1* x, const float* mean, const float* variance, float* parts) {
    const int c = channel();
    float by_weight = 0, by_bias = 0;
    const float deviation = c < C ? sqrtf(variance[VARIANCE + c] + EPS) : 1.0f;
    FOR_EACH_OF_PART(i) {
        const auto slope = few_at<AT_ONCE>(g + place(i, c));
        const auto own = few_at<AT_ONCE>(x + place(i, c));
        for (int k = 0; k < AT_ONCE; k++) {
            by_weight += slope.of[k] * ((own.of[k] - mean[c]) / deviation);
            by_bias += slope.of[k];
        }
    }
    store_sum(by_weight, 0, 2, parts);
    store_sum(by_bias, 1, 2, parts);
}

//: batch_norm
KERNEL NAME(const T0* x, const float* mean, const float* variance, const float* weight, const float* bias, TY* y) {
    FOR_EACH_FEW(i, COUNT, AT_ONCE) {
        const auto own = few_at<AT_ONCE>(x + i);
        Few<TY, AT_ONCE> result;
        for (int k = 0; k < AT_ONCE; k++) {
            const int c = channel_of(SAME_CHANNEL ? i : i + k);
            result.of[k] = (own.of[k] - mean[c]) / sqrtf(variance[VARIANCE + c] + EPS) * weight[c] + bias[c];
        }
        put_at<AT_ONCE>(y + i, result);
    }
}

//: batch_norm_grad_frozen
KERNEL NAME(const T0* g, const float* weight, const float* variance, TY* gx) {
    FOR_EACH_FEW(i, COUNT, AT_ONCE) {
        const auto slope = few_at<AT_ONCE>(g + i);
        Few<TY, AT_ONCE> result;
        for (int k = 0; k < AT_ONCE; k++) {
            const int c = channel_of(SAME_CHANNEL ? i : i + k);
            result.of[k] = slope.of[k] * (weight[c] / sqrtf(variance[c] + EPS));
        }
        put_at<AT_ONCE>(gx + i, result);
    }
}

//: batch_norm_grad
KERNEL NAME(const T0* g, const T1* x, const float* moments, const float* weight, const float* sums, TY* gx) {
    FOR_EACH_FEW(i, COUNT, AT_ONCE) {
        const auto slope = few_at<AT_ONCE>(g + i);
        const auto own = few_at<AT_ONCE>(x + i);
        Few<TY, AT_ONCE> result;
        for (int k = 0; k < AT_ONCE; k++) {
            const int c = channel_of(SAME_CHANNEL ? i : i + k);
            const float deviation = sqrtf(moments[C + c] + EPS);
            const float hat = (own.of[k] - moments[c]) / deviation;
            result.of[k] = weight[c] / deviation * (slope.of[k] - (sums[C + c] + hat * sums[c]) / (COUNT / C));
        }
        put_at<AT_ONCE>(gx + i, result);
    }
}

//: channel_scale
KERNEL NAME(const float* weight, const float* variance, float* y) {
    FOR_EACH(c, C) {
        y[c] = weight[c] / sqrtf(variance[c] + EPS);
    }
}

//: channel_shift
KERNEL NAME(const float* scale, const float* bias, const float* mean, float* y) {
    FOR_EACH(c, C) {
        y[c] = bias[c] - mean[c] * scale[c];
    }
}

//: running
KERNEL NAME(const float* running, const float* moments, float* y) {
    FOR_EACH(i, COUNT) {
        y[i] = KEPT * running[i] + ADDED * moments[ROW * COUNT + i];
    }
}
