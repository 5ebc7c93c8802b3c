//: sample
// Random numbers of one transform on one sample, one after the other.
struct Draws {
    uint64 stream, next;

    __device__ uint32 bits() {
        return philox(SEED, stream, next++);
    }
    __device__ double uniform(double low, double high) {
        return low + product(high - low, (double)((bits() >> 8) * 0x1p-24f));
    }
    // In [0, bound).
    __device__ int below(int bound) {
        return (int)((uint64)bits() * bound >> 32);
    }
};

// A picture, and what decides its random numbers: the epoch, and its number in the data set. And its mean grey, where that is known.
struct Sample {
    const Pixel* picture;
    uint64 round, number;
    double grey;

    __device__ Draws draws(int place) const {
        return {STREAM + round * PLACES + place, number << PER_SAMPLE};
    }
};

// A pixel as a number: bytes are shares of the one that becomes 1.
__device__ inline float share(float pixel) {
    return pixel;
}

__device__ inline float share(unsigned char pixel) {
    return pixel / MAXIMUM;
}

// Every transform knows the size of what it makes. Of a sample it draws its numbers, and then knows each value. First a picture as it came.
template <int CHANNELS, int HEIGHT, int WIDTH> struct Raw {
    static constexpr int C = CHANNELS, H = HEIGHT, W = WIDTH;
    const Pixel* picture;

    __device__ void draw(const Sample& s) {
        picture = s.picture;
    }
    __device__ float at(int c, int y, int x) const {
        return share(picture[(c * H + y) * W + x]);
    }
    // 0 outside.
    __device__ float around(int c, int y, int x) const {
        return y >= 0 && y < H && x >= 0 && x < W ? at(c, y, x) : 0.0f;
    }
};

template <class Before, int PLACE, int HEIGHT, int WIDTH, int PAD, bool RANDOM> struct Crop {
    static constexpr int C = Before::C, H = HEIGHT, W = WIDTH;
    static constexpr int REST_H = Before::H + 2 * PAD - H, REST_W = Before::W + 2 * PAD - W;
    Before before;
    int top, left;

    __device__ void draw(const Sample& s) {
        before.draw(s);
        Draws draws = s.draws(PLACE);
        top = (RANDOM ? draws.below(REST_H + 1) : REST_H / 2) - PAD;
        left = (RANDOM ? draws.below(REST_W + 1) : REST_W / 2) - PAD;
    }
    __device__ float at(int c, int y, int x) const {
        y += top;
        x += left;
        return y >= 0 && y < Before::H && x >= 0 && x < Before::W ? before.at(c, y, x) : 0.0f;
    }
};

template <class Before, int PLACE, bool VERTICAL, class Numbers> struct Flip {
    static constexpr int C = Before::C, H = Before::H, W = Before::W;
    Before before;
    bool flipped;

    __device__ void draw(const Sample& s) {
        before.draw(s);
        flipped = s.draws(PLACE).uniform(0, 1) < Numbers::probability();
    }
    __device__ float at(int c, int y, int x) const {
        return before.at(c, flipped && VERTICAL ? H - 1 - y : y, flipped && !VERTICAL ? W - 1 - x : x);
    }
};

template <class Before, int PLACE, int SIDE> struct Cutout {
    static constexpr int C = Before::C, H = Before::H, W = Before::W;
    Before before;
    int top, left;

    __device__ void draw(const Sample& s) {
        before.draw(s);
        Draws draws = s.draws(PLACE);
        top = draws.below(H) - SIDE / 2;
        left = draws.below(W) - SIDE / 2;
    }
    __device__ float at(int c, int y, int x) const {
        const bool inside = y >= top && y < top + SIDE && x >= left && x < left + SIDE;
        return inside ? 0.0f : before.at(c, y, x);
    }
};

// One of many normal deviates; each takes two draws.
__device__ inline float normal_at(uint64 seed, uint64 stream, uint64 index) {
    return deviate(philox(seed, stream, 2 * index), philox(seed, stream, 2 * index + 1));
}

