//: watch
// By one thread. The first fault of the first step that met any is kept as it is, whatever is noted in later runs.
KERNEL NAME(const uint64* table, const Moment* now, Gate* gate, double* sums, const double* weight) {
    if (blockIdx.x != 0 || threadIdx.x != 0 || gate->run != 0) {
        return;
    }
    int bad = -1;
    for (int i = 0; i < FAULTS && bad < 0; i++) {
        const uint64 fault = *(const uint64*)table[SCORES + i];
        if (fault != ~0ull) {
            gate->fault = fault;
            bad = SCORES + i;
        }
    }
    for (int i = 0; FINITE && i < SCORES && bad < 0; i++) {
        const float score = *(const float*)table[i];
        if (!(score - score == 0)) {
            bad = i;
        }
    }
    if (FINITE && bad < 0 && gate->lost != 0 && gate->scale < 1) {
        bad = SCORES + FAULTS;
    }
    if (bad >= 0) {
        gate->what = (uint64)FIRST << 32 | (bad + 1);
        gate->run = now->step + 1;
        return;
    }
    for (int i = 0; i < SCORES; i++) {
        sums[i] += (double)*(const float*)table[i] * SAMPLES * *weight;
    }
}

//: count
KERNEL NAME(const int* counts, double* sums, const Gate* gate, const double* weight) {
    if (gate->run != 0) {
        return;
    }
    FOR_EACH(i, COUNT) {
        sums[i] += counts[i] * *weight;
    }
}

//: average
// In float64, each line by one thread. What elements mean is averaged, and given back as an element that means it.
__device__ inline double meaning(float x, double most, double all) {
    return SOFTMAX ? exp(x - most) / all : LOGARITHMS ? exp((double)x) : SIGMOID ? 1 / (1 + exp(-(double)x)) : x;
}

__device__ inline double element(double mean) {
    if (SOFTMAX || LOGARITHMS) {
        return log(mean < 0x1p-1022 ? 0x1p-1022 : mean);
    }
    if (SIGMOID) {
        const double least = 0x1p-53;
        const double p = mean < least ? least : mean > 1 - least ? 1 - least : mean;
        return log(p / (1 - p));
    }
    return mean;
}

KERNEL NAME(float* own, const uint64* others) {
    FOR_EACH(line, LINES) {
        const int first = line / INNER * COUNT * INNER + line % INNER;
        double most[MEMBERS] = {}, all[MEMBERS] = {};
        for (int m = 0; SOFTMAX && m < MEMBERS; m++) {
            const float* x = m == 0 ? own : (const float*)others[m - 1];
            most[m] = x[first];
            for (int i = 1; i < COUNT; i++) {
                const float value = x[first + i * INNER];
                most[m] = value > most[m] || value != value ? value : most[m];
            }
            all[m] = 0;
            for (int i = 0; i < COUNT; i++) {
                all[m] += exp(x[first + i * INNER] - most[m]);
            }
        }
        for (int i = 0; i < COUNT; i++) {
            double sum = 0;
            for (int m = 0; m < MEMBERS; m++) {
                const float* x = m == 0 ? own : (const float*)others[m - 1];
                sum += meaning(x[first + i * INNER], most[m], all[m]);
            }
            own[first + i * INNER] = (float)element(sum / MEMBERS);
        }
    }
}
