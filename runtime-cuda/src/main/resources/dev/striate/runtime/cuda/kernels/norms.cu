//: statistics
// Mean and 1 / sqrt(variance + EPS) of each line, every thread of a team gets both. Twice over the line: exact.
struct Statistics {
    float mean;
    float scale;
};

__device__ inline Statistics statistics(const TX* x, int line) {
    float sum = 0;
    FOR_EACH_OF_LINE(i, 0, COUNT) {
        const auto own = few_at<AT_ONCE>(x + at(line, i));
        for (int k = 0; k < AT_ONCE; k++) {
            sum += own.of[k];
        }
    }
    const float mean = TEAM::sum(sum) / COUNT;
    float squares = 0;
    FOR_EACH_OF_LINE(i, 0, COUNT) {
        const auto own = few_at<AT_ONCE>(x + at(line, i));
        for (int k = 0; k < AT_ONCE; k++) {
            const float d = own.of[k] - mean;
            squares += d * d;
        }
    }
    return Statistics{mean, 1.0f / sqrtf(TEAM::sum(squares) / COUNT + EPS)};
}

//: norm
KERNEL NAME(const TX* x, const float* weight, const float* bias, TY* y) {
    for (int line = TEAM::first(); line < LINES; line += TEAM::step()) {
        const Statistics s = statistics(x, line);
        FOR_EACH_OF_LINE(i, 0, COUNT) {
            const int j = at(line, i);
            const auto own = few_at<AT_ONCE>(x + j);
            Few<TY, AT_ONCE> result;
            for (int k = 0; k < AT_ONCE; k++) {
                const int c = channel_of(j + k);
                result.of[k] = (own.of[k] - s.mean) * s.scale * weight[c] + bias[c];
            }
            put_at<AT_ONCE>(y + j, result);
        }
    }
}

//: norm_grad_input
KERNEL NAME(const T0* g, const TX* x, const float* weight, TY* gx) {
    for (int line = TEAM::first(); line < LINES; line += TEAM::step()) {
        const Statistics s = statistics(x, line);
        float mean = 0, slope = 0;
        FOR_EACH_OF_LINE(i, 0, COUNT) {
            const int j = at(line, i);
            const auto by_y = few_at<AT_ONCE>(g + j);
            const auto own = few_at<AT_ONCE>(x + j);
            for (int k = 0; k < AT_ONCE; k++) {
                const float v = by_y.of[k] * weight[channel_of(j + k)];
                mean += v;
                slope += v * (own.of[k] - s.mean) * s.scale;
            }
        }
        mean = TEAM::sum(mean) / COUNT;
        slope = TEAM::sum(slope) / COUNT;
        FOR_EACH_OF_LINE(i, 0, COUNT) {
            const int j = at(line, i);
            const auto by_y = few_at<AT_ONCE>(g + j);
            const auto own = few_at<AT_ONCE>(x + j);
            Few<TY, AT_ONCE> result;
            for (int k = 0; k < AT_ONCE; k++) {
                const float v = by_y.of[k] * weight[channel_of(j + k)];
                result.of[k] = s.scale * (v - mean - (own.of[k] - s.mean) * s.scale * slope);
            }
            put_at<AT_ONCE>(gx + j, result);
        }
    }
}

//: norm_statistics
KERNEL NAME(const TX* x, float* scratch) {
    for (int line = TEAM::first(); line < LINES; line += TEAM::step()) {
        const Statistics s = statistics(x, line);
        if (TEAM::rank() == 0) {
            scratch[2 * line] = s.mean;
            scratch[2 * line + 1] = s.scale;
        }
    }
}

//: line_parts
// Lines cut into PARTS parts of LENGTH elements, the last of which has the rest. The first parts of all lines come before the second.
__device__ inline int part_begin(int part) {
    return part / LINES * LENGTH;
}

__device__ inline int part_end(int part) {
    return COUNT - part_begin(part) < LENGTH ? COUNT : part_begin(part) + LENGTH;
}

//: norm_part_statistics
// Of each part the mean and the sum of squares of distances from it. Twice over the part: exact.
KERNEL NAME(const TX* x, float* parts) {
    for (int part = TEAM::first(); part < LINES * PARTS; part += TEAM::step()) {
        const int line = part % LINES, begin = part_begin(part), end = part_end(part);
        float sum = 0;
        FOR_EACH_OF_LINE(i, begin, end) {
            const auto own = few_at<AT_ONCE>(x + at(line, i));
            for (int k = 0; k < AT_ONCE; k++) {
                sum += own.of[k];
            }
        }
        const float mean = TEAM::sum(sum) / (end - begin);
        float squares = 0;
        FOR_EACH_OF_LINE(i, begin, end) {
            const auto own = few_at<AT_ONCE>(x + at(line, i));
            for (int k = 0; k < AT_ONCE; k++) {
                const float d = own.of[k] - mean;
                squares += d * d;
            }
        }
        squares = TEAM::sum(squares);
        if (TEAM::rank() == 0) {
            parts[2 * part] = mean;
            parts[2 * part + 1] = squares;
        }
    }
}

