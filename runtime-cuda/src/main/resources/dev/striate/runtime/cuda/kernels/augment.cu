//: sample
// A picture, and what decides its random numbers: the epoch, and its number in the data set.
struct Sample {
    const float* picture;
    uint64 round, number;
};

// One of the numbers that the transform at a place of the recipe draws for a sample, as 32 bits.
__device__ inline uint32 drawn(const Sample& s, int place, uint64 index) {
    return philox(SEED, STREAM + s.round * PLACES + place, (s.number << PER_SAMPLE) + index);
}

// In [0, bound).
__device__ inline int below(const Sample& s, int place, uint64 index, int bound) {
    return (int)((uint64)drawn(s, place, index) * bound >> 32);
}

// Every transform knows the size of what it makes, and each value of it. First a picture as it came.
template <int CHANNELS, int HEIGHT, int WIDTH> struct Raw {
    static constexpr int C = CHANNELS, H = HEIGHT, W = WIDTH;
    __device__ static float at(const Sample& s, int c, int y, int x) {
        return s.picture[(c * H + y) * W + x];
    }
};

template <class Before, int PLACE, int HEIGHT, int WIDTH, int PAD, bool RANDOM> struct Crop {
    static constexpr int C = Before::C, H = HEIGHT, W = WIDTH;
    static constexpr int REST_H = Before::H + 2 * PAD - H, REST_W = Before::W + 2 * PAD - W;
    __device__ static float at(const Sample& s, int c, int y, int x) {
        y += (RANDOM ? below(s, PLACE, 0, REST_H + 1) : REST_H / 2) - PAD;
        x += (RANDOM ? below(s, PLACE, 1, REST_W + 1) : REST_W / 2) - PAD;
        return y >= 0 && y < Before::H && x >= 0 && x < Before::W ? Before::at(s, c, y, x) : 0.0f;
    }
};

template <class Before, int PLACE, bool VERTICAL, class Numbers> struct Flip {
    static constexpr int C = Before::C, H = Before::H, W = Before::W;
    __device__ static float at(const Sample& s, int c, int y, int x) {
        if ((drawn(s, PLACE, 0) >> 8) * 0x1p-24f >= Numbers::probability()) {
            return Before::at(s, c, y, x);
        }
        return Before::at(s, c, VERTICAL ? H - 1 - y : y, VERTICAL ? x : W - 1 - x);
    }
};

template <class Before, int PLACE, int SIDE> struct Cutout {
    static constexpr int C = Before::C, H = Before::H, W = Before::W;
    __device__ static float at(const Sample& s, int c, int y, int x) {
        const int top = below(s, PLACE, 0, H) - SIDE / 2, left = below(s, PLACE, 1, W) - SIDE / 2;
        const bool inside = y >= top && y < top + SIDE && x >= left && x < left + SIDE;
        return inside ? 0.0f : Before::at(s, c, y, x);
    }
};

template <class Before, int PLACE, class Numbers> struct Noise {
    static constexpr int C = Before::C, H = Before::H, W = Before::W;
    __device__ static float at(const Sample& s, int c, int y, int x) {
        const uint64 i = 2 * (uint64)((c * H + y) * W + x);
        const uint64 first = s.number << PER_SAMPLE; // the index is doubled with it
        const uint32 u = philox(SEED, STREAM + s.round * PLACES + PLACE, 2 * first + i);
        const uint32 v = philox(SEED, STREAM + s.round * PLACES + PLACE, 2 * first + i + 1);
        return Before::at(s, c, y, x) + Numbers::sigma() * deviate(u, v);
    }
};

template <class Before, class Numbers> struct Normalize {
    static constexpr int C = Before::C, H = Before::H, W = Before::W;
    __device__ static float at(const Sample& s, int c, int y, int x) {
        return (Before::at(s, c, y, x) - Numbers::mean(c)) / Numbers::deviation(c);
    }
};

//: augment
// The pictures, with the epoch and the samples' numbers behind them.
KERNEL NAME(const float* pictures, const uint64* numbers, float* y) {
    typedef CHAIN Last;
    FOR_EACH(i, SAMPLES * Last::C * Last::H * Last::W) {
        const int n = i / (Last::C * Last::H * Last::W);
        const Sample s = {pictures + n * PICTURE, numbers[0], numbers[1 + n]};
        y[i] = Last::at(s, i / (Last::H * Last::W) % Last::C, i / Last::W % Last::H, i % Last::W);
    }
}