template <class Before, int PLACE, class Numbers> struct Noise {
    static constexpr int C = Before::C, H = Before::H, W = Before::W;
    Before before;
    Draws first;

    __device__ void draw(const Sample& s) {
        before.draw(s);
        first = s.draws(PLACE);
    }
    __device__ float at(int c, int y, int x) const {
        const uint64 i = first.next + (c * H + y) * W + x;
        return before.at(c, y, x) + Numbers::sigma() * normal_at(SEED, first.stream, i);
    }
};

// What a set adds behind all transforms, with draws of its own.
template <class Before, class Numbers> struct Added {
    static constexpr int C = Before::C, H = Before::H, W = Before::W;
    Before before;
    uint64 stream, first;

    __device__ void draw(const Sample& s) {
        before.draw(s);
        stream = Numbers::stream() + s.round;
        first = s.number * (C * H * W);
    }
    __device__ float at(int c, int y, int x) const {
        const uint64 i = first + (c * H + y) * W + x;
        return before.at(c, y, x) + Numbers::sigma() * normal_at(Numbers::seed(), stream, i);
    }
};

template <class Before, class Numbers> struct Normalize {
    static constexpr int C = Before::C, H = Before::H, W = Before::W;
    Before before;

    __device__ void draw(const Sample& s) {
        before.draw(s);
    }
    __device__ float at(int c, int y, int x) const {
        return (before.at(c, y, x) - Numbers::mean(c)) / Numbers::deviation(c);
    }
};

// How an axis of one length becomes one of another: a new element is a weighted mean of `count` old ones from `first` on. It averages over
// its area where the axis shrinks, and interpolates between centres where it grows.
struct Taps {
    int from, to, i, first, count;
    float second;

    __device__ Taps(int from, int to, int i) : from(from), to(to), i(i) {
        double centre = (i + 0.5) * from / to - 0.5;
        centre = centre < 0 ? 0 : centre > from - 1 ? from - 1 : centre;
        first = to <= from ? i * from / to : (int)centre;
        second = (float)(centre - first);
        const int most = to <= from ? (from + to - 1) / to + 1 : 2;
        count = most < from - first ? most : from - first;
    }
    __device__ float weight(int k) const {
        if (to > from) {
            return k == 0 ? 1 - second : second;
        }
        const int begin = i * from, end = begin + from, left = (first + k) * to, right = left + to;
        const int covered = (right < end ? right : end) - (left > begin ? left : begin);
        return (covered > 0 ? covered : 0) / (float)from;
    }
};

// A part of a picture, and what becomes of it when its size changes.
template <class Before> struct Part {
    Before before;
    int top, left, height, width;

    __device__ float resized(int new_height, int new_width, int c, int y, int x) const {
        const Taps rows(height, new_height, y), columns(width, new_width, x);
        float sum = 0;
        for (int k = 0; k < rows.count; k++) {
            float row = 0;
            for (int j = 0; j < columns.count; j++) {
                row += product(columns.weight(j), before.at(c, top + rows.first + k, left + columns.first + j));
            }
            sum += product(rows.weight(k), row);
        }
        return sum;
    }
};

template <class Before, int HEIGHT, int WIDTH> struct Resize {
    static constexpr int C = Before::C, H = HEIGHT, W = WIDTH;
    Part<Before> whole;

    __device__ void draw(const Sample& s) {
        whole.before.draw(s);
        whole.top = whole.left = 0;
        whole.height = Before::H;
        whole.width = Before::W;
    }
    __device__ float at(int c, int y, int x) const {
        return whole.resized(H, W, c, y, x);
    }
};

