//: channel_sum
// A block for each channel of x [N, C, AREA].
KERNEL NAME(const float* x, float* y) {
    for (int c = blockIdx.x; c < C; c += gridDim.x) {
        float sum = 0;
        for (int i = threadIdx.x; i < N * AREA; i += BLOCK) {
            sum += x[(i / AREA * C + c) * AREA + i % AREA];
        }
        sum = block_sum(sum);
        if (threadIdx.x == 0) {
            y[c] = sum;
        }
    }
}

//: channel_moments
// A block for each channel: means, and behind them variances. Twice over the channel: exact.
KERNEL NAME(const float* x, float* moments) {
    for (int c = blockIdx.x; c < C; c += gridDim.x) {
        float sum = 0;
        for (int i = threadIdx.x; i < N * AREA; i += BLOCK) {
            sum += x[(i / AREA * C + c) * AREA + i % AREA];
        }
        const float mean = block_sum(sum) / (N * AREA);
        float squares = 0;
        for (int i = threadIdx.x; i < N * AREA; i += BLOCK) {
            const float d = x[(i / AREA * C + c) * AREA + i % AREA] - mean;
            squares += d * d;
        }
        squares = block_sum(squares);
        if (threadIdx.x == 0) {
            moments[c] = mean;
            moments[C + c] = squares / (N * AREA);
        }
    }
}

//: batch_norm_grad_sums
// A block for each channel: the gradients by its weight, and behind them those by its bias.
KERNEL NAME(const float* g, const float* x, const float* mean, const float* variance, float* y) {
    for (int c = blockIdx.x; c < C; c += gridDim.x) {
        const float deviation = sqrtf(variance[VARIANCE + c] + EPS);
        float by_weight = 0, by_bias = 0;
        for (int i = threadIdx.x; i < N * AREA; i += BLOCK) {
            const int j = (i / AREA * C + c) * AREA + i % AREA;
            by_weight += g[j] * ((x[j] - mean[c]) / deviation);
            by_bias += g[j];
        }
        by_weight = block_sum(by_weight);
        by_bias = block_sum(by_bias);
        if (threadIdx.x == 0) {
            y[c] = by_weight;
            y[C + c] = by_bias;
        }
    }
}

//: batch_norm
KERNEL NAME(const float* x, const float* mean, const float* variance, const float* weight, const float* bias, float* y) {
    FOR_EACH(i, N * C * AREA) {
        const int c = i / AREA % C;
        y[i] = (x[i] - mean[c]) / sqrtf(variance[VARIANCE + c] + EPS) * weight[c] + bias[c];
    }
}

//: batch_norm_grad_frozen
KERNEL NAME(const float* g, const float* weight, const float* variance, float* gx) {
    FOR_EACH(i, N * C * AREA) {
        const int c = i / AREA % C;
        gx[i] = g[i] * (weight[c] / sqrtf(variance[c] + EPS));
    }
}

//: batch_norm_grad
KERNEL NAME(const float* g, const float* x, const float* moments, const float* weight, const float* sums, float* gx) {
    FOR_EACH(i, N * C * AREA) {
        const int c = i / AREA % C;
        const float deviation = sqrtf(moments[C + c] + EPS);
        const float hat = (x[i] - moments[c]) / deviation;
        gx[i] = weight[c] / deviation * (g[i] - (sums[C + c] + hat * sums[c]) / (N * AREA));
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