//: norm_join_statistics
// Mean and 1 / sqrt(variance + EPS) of each line, of those of its parts in order (Chan, Golub and LeVeque 1979).
KERNEL NAME(const float* parts, float* statistics) {
    FOR_EACH(line, LINES) {
        float sum = 0;
        for (int part = line; part < LINES * PARTS; part += LINES) {
            sum += parts[2 * part] * (part_end(part) - part_begin(part));
        }
        const float mean = sum / COUNT;
        float squares = 0;
        for (int part = line; part < LINES * PARTS; part += LINES) {
            const float d = parts[2 * part] - mean;
            squares += parts[2 * part + 1] + d * d * (part_end(part) - part_begin(part));
        }
        statistics[2 * line] = mean;
        statistics[2 * line + 1] = 1.0f / sqrtf(squares / COUNT + EPS);
    }
}

//: norm_by_statistics
KERNEL NAME(const TX* x, const float* weight, const float* bias, const float* statistics, TY* y) {
    FOR_EACH_FEW(j, LINES * COUNT, AT_ONCE) {
        const int line = line_of(j);
        const auto own = few_at<AT_ONCE>(x + j);
        Few<TY, AT_ONCE> result;
        for (int k = 0; k < AT_ONCE; k++) {
            const int c = channel_of(j + k);
            result.of[k] = (own.of[k] - statistics[2 * line]) * statistics[2 * line + 1] * weight[c] + bias[c];
        }
        put_at<AT_ONCE>(y + j, result);
    }
}

//: norm_grad_parts
KERNEL NAME(const T0* g, const TX* x, const float* weight, const float* statistics, float* parts) {
    for (int part = TEAM::first(); part < LINES * PARTS; part += TEAM::step()) {
        const int line = part % LINES;
        float sum = 0, slope = 0;
        FOR_EACH_OF_LINE(i, part_begin(part), part_end(part)) {
            const int j = at(line, i);
            const auto by_y = few_at<AT_ONCE>(g + j);
            const auto own = few_at<AT_ONCE>(x + j);
            for (int k = 0; k < AT_ONCE; k++) {
                const float v = by_y.of[k] * weight[channel_of(j + k)];
                sum += v;
                slope += v * (own.of[k] - statistics[2 * line]) * statistics[2 * line + 1];
            }
        }
        sum = TEAM::sum(sum);
        slope = TEAM::sum(slope);
        if (TEAM::rank() == 0) {
            parts[2 * part] = sum;
            parts[2 * part + 1] = slope;
        }
    }
}

//: norm_grad_by_sums
KERNEL NAME(const T0* g, const TX* x, const float* weight, const float* statistics, const float* sums, TY* gx) {
    FOR_EACH_FEW(j, LINES * COUNT, AT_ONCE) {
        const int line = line_of(j);
        const float mean = sums[2 * line] / COUNT, slope = sums[2 * line + 1] / COUNT, scale = statistics[2 * line + 1];
        const auto by_y = few_at<AT_ONCE>(g + j);
        const auto own = few_at<AT_ONCE>(x + j);
        Few<TY, AT_ONCE> result;
        for (int k = 0; k < AT_ONCE; k++) {
            const float v = by_y.of[k] * weight[channel_of(j + k)];
            result.of[k] = scale * (v - mean - (own.of[k] - statistics[2 * line]) * scale * slope);
        }
        put_at<AT_ONCE>(gx + j, result);
    }
}

//: norm_grad_weight
// By the parts of channels; the statistics of each line are known.
KERNEL NAME(const T0* g, const TX* x, const float* statistics, float* parts) {
    const int c = channel();
    float sum = 0;
    FOR_EACH_OF_PART(i) {
        const auto by_y = few_at<AT_ONCE>(g + place(i, c));
        const auto own = few_at<AT_ONCE>(x + place(i, c));
        for (int k = 0; k < AT_ONCE; k++) {
            const int line = line_of(place(i, c) + k);
            sum += by_y.of[k] * (own.of[k] - statistics[2 * line]) * statistics[2 * line + 1];
        }
    }
    store_sum(sum, 0, 1, parts);
}
