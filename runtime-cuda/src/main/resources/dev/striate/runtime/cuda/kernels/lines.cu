//: lines
// A tensor as lines of COUNT elements, INNER apart.
__device__ inline int at(int line, int i) {
    return line / INNER * COUNT * INNER + line % INNER + i * INNER;
}

// The line of the element at place j.
__device__ inline int line_of(int j) {
    return j / (COUNT * INNER) * INNER + j % INNER;
}

//: lines_of_channels
// With channels last: lines of COUNT neighbouring channels at each of INNER places, PIECES at a place.
__device__ inline int at(int line, int i) {
    const int n = line / INNER / PIECES, piece = line / INNER % PIECES;
    return ((n * INNER + line % INNER) * PIECES + piece) * COUNT + i;
}

__device__ inline int line_of(int j) {
    const int piece = j / COUNT % PIECES, place = j / (COUNT * PIECES) % INNER, n = j / (COUNT * PIECES * INNER);
    return (n * PIECES + piece) * INNER + place;
}

//: lines_of_groups
// With channels last: lines of all places of a group of channels, PIECES groups in a sample.
__device__ inline int at(int line, int i) {
    const int place = line / PIECES * (COUNT / OF_GROUP) + i / OF_GROUP;
    return (place * PIECES + line % PIECES) * OF_GROUP + i % OF_GROUP;
}

__device__ inline int line_of(int j) {
    return j / (COUNT * PIECES) * PIECES + j / OF_GROUP % PIECES;
}

//: line_max
KERNEL NAME(const T0* x, TY* y) {
    for (int line = TEAM::first(); line < LINES; line += TEAM::step()) {
        Best best = {0, -1};
        for (int i = TEAM::rank(); i < COUNT; i += TEAM::size()) {
            best = better(best, Best{x[at(line, i)], i});
        }
        best = TEAM::best(best);
        if (TEAM::rank() == 0) {
            y[RESULT_AT] = best.value;
        }
    }
}

//: line_max_grad
KERNEL NAME(const T0* gy, const T1* x, TY* gx) {
    for (int line = TEAM::first(); line < LINES; line += TEAM::step()) {
        Best best = {0, -1};
        for (int i = TEAM::rank(); i < COUNT; i += TEAM::size()) {
            best = better(best, Best{x[at(line, i)], i});
        }
        best = TEAM::best(best);
        for (int i = TEAM::rank(); i < COUNT; i += TEAM::size()) {
            gx[at(line, i)] = i == best.index ? (float)gy[RESULT_AT] : 0.0f;
        }
    }
}

//: line_sum
// The sum of each line times FACTOR, or the square root of its sum of squares.
KERNEL NAME(const T0* x, TY* y) {
    for (int line = TEAM::first(); line < LINES; line += TEAM::step()) {
        float sum = 0;
        for (int i = TEAM::rank(); i < COUNT; i += TEAM::size()) {
            const float v = x[at(line, i)];
            sum += SQUARES ? v * v : v;
        }
        sum = TEAM::sum(sum);
        if (TEAM::rank() == 0) {
            y[RESULT_AT] = SQUARES ? sqrtf(sum) : sum * FACTOR;
        }
    }
}

//: line_mean_grad
KERNEL NAME(const T0* gy, TY* gx) {
    FOR_EACH(i, LINES * COUNT) {
        gx[i] = gy[line_of(i)] / COUNT;
    }
}

//: line_norm_grad
KERNEL NAME(const T0* gy, const T1* x, TY* gx) {
    for (int line = TEAM::first(); line < LINES; line += TEAM::step()) {
        float sum = 0;
        for (int i = TEAM::rank(); i < COUNT; i += TEAM::size()) {
            sum += x[at(line, i)] * x[at(line, i)];
        }
        const float norm = sqrtf(TEAM::sum(sum));
        for (int i = TEAM::rank(); i < COUNT; i += TEAM::size()) {
            gx[at(line, i)] = norm == 0 ? 0.0f : gy[RESULT_AT] * (x[at(line, i)] / norm);
        }
    }
}

//: reduce_max
// Along axes that are not one line: kept() and lost() say where elements lie. Lines have the order of the result's elements. They are cut
// into PARTS parts of LENGTH elements, the last of which has the rest. What the first parts of all lines give comes before that of the second.
KERNEL NAME(const T0* x, TY* y) {
    for (int part = TEAM::first(); part < LINES * PARTS; part += TEAM::step()) {
        const int line = part % LINES, from = part / LINES * LENGTH, end = COUNT - from < LENGTH ? COUNT : from + LENGTH;
        float most = -1.0f / 0.0f;
        for (int i = from + TEAM::rank(); i < end; i += TEAM::size()) {
            most = larger(most, x[kept(line) + lost(i)]);
        }
        most = TEAM::max(most);
        if (TEAM::rank() == 0) {
            y[part] = most;
        }
    }
}

//: reduce_sum
KERNEL NAME(const T0* x, TY* y) {
    for (int part = TEAM::first(); part < LINES * PARTS; part += TEAM::step()) {
        const int line = part % LINES, from = part / LINES * LENGTH, end = COUNT - from < LENGTH ? COUNT : from + LENGTH;
        float sum = 0;
        for (int i = from + TEAM::rank(); i < end; i += TEAM::size()) {
            sum += x[kept(line) + lost(i)];
        }
        sum = TEAM::sum(sum);
        if (TEAM::rank() == 0) {
            y[part] = sum / DIVISOR;
        }
    }
}

