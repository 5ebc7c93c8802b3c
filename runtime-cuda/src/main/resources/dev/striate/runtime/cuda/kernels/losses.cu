//: class_weight
__device__ inline float class_weight(int label) {
    return label == IGNORED ? 0.0f : WEIGHTED ? CLASS_WEIGHTS[label] : 1.0f;
}

//: log_sum_exp
// Of a line, and the number itself where elements are logarithms of probabilities already.
__device__ inline float log_sum_exp(const TX* x, int line) {
    float most = -1.0f / 0.0f;
    for (int i = TEAM::rank(); i < COUNT; i += TEAM::size()) {
        most = larger(most, x[at(line, i)]);
    }
    most = TEAM::max(most);
    float sum = 0;
    for (int i = TEAM::rank(); i < COUNT; i += TEAM::size()) {
        sum += expf(x[at(line, i)] - most);
    }
    return logf(TEAM::sum(sum)) + most;
}

//: cross_entropy_terms
// Each block leaves the weighted loss of its lines, and their weight.
KERNEL NAME(const TX* x, const int* labels, uint64* fault, float* parts) {
    float losses = 0, weights = 0;
    for (int line = TEAM::first(); line < LINES; line += TEAM::step()) {
        const int label = label_at(labels, line, COUNT, IGNORED, fault);
        const float weight = class_weight(label);
        if (weight != 0) {
            const float all = LOGARITHMS ? 0.0f : log_sum_exp(x, line);
            float sum = 0;
            for (int i = TEAM::rank(); i < COUNT; i += TEAM::size()) {
                const float target = (i == label ? 1.0f - SMOOTHING : 0.0f) + SMOOTHING / COUNT;
                sum += target == 0 ? 0.0f : target * (all - x[at(line, i)]);
            }
            losses += weight * TEAM::sum(sum);
            weights += weight;
        }
    }
    losses = TEAM::sum_of_teams(losses);
    weights = TEAM::sum_of_teams(weights);
    if (threadIdx.x == 0) {
        parts[2 * blockIdx.x] = losses;
        parts[2 * blockIdx.x + 1] = weights;
    }
}

//: weighted_mean
// One block: the sums of all blocks, by the sum of their weights.
KERNEL NAME(const float* parts, float* y) {
    float sum = 0, weight = 0;
    for (int i = threadIdx.x; i < PARTS; i += BLOCK) {
        sum += parts[2 * i];
        weight += parts[2 * i + 1];
    }
    sum = block_sum(sum);
    weight = block_sum(weight);
    if (threadIdx.x == 0) {
        y[0] = weight == 0 ? 0.0f : sum / weight * FACTOR;
    }
}

//: label_weights
KERNEL NAME(const int* labels, uint64* fault, float* parts) {
    float weights = 0;
    FOR_EACH(line, LINES) {
        weights += class_weight(label_at(labels, line, COUNT, IGNORED, fault));
    }
    weights = block_sum(weights);
    if (threadIdx.x == 0) {
        parts[blockIdx.x] = weights;
    }
}

//: cross_entropy_grad
KERNEL NAME(const float* g, const TX* x, const int* labels, const float* parts, uint64* fault, TY* gx) {
    float own = 0;
    for (int i = threadIdx.x; i < PARTS; i += BLOCK) {
        own += parts[i];
    }
    const float weights = block_sum(own);
    for (int line = TEAM::first(); line < LINES; line += TEAM::step()) {
        const int label = label_at(labels, line, COUNT, IGNORED, fault);
        const float weight = class_weight(label);
        const float all = LOGARITHMS ? 0.0f : log_sum_exp(x, line);
        for (int i = TEAM::rank(); i < COUNT; i += TEAM::size()) {
            const float p = LOGARITHMS ? 0.0f : expf(x[at(line, i)] - all);
            const float target = (i == label ? 1.0f - SMOOTHING : 0.0f) + SMOOTHING / COUNT;
            gx[at(line, i)] = weight == 0 ? 0.0f : g[0] * (p - target) * weight / weights;
        }
    }
}

//: one_hot
KERNEL NAME(const int* labels, uint64* fault, TY* y) {
    FOR_EACH(line, LINES) {
        const int label = label_at(labels, line, COUNT, -1, fault);
        for (int i = 0; i < COUNT; i++) {
            y[at(line, i)] = i == label ? 1.0f : 0.0f;
        }
    }
}

//: top_k
// One block: of equal scores the class with the lower index counts as larger.
KERNEL NAME(const T0* x, const int* labels, uint64* fault, float* y) {
    float right = 0;
    for (int n = threadIdx.x; n < LINES; n += BLOCK) {
        const int label = label_at(labels, n, COUNT, -1, fault);
        const float own = x[n * COUNT + label];
        int before = 0;
        for (int c = 0; c < COUNT; c++) {
            const float other = x[n * COUNT + c];
            before += other > own || (other == own && c < label) ? 1 : 0;
        }
        right += before < K && own == own ? 1.0f : 0.0f;
    }
    right = block_sum(right);
    if (threadIdx.x == 0) {
        y[0] = right / LINES;
    }
}

