// What all kernels share. CUDA C++17, compiled by NVRTC for the device and by a C++ compiler for tests on the host.

typedef unsigned int uint32;
typedef unsigned long long uint64;

// Threads of a block, for all kernels.
constexpr int BLOCK = 256;

#define KERNEL extern "C" __global__ void __launch_bounds__(BLOCK)

// Numbers of 16 bits. They are computed with as float32, and rounded to the nearest, of two to the even one, when written.
struct bfloat16 {
    unsigned short bits;

    __device__ operator float() const {
        return __uint_as_float((uint32)bits << 16);
    }
    __device__ bfloat16& operator=(float v) {
        const uint32 u = __float_as_uint(v);
        bits = v != v ? 0x7fff : (u + 0x7fff + (u >> 16 & 1)) >> 16;
        return *this;
    }
};

#ifdef __CUDACC__
__device__ inline unsigned short float16_bits(float v) {
    unsigned short bits;
    asm("cvt.rn.f16.f32 %0, %1;" : "=h"(bits) : "f"(v));
    return bits;
}

__device__ inline float float16_value(unsigned short bits) {
    float v;
    asm("cvt.f32.f16 %0, %1;" : "=f"(v) : "h"(bits));
    return v;
}
#endif

struct float16 {
    unsigned short bits;

    __device__ operator float() const {
        return float16_value(bits);
    }
    __device__ float16& operator=(float v) {
        bits = float16_bits(v);
        return *this;
    }
};

// Neighbours, which a thread reads or writes at once where their address allows it.
template <typename T, int NUMBER> struct alignas(NUMBER * sizeof(T)) Few {
    T of[NUMBER];
};

template <int NUMBER, typename T> __device__ inline Few<T, NUMBER> few_at(const T* first) {
    if ((uint64)first % sizeof(Few<T, NUMBER>) == 0) {
        return *(const Few<T, NUMBER>*)first;
    }
    Few<T, NUMBER> few;
    for (int k = 0; k < NUMBER; k++) {
        few.of[k] = first[k];
    }
    return few;
}

template <int NUMBER, typename T> __device__ inline void put_at(T* first, const Few<T, NUMBER>& few) {
    if ((uint64)first % sizeof(Few<T, NUMBER>) == 0) {
        *(Few<T, NUMBER>*)first = few;
        return;
    }
    for (int k = 0; k < NUMBER; k++) {
        first[k] = few.of[k];
    }
}

// Where the elements of a value [N, C, H, W] lie: row by row, or with the channels of each place side by side.
template <bool CHANNELS_LAST, int C, int H, int W> struct Map {
    __device__ static int at(int n, int c, int y, int x) {
        return CHANNELS_LAST ? ((n * H + y) * W + x) * C + c : ((n * C + c) * H + y) * W + x;
    }
    // The coordinates of the element at place i.
    __device__ static int n(int i) {
        return i / (C * H * W);
    }
    __device__ static int c(int i) {
        return CHANNELS_LAST ? i % C : i / (H * W) % C;
    }
    __device__ static int y(int i) {
        return CHANNELS_LAST ? i / (W * C) % H : i / W % H;
    }
    __device__ static int x(int i) {
        return CHANNELS_LAST ? i / C % W : i % W;
    }
};

