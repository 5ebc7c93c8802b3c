//: channel_term
// A block for each channel of x [N, C, AREA]: the sum of term(j, c) over its elements j.
KERNEL NAME(const float* a, const float* b, const float* mean, const float* variance, float* y) {
    for (int c = blockIdx.x; c < C; c += gridDim.x) {
        float sum = 0;
        for (int i = threadIdx.x; i < N * AREA; i += BLOCK) {
            const int j = (i / AREA * C + c) * AREA + i % AREA;
            sum += TERM;
        }
        sum = block_sum(sum);
        if (threadIdx.x == 0) {
            y[c] = RESULT;
        }
    }
}

//: batch_norm
KERNEL NAME(const float* x, const float* mean, const float* variance, const float* weight, const float* bias, float* y) {
    FOR_EACH(i, N * C * AREA) {
        const int c = i / AREA % C;
        y[i] = (x[i] - mean[c]) / sqrtf(variance[c] + EPS) * weight[c] + bias[c];
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
KERNEL NAME(const float* g, const float* x, const float* mean, const float* variance, const float* weight,
        const float* by_weight, const float* by_bias, float* gx) {
    FOR_EACH(i, N * C * AREA) {
        const int c = i / AREA % C;
        const float deviation = sqrtf(variance[c] + EPS);
        const float hat = (x[i] - mean[c]) / deviation;
        gx[i] = weight[c] / deviation * (g[i] - (by_bias[c] + hat * by_weight[c]) / (N * AREA));
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
KERNEL NAME(const float* running, const float* batch, float* y) {
    FOR_EACH(i, COUNT) {
        y[i] = KEPT * running[i] + ADDED * batch[i];
    }
}