//: class_metric
// One block: counts [K, K] of labels, by row, and predictions, by column; then what is computed of them.
KERNEL NAME(const T0* x, const int* labels, int* counts, uint64* fault, float* y) {
    for (int i = threadIdx.x; i < COUNT * COUNT; i += BLOCK) {
        counts[i] = 0;
    }
    __syncthreads();
    for (int line = threadIdx.x; line < LINES; line += BLOCK) {
        const int label = label_at(labels, line, COUNT, IGNORED, fault);
        int best = 0;
        float most = -1.0f / 0.0f;
        for (int k = 0; k < COUNT; k++) {
            if ((float)x[at(line, k)] > most) {
                best = k;
                most = x[at(line, k)];
            }
        }
        if (label != IGNORED) {
            atomicAdd(counts + label * COUNT + best, 1);
        }
    }
    __syncthreads();
    if (CONFUSION) {
        for (int i = threadIdx.x; i < COUNT * COUNT; i += BLOCK) {
            y[i] = counts[i];
        }
        return;
    }
    float sum = 0, occur = 0;
    for (int k = threadIdx.x; k < COUNT; k += BLOCK) {
        float predicted = 0, meant = 0;
        for (int other = 0; other < COUNT; other++) {
            predicted += counts[other * COUNT + k];
            meant += counts[k * COUNT + other];
        }
        const float hits = counts[k * COUNT + k];
        if (predicted + meant > 0) {
            sum += OF_CLASS;
            occur += 1;
        }
    }
    sum = block_sum(sum);
    occur = block_sum(occur);
    if (threadIdx.x == 0) {
        y[0] = occur == 0 ? 0.0f : sum / occur;
    }
}

//: element_loss_terms
// Each block leaves the weighted sum of its elements' losses, or of their slopes, and their weight.
KERNEL NAME(const float* y, const float* t, const float* w, float* parts) {
    float sum = 0, weights = 0;
    FOR_EACH(i, COUNT) {
        const float weight = weight_of(w, i);
        sum += weight * term(y[i], t[target(i)]);
        weights += weight;
    }
    sum = block_sum(sum);
    weights = block_sum(weights);
    if (threadIdx.x == 0) {
        parts[2 * blockIdx.x] = sum;
        parts[2 * blockIdx.x + 1] = weights;
    }
}

//: scaled_mean
// One block: the gradient's number times the weighted mean of slopes.
KERNEL NAME(const float* g, const float* parts, float* y) {
    float sum = 0, weight = 0;
    for (int i = threadIdx.x; i < PARTS; i += BLOCK) {
        sum += parts[2 * i];
        weight += parts[2 * i + 1];
    }
    sum = block_sum(sum);
    weight = block_sum(weight);
    if (threadIdx.x == 0) {
        y[0] = weight == 0 ? 0.0f : g[0] * sum / weight * FACTOR;
    }
}

//: element_loss_grad
KERNEL NAME(const float* g, const float* y, const float* t, const float* w, const float* parts, float* gy) {
    float own = 0;
    for (int i = threadIdx.x; i < PARTS; i += BLOCK) {
        own += parts[2 * i + 1];
    }
    const float weights = block_sum(own);
    const float scale = weights == 0 ? 0.0f : g[0] / weights * FACTOR;
    FOR_EACH(i, COUNT) {
        gy[i] = scale * weight_of(w, i) * term(y[i], t[target(i)]);
    }
}

//: quadratic_grad
KERNEL NAME(const float* g, const float* y, const float* t, float* gy) {
    FOR_EACH(i, COUNT) {
        gy[i] = g[0] / N * (y[i] - t[i]);
    }
}

//: distances
// The Euclidean distance of each of N samples of two values of COUNT elements; by its team.
__device__ inline float distance(const float* a, const float* b, int n) {
    float sum = 0;
    for (int i = TEAM::rank(); i < COUNT; i += TEAM::size()) {
        const float d = a[n * COUNT + i] - b[n * COUNT + i];
        sum += d * d;
    }
    return sqrtf(TEAM::sum(sum));
}

//: distance_loss
// One block.
KERNEL NAME(const float* a, const float* b, const float* third, float* y) {
    float losses = 0;
    for (int n = TEAM::first(); n < N; n += TEAM::step()) {
        const float u = distance(a, b, n);
        const float v = TRIPLET ? distance(a, third, n) : third[n];
        const float slack = larger(0.0f, MARGIN - u);
        losses += TRIPLET ? larger(0.0f, u - v + MARGIN) : v * u * u / 2 + (1.0f - v) * slack * slack / 2;
    }
    losses = TEAM::sum_of_teams(losses);
    if (threadIdx.x == 0) {
        y[0] = losses / N;
    }
}

//: distance_loss_grad
KERNEL NAME(const float* g, const float* a, const float* b, const float* third, float* gx) {
    for (int n = TEAM::first(); n < N; n += TEAM::step()) {
        const float u = distance(a, b, n);
        const float v = TRIPLET ? distance(a, third, n) : third[n];
        const float slack = larger(0.0f, MARGIN - u);
        const float active = u - v + MARGIN > 0 ? 1.0f : 0.0f;
        const float by_u = TRIPLET ? active : v * u - (1.0f - v) * slack;
        const float by_v = TRIPLET ? -active : u * u / 2 - slack * slack / 2;
        const float scale = g[0] / N;
        if (OPERAND == 2 && !TRIPLET) {
            if (TEAM::rank() == 0) {
                gx[n] = scale * by_v;
            }
            continue;
        }
        const float near = OPERAND == 2 || u == 0 ? 0.0f : (OPERAND == 1 ? -scale : scale) * by_u / u;
        const float far = !TRIPLET || OPERAND == 1 || v == 0 ? 0.0f : (OPERAND == 2 ? -scale : scale) * by_v / v;
        for (int i = TEAM::rank(); i < COUNT; i += TEAM::size()) {
            const int j = n * COUNT + i;
            gx[j] = near * (a[j] - b[j]) + (far == 0 ? 0.0f : far * (a[j] - third[j]));
        }
    }
}