//: reduce_max_grad
KERNEL NAME(const T0* gy, const T1* x, TY* gx) {
    for (int line = TEAM::first(); line < LINES; line += TEAM::step()) {
        Best best = {0, -1};
        for (int i = TEAM::rank(); i < COUNT; i += TEAM::size()) {
            best = better(best, Best{x[kept(line) + lost(i)], i});
        }
        best = TEAM::best(best);
        for (int i = TEAM::rank(); i < COUNT; i += TEAM::size()) {
            gx[kept(line) + lost(i)] = i == best.index ? (float)gy[line] : 0.0f;
        }
    }
}

//: softmax
// The exponentials of each line by their sum, or the logarithm of that.
KERNEL NAME(const T0* x, TY* y) {
    for (int line = TEAM::first(); line < LINES; line += TEAM::step()) {
        float most = -1.0f / 0.0f;
        FOR_EACH_OF_LINE(i, 0, COUNT) {
            const auto own = few_at<AT_ONCE>(x + at(line, i));
            for (int k = 0; k < AT_ONCE; k++) {
                most = larger(most, own.of[k]);
            }
        }
        most = TEAM::max(most);
        float sum = 0;
        FOR_EACH_OF_LINE(i, 0, COUNT) {
            const auto own = few_at<AT_ONCE>(x + at(line, i));
            for (int k = 0; k < AT_ONCE; k++) {
                sum += expf(own.of[k] - most);
            }
        }
        sum = TEAM::sum(sum);
        FOR_EACH_OF_LINE(i, 0, COUNT) {
            const auto own = few_at<AT_ONCE>(x + at(line, i));
            Few<TY, AT_ONCE> result;
            for (int k = 0; k < AT_ONCE; k++) {
                const float v = own.of[k] - most;
                result.of[k] = LOGARITHMS ? v - logf(sum) : expf(v) / sum;
            }
            put_at<AT_ONCE>(y + at(line, i), result);
        }
    }
}

//: softmax_grad
KERNEL NAME(const T0* g, const T1* y, TY* gx) {
    for (int line = TEAM::first(); line < LINES; line += TEAM::step()) {
        float sum = 0;
        FOR_EACH_OF_LINE(i, 0, COUNT) {
            const auto by_y = few_at<AT_ONCE>(g + at(line, i));
            const auto own = few_at<AT_ONCE>(y + at(line, i));
            for (int k = 0; k < AT_ONCE; k++) {
                sum += LOGARITHMS ? by_y.of[k] : by_y.of[k] * own.of[k];
            }
        }
        sum = TEAM::sum(sum);
        FOR_EACH_OF_LINE(i, 0, COUNT) {
            const auto by_y = few_at<AT_ONCE>(g + at(line, i));
            const auto own = few_at<AT_ONCE>(y + at(line, i));
            Few<TY, AT_ONCE> result;
            for (int k = 0; k < AT_ONCE; k++) {
                result.of[k] = LOGARITHMS ? by_y.of[k] - expf(own.of[k]) * sum : own.of[k] * (by_y.of[k] - sum);
            }
            put_at<AT_ONCE>(gx + at(line, i), result);
        }
    }
}

//: l2_normalize
KERNEL NAME(const T0* x, TY* y) {
    for (int line = TEAM::first(); line < LINES; line += TEAM::step()) {
        float sum = 0;
        for (int i = TEAM::rank(); i < COUNT; i += TEAM::size()) {
            sum += x[at(line, i)] * x[at(line, i)];
        }
        const float norm = larger(sqrtf(TEAM::sum(sum)), EPS);
        for (int i = TEAM::rank(); i < COUNT; i += TEAM::size()) {
            y[at(line, i)] = x[at(line, i)] / norm;
        }
    }
}

//: l2_normalize_grad
KERNEL NAME(const T0* g, const T1* x, TY* gx) {
    for (int line = TEAM::first(); line < LINES; line += TEAM::step()) {
        float squares = 0, dot = 0;
        for (int i = TEAM::rank(); i < COUNT; i += TEAM::size()) {
            squares += x[at(line, i)] * x[at(line, i)];
            dot += g[at(line, i)] * x[at(line, i)];
        }
        const float norm = sqrtf(TEAM::sum(squares));
        dot = TEAM::sum(dot);
        const float along = norm < EPS ? 0.0f : dot / (norm * norm);
        for (int i = TEAM::rank(); i < COUNT; i += TEAM::size()) {
            gx[at(line, i)] = (g[at(line, i)] - x[at(line, i)] * along) / larger(norm, EPS);
        }
    }
}

//: lrn_base
__device__ inline float base(const TX* x, int line, int c) {
    float squares = 0;
    for (int j = c < BEFORE ? 0 : c - BEFORE; j <= c + AFTER && j < COUNT; j++) {
        squares += x[at(line, j)] * x[at(line, j)];
    }
    return K + ALPHA / (BEFORE + AFTER + 1) * squares;
}

//: lrn
KERNEL NAME(const T0* x, TY* y) {
    FOR_EACH(i, LINES * COUNT) {
        const int c = channel_of(i), line = line_of(i);
        y[i] = x[i] * powf(base(x, line, c), -BETA);
    }
}

//: lrn_grad
KERNEL NAME(const T0* g, const T1* x, TY* gx) {
    FOR_EACH(i, LINES * COUNT) {
        const int c = channel_of(i), line = line_of(i);
        float sum = 0;
        // The channels whose sums this one is in lie the other way round.
        for (int j = c < AFTER ? 0 : c - AFTER; j <= c + BEFORE && j < COUNT; j++) {
            sum += g[at(line, j)] * x[at(line, j)] * powf(base(x, line, j), -BETA - 1.0f);
        }
        const float factor = 2.0f * ALPHA * BETA / (BEFORE + AFTER + 1);
        gx[i] = g[i] * powf(base(x, line, c), -BETA) - factor * x[i] * sum;
    }
}