template <class Before, int PLACE, int HEIGHT, int WIDTH, class Numbers> struct ResizedCrop {
    static constexpr int C = Before::C, H = HEIGHT, W = WIDTH;
    static constexpr int TRIES = 10;
    Part<Before> part;

    __device__ static int rounded(double v) {
        return (int)floor(v + 0.5);
    }
    __device__ static int within(int v, int most) {
        return v < 1 ? 1 : v > most ? most : v;
    }
    // Takes a size, if the picture has as much.
    __device__ bool fits(int height, int width) {
        part.height = height;
        part.width = width;
        return height > 0 && height <= Before::H && width > 0 && width <= Before::W;
    }
    __device__ void draw(const Sample& s) {
        part.before.draw(s);
        Draws draws = s.draws(PLACE);
        for (int i = 0; i < TRIES; i++) {
            const double area = (double)Before::H * Before::W * draws.uniform(Numbers::least(), Numbers::most());
            const double ratio = exp(draws.uniform(Numbers::lowest(), Numbers::highest()));
            if (fits(rounded(sqrt(area / ratio)), rounded(sqrt(area * ratio)))) {
                part.top = draws.below(Before::H - part.height + 1);
                part.left = draws.below(Before::W - part.width + 1);
                return;
            }
        }
        const double own = (double)Before::W / Before::H, narrow = Numbers::narrowest(), wide = Numbers::widest();
        const double ratio = own < narrow ? narrow : own > wide ? wide : own;
        part.width = within(rounded(Before::H * ratio), Before::W);
        part.height = within(rounded(Before::W / ratio), Before::H);
        part.top = (Before::H - part.height) / 2;
        part.left = (Before::W - part.width) / 2;
    }
    __device__ float at(int c, int y, int x) const {
        return part.resized(H, W, c, y, x);
    }
};

// Turned and scaled about the centre and moved.
template <class Before, int PLACE, class Numbers> struct Moved {
    static constexpr int C = Before::C, H = Before::H, W = Before::W;
    Before before;
    double down, right, cosine, sine;

    __device__ void draw(const Sample& s) {
        before.draw(s);
        Draws draws = s.draws(PLACE);
        const double angle = draws.uniform(-Numbers::degrees(), Numbers::degrees()) * 0.017453292519943295;
        down = draws.uniform(-Numbers::down(), Numbers::down()) * H;
        right = draws.uniform(-Numbers::right(), Numbers::right()) * W;
        const double scale = draws.uniform(Numbers::least(), Numbers::most());
        cosine = cos(angle) / scale;
        sine = sin(angle) / scale;
    }
    // Between the four pixels about the place where the new one's centre was before.
    __device__ float at(int c, int y, int x) const {
        const double v = y + 0.5 - H / 2.0 - down, u = x + 0.5 - W / 2.0 - right;
        const double from_y = cosine * v - sine * u + H / 2.0 - 0.5, from_x = sine * v + cosine * u + W / 2.0 - 0.5;
        const int top = (int)floor(from_y), left = (int)floor(from_x);
        const float low = (float)(from_y - top), far = (float)(from_x - left);
        const float above = (1 - far) * before.around(c, top, left) + far * before.around(c, top, left + 1);
        const float below = (1 - far) * before.around(c, top + 1, left) + far * before.around(c, top + 1, left + 1);
        return (1 - low) * above + low * below;
    }
};

// Colours changed: brightness, contrast about the mean grey of the picture when it is as bright, saturation and hue.
template <class Before, int PLACE, class Numbers> struct Jitter {
    static constexpr int C = Before::C, H = Before::H, W = Before::W;
    Before before;
    double brightness, contrast, saturation, hue, mean;

    __device__ static double factor(Draws& draws, double by) {
        return draws.uniform(by < 1 ? 1 - by : 0, 1 + by);
    }
    __device__ static float blended(float v, double with, double factor) {
        const double b = with + factor * (v - with);
        return factor == 1 ? v : (float)(b < 0 ? 0 : b > 1 ? 1 : b);
    }
    __device__ static double grey(const float* v) {
        return C == 3 ? 0.299 * v[0] + 0.587 * v[1] + 0.114 * v[2] : v[0];
    }
    __device__ void draw(const Sample& s) {
        before.draw(s);
        Draws draws = s.draws(PLACE);
        brightness = factor(draws, Numbers::brightness());
        contrast = factor(draws, Numbers::contrast());
        saturation = factor(draws, Numbers::saturation());
        hue = draws.uniform(-Numbers::hue(), Numbers::hue());
        mean = s.grey;
    }
    __device__ double bright_grey(int y, int x) const {
        float v[3];
        for (int k = 0; k < (C == 3 ? 3 : 1); k++) {
            v[k] = blended(before.at(k, y, x), 0, brightness);
        }
        return grey(v);
    }
    __device__ float at(int c, int y, int x) const {
        float v[3];
        const int first = C == 3 ? 0 : c;
        for (int k = 0; k < (C == 3 ? 3 : 1); k++) {
            v[k] = blended(blended(before.at(first + k, y, x), 0, brightness), mean, contrast);
        }
        if (C != 3) {
            return v[0];
        }
        const double own = grey(v);
        for (int k = 0; k < 3; k++) {
            v[k] = blended(v[k], own, saturation);
        }
        return turned(v, c);
    }
    // The hue of the colour model HSV turned. A channel lacks as much of the range as the hue is away from its own (Smith 1978).
    __device__ float turned(const float* v, int c) const {
        const float most = larger(v[0], larger(v[1], v[2])), range = most - smaller(v[0], smaller(v[1], v[2]));
        if (hue == 0 || range == 0) {
            return v[c];
        }
        const float now = most == v[0] ? (v[1] - v[2]) / range
                : most == v[1]         ? 2 + (v[2] - v[0]) / range
                                       : 4 + (v[0] - v[1]) / range;
        const double k = fmod(5 - 2 * c + (now + 6 * hue), 6.0), from = k < 0 ? k + 6 : k;
        const double lack = from < 4 - from ? from : 4 - from;
        return (float)(most - range * (lack < 0 ? 0 : lack > 1 ? 1 : lack));
    }
};