// Deals the numbers below n out to all threads. Unsigned, so that the last step cannot overflow.
#define FOR_EACH(i, n)                                                                                          \
    for (uint32 i##_next = blockIdx.x * blockDim.x + threadIdx.x; i##_next < (uint32)(n);                       \
         i##_next += gridDim.x * blockDim.x)                                                                    \
        if (const int i = (int)i##_next; true)

// Deals every NUMBER-th of the numbers below n, which NUMBER divides, out to all threads.
#define FOR_EACH_FEW(i, n, NUMBER)                                                                              \
    FOR_EACH(i##_few, (n) / (NUMBER))                                                                           \
    if (const int i = i##_few * (NUMBER); true)

// The sum of one number of every WIDE-th thread of the block, always added in the same order. All those get it.
template <int WIDE> __device__ inline float column_sum(float own) {
    __shared__ float parts[BLOCK];
    __syncthreads(); // the call before may still be read
    parts[threadIdx.x] = own;
    for (int half = BLOCK / 2; half >= WIDE; half /= 2) {
        __syncthreads();
        if (threadIdx.x < half) {
            parts[threadIdx.x] += parts[threadIdx.x + half];
        }
    }
    __syncthreads();
    return parts[threadIdx.x % WIDE];
}

// The sum of one number of every thread of the block. Every thread gets it.
__device__ inline float block_sum(float own) {
    return column_sum<1>(own);
}

// The larger of two numbers, the second of equals; NaN when either is.
__device__ inline float larger(float a, float b) {
    return a > b || a != a ? a : b;
}

// The smaller of two numbers, the second of equals; NaN when either is.
__device__ inline float smaller(float a, float b) {
    return a < b || a != a ? a : b;
}

// The largest number of the threads of the block, NaN when one is. Every thread gets it.
__device__ inline float block_max(float own) {
    __shared__ float parts[BLOCK];
    __syncthreads();
    parts[threadIdx.x] = own;
    for (int half = BLOCK / 2; half > 0; half /= 2) {
        __syncthreads();
        if (threadIdx.x < half) {
            parts[threadIdx.x] = larger(parts[threadIdx.x], parts[threadIdx.x + half]);
        }
    }
    __syncthreads();
    return parts[0];
}

// The larger of two elements with their numbers: NaN before any other, the lower number of equals. Number -1 is none.
struct Best {
    float value;
    int index;
};

__device__ inline Best better(Best a, Best b) {
    if (a.index < 0 || b.index < 0) {
        return a.index < 0 ? b : a;
    }
    const bool a_nan = a.value != a.value, b_nan = b.value != b.value;
    if (a_nan == b_nan && (a_nan || a.value == b.value)) {
        return a.index < b.index ? a : b;
    }
    return a_nan || (!b_nan && a.value > b.value) ? a : b;
}

__device__ inline Best block_best(Best own) {
    __shared__ Best parts[BLOCK];
    __syncthreads();
    parts[threadIdx.x] = own;
    for (int half = BLOCK / 2; half > 0; half /= 2) {
        __syncthreads();
        if (threadIdx.x < half) {
            parts[threadIdx.x] = better(parts[threadIdx.x], parts[threadIdx.x + half]);
        }
    }
    __syncthreads();
    return parts[0];
}

// Who works on one line of a tensor: a thread by itself, or a whole block where lines are long.
template <bool WHOLE_BLOCK> struct Team {
    __device__ static int first() {
        return WHOLE_BLOCK ? blockIdx.x : blockIdx.x * BLOCK + threadIdx.x;
    }
    __device__ static int step() {
        return WHOLE_BLOCK ? gridDim.x : gridDim.x * BLOCK;
    }
    __device__ static int rank() {
        return WHOLE_BLOCK ? threadIdx.x : 0;
    }
    __device__ static int size() {
        return WHOLE_BLOCK ? BLOCK : 1;
    }
    __device__ static float sum(float own) {
        return WHOLE_BLOCK ? block_sum(own) : own;
    }
    __device__ static float max(float own) {
        return WHOLE_BLOCK ? block_max(own) : own;
    }
    __device__ static Best best(Best own) {
        return WHOLE_BLOCK ? block_best(own) : own;
    }
    // The sum of a number that each team of the block has.
    __device__ static float sum_of_teams(float team) {
        return WHOLE_BLOCK ? team : block_sum(team);
    }
};

// Deals every AT_ONCE-th element of a line out to its team, from begin to end, whose distance AT_ONCE divides.
#define FOR_EACH_OF_LINE(i, begin, end)                                                                         \
    for (int i = (begin) + TEAM::rank() * AT_ONCE; i < (end); i += TEAM::size() * AT_ONCE)

// Element-wise functions that C has not.
__device__ inline float sigmoid(float a) {
    const float e = expf(-fabsf(a));
    return (a >= 0 ? 1.0f : e) / (1.0f + e);
}

__device__ inline float softplus(float a) {
    return larger(a, 0.0f) + log1pf(expf(-fabsf(a)));
}

__device__ inline float sign(float a) {
    return a > 0 ? 1.0f : a < 0 ? -1.0f : a;
}

// Philox4x32-10 (Salmon, Moraes, Dror, Shaw 2011): 32 bits that follow from a seed, a stream and an index.
__device__ inline uint32 philox(uint64 seed, uint64 stream, uint64 index) {
    uint64 block = index >> 2;
    uint32 c0 = (uint32)block, c1 = (uint32)(block >> 32), c2 = (uint32)stream, c3 = (uint32)(stream >> 32);
    uint32 k0 = (uint32)seed, k1 = (uint32)(seed >> 32);
    for (int round = 0; round < 10; round++) {
        const uint64 p0 = 0xD2511F53ull * c0, p1 = 0xCD9E8D57ull * c2;
        c0 = (uint32)(p1 >> 32) ^ c1 ^ k0;
        c2 = (uint32)(p0 >> 32) ^ c3 ^ k1;
        c1 = (uint32)p1;
        c3 = (uint32)p0;
        k0 += 0x9E3779B9u;
        k1 += 0xBB67AE85u;
    }
    const int lane = (int)(index & 3);
    return lane == 0 ? c0 : lane == 1 ? c1 : lane == 2 ? c2 : c3;
}

// What randomness depends on, the same for all kernels of a run: seed, training step, and which sample of the batch the first one here is. And
// how much the scores count: of blended samples, whose steps are done twice, the share of the one side and of the other, else 1 and 0.
struct Moment {
    uint64 seed;
    uint64 step;
    uint64 first;
    double weights[2];
};

// The number that an element has in a batch that several devices share.
template <int SAMPLE> __device__ inline uint32 in_batch(const Moment* now, int number) {
    return (uint32)now->first * SAMPLE + number;
}

// In [0, 1).
__device__ inline float uniform(const Moment* now, uint64 stream, uint32 index) {
    return (philox(now->seed, stream, (now->step << 32) + index) >> 8) * 0x1p-24f;
}

// Of mean 0 and variance 1, of two numbers of 32 random bits (Box and Muller 1958).
__device__ inline float deviate(uint32 a, uint32 b) {
    const float u = ((a >> 8) + 1) * 0x1p-24f;
    const float v = (b >> 8) * 0x1p-24f;
    return sqrtf(-2.0f * logf(u)) * cospif(2.0f * v);
}

__device__ inline float normal(const Moment* now, uint64 stream, uint32 index) {
    const uint64 at = 2 * ((now->step << 32) + index);
    return deviate(philox(now->seed, stream, at), philox(now->seed, stream, at + 1));
}

// The class of a place. One that is out of range is noted for the host, lowest place first, and read as class 0.
__device__ inline int label_at(const int* labels, int place, int classes, int ignored, uint64* fault) {
    const int label = labels[place];
    if (ignored >= 0 && label == ignored) {
        return label;
    }
    if (label < 0 || label >= classes) {
        atomicMin(fault, ((uint64)place << 32) | (uint32)label);
        return 0;
    }
    return label;
}

// Whether weights may change: until a run went wrong. Then the number of its step, from 1; which score, fault or other quantity it was, from
// 1, below the number of the first sample, or 0 when the run went wrong on another device; and the fault.
// How gradients are scaled: by how much, how many steps in a row went well, and 1 when those of this step are not all finite: then they
// change nothing. And how many steps that was so in.
struct Gate {
    uint64 run, what, fault;
    float scale, good, lost;
    uint32 skipped;

    __device__ bool closed() const {
        return run != 0 || lost != 0;
    }
};

// What optimizers read of a step: learning rate, factor on the weight, penalty on the weight, Adam's correction.
struct Numbers {
    float rate, kept, penalty, correction;
};

// A weight, its gradient and the optimizer's state of it.
struct Element {
    float *w, *g, *a, *b;
};

// What an optimizer does in a step with elements that learn alike: from which weight on, from which number of the state on, how many;
// how many pieces the ranges before it have.
struct Range {
    uint64 first, state, count, piece;
    Numbers numbers;
};

// A product that is rounded before anything is added to it, as Java does.
__device__ inline float product(float a, float b) {
    return __fmul_rn(a, b);
}

__device__ inline double product(double a, double b) {
    return __dmul_rn(a, b);
}

__device__ inline float penalized(const Element& e, const Numbers& n) {
    return *e.g + product(n.penalty, *e.w);
}
