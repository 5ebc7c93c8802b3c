//: watch
// By one thread. The first fault of the first step that met any is kept as it is, whatever is noted in later runs.
KERNEL NAME(const uint64* table, uint64 step, Gate* gate, double* sums) {
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
    for (int i = 0; i < SCORES && bad < 0; i++) {
        const float score = *(const float*)table[i];
        if (!(score - score == 0)) {
            bad = i;
        }
    }
    if (bad >= 0) {
        gate->what = bad;
        gate->run = step + 1;
        return;
    }
    for (int i = 0; i < SCORES; i++) {
        sums[i] += (double)*(const float*)table[i] * SAMPLES;
    }
}

//: count
KERNEL NAME(const int* counts, double* sums, const Gate* gate) {
    if (gate->run != 0) {
        return;
    }
    FOR_EACH(i, COUNT) {
        sums[i] += counts[i];
    }
}

//: moment
KERNEL NAME(Moment* now, uint64 seed, uint64 step) {
    if (blockIdx.x == 0 && threadIdx.x == 0) {
        now->seed = seed;
        now->step = step;
    }
}