// What transforms know of a sample, drawn once for each block. Blocks have PARTS of each sample.
template <class Last> __device__ inline const Last& of_sample(const Pixel* pictures, const uint64* numbers, const double* greys) {
    __shared__ Last last;
    if (threadIdx.x == 0) {
        const int n = blockIdx.x / PARTS;
        last.draw({pictures + n * PICTURE, numbers[0], numbers[1 + n], greys[n]});
    }
    __syncthreads();
    return last;
}

//: augment
// The pictures, with the epoch and the samples' numbers behind them.
KERNEL NAME(const Pixel* pictures, const uint64* numbers, const double* greys, float* y) {
    typedef CHAIN Last;
    const Last& last = of_sample<Last>(pictures, numbers, greys);
    constexpr int SIZE = Last::C * Last::H * Last::W;
    for (int i = blockIdx.x % PARTS * BLOCK + threadIdx.x; i < SIZE; i += PARTS * BLOCK) {
        y[blockIdx.x / PARTS * SIZE + i] = last.at(i / (Last::H * Last::W), i / Last::W % Last::H, i % Last::W);
    }
}

//: greys
// The mean grey of each picture when it is as bright as it will be, by one block.
KERNEL NAME(const Pixel* pictures, const uint64* numbers, double* greys, float*) {
    typedef CHAIN Last;
    __shared__ double parts[BLOCK];
    const Last& last = of_sample<Last>(pictures, numbers, greys);
    double sum = 0;
    for (int i = threadIdx.x; i < Last::H * Last::W; i += BLOCK) {
        sum += last.bright_grey(i / Last::W, i % Last::W);
    }
    parts[threadIdx.x] = sum;
    for (int half = BLOCK / 2; half > 0; half /= 2) {
        __syncthreads();
        if (threadIdx.x < half) {
            parts[threadIdx.x] += parts[threadIdx.x + half];
        }
    }
    if (threadIdx.x == 0) {
        greys[blockIdx.x] = parts[0] / (Last::H * Last::W);
    }
}

//: opposite
// The place that an element has in the sample that is blended with its own.
__device__ inline uint64 opposite(int i) {
    return (uint64)(SAMPLES - 1 - i / SIZE) * SIZE + i % SIZE;
}

//: blend_pictures
// Each of the first pictures with the one at the same place from the end of all.
KERNEL NAME(const float* pictures, const double* share, float* y) {
    const float own_share = (float)*share;
    FOR_EACH(i, COUNT) {
        const float own = pictures[i], other = pictures[opposite(i)];
        y[i] = other + product(own_share, own - other);
    }
}

//: exchange_labels
// Each of the first samples gets the labels of the one at the same place from the end of all.
KERNEL NAME(const int* labels, int* y) {
    FOR_EACH(i, COUNT) {
        y[i] = labels[opposite(i)];
    }
}
