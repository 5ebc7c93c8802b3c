// Compiles the kernels of the CUDA backend for the host: the threads of a block take turns, each up to the next barrier.
#include <math.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <ucontext.h>

#define __global__ __attribute__((visibility("default")))
#define __device__
#define __shared__ static
#define __launch_bounds__(threads)

struct Index {
    unsigned x;
};

static Index threadIdx, blockIdx, blockDim, gridDim;

namespace host {
constexpr unsigned MOST_THREADS = 1024;
constexpr size_t STACK = 64 * 1024;

static jmp_buf scheduler, threads[MOST_THREADS];
static char stacks[MOST_THREADS][STACK];
static bool started[MOST_THREADS], done[MOST_THREADS];
static void *kernel;
static void **args;
static int count;

template <typename... P> static void call(P... p) {
    ((void (*)(P...))kernel)(p...);
}

static void enter() {
    void **a = args;
    switch (count) {
    case 1: call(a[0]); break;
    case 2: call(a[0], a[1]); break;
    case 3: call(a[0], a[1], a[2]); break;
    case 4: call(a[0], a[1], a[2], a[3]); break;
    case 5: call(a[0], a[1], a[2], a[3], a[4]); break;
    case 6: call(a[0], a[1], a[2], a[3], a[4], a[5]); break;
    case 7: call(a[0], a[1], a[2], a[3], a[4], a[5], a[6]); break;
    case 8: call(a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7]); break;
    default: call(a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7], a[8], a[9], a[10], a[11]); break;
    }
    done[threadIdx.x] = true;
}

// Leaves a thread to the others until it is its turn again. Not by swapcontext, which asks the system each time.
static void yield() {
    const unsigned own = threadIdx.x;
    if (_setjmp(threads[own]) == 0) {
        _longjmp(scheduler, 1);
    }
    threadIdx.x = own;
}

// A thread, of one block after the other.
static void thread() {
    for (;;) {
        enter();
        yield();
    }
}

// Lets a thread run up to where it yields.
static void resume(unsigned t) {
    threadIdx.x = t;
    if (_setjmp(scheduler) != 0) {
        return;
    }
    if (started[t]) {
        _longjmp(threads[t], 1);
    }
    started[t] = true;
    ucontext_t first;
    getcontext(&first);
    first.uc_stack.ss_sp = stacks[t];
    first.uc_stack.ss_size = STACK;
    makecontext(&first, thread, 0);
    setcontext(&first);
}

// Runs one block. False when some threads came to a barrier that others did not come to.
static bool run_block() {
    for (unsigned t = 0; t < blockDim.x; t++) {
        done[t] = false;
    }
    for (;;) {
        unsigned finished = 0;
        for (unsigned t = 0; t < blockDim.x; t++) {
            resume(t);
            finished += done[t];
        }
        if (finished != 0) {
            if (finished < blockDim.x) {
                memset(started, 0, sizeof started); // some stand in the midst of the kernel
            }
            return finished == blockDim.x;
        }
    }
}
} // namespace host

static void __syncthreads() {
    host::yield();
}

// Runs a kernel whose parameters are all addresses or whole numbers of 64 bits. 0, or 1 when a barrier was not met by all threads of a block.
extern "C" __attribute__((visibility("default"))) int host_launch(
        void *kernel, int blocks, int threads, int count, void **args) {
    host::kernel = kernel;
    host::args = args;
    host::count = count;
    blockDim.x = threads;
    gridDim.x = blocks;
    for (int b = 0; b < blocks; b++) {
        blockIdx.x = b;
        if (!host::run_block()) {
            return 1;
        }
    }
    return 0;
}

static inline uint32_t __float_as_uint(float v) {
    uint32_t bits;
    memcpy(&bits, &v, sizeof bits);
    return bits;
}

static inline float __uint_as_float(uint32_t bits) {
    float v;
    memcpy(&v, &bits, sizeof v);
    return v;
}

static inline unsigned short float16_bits(float v) {
    const _Float16 rounded = v;
    unsigned short bits;
    memcpy(&bits, &rounded, sizeof bits);
    return bits;
}

static inline float float16_value(unsigned short bits) {
    _Float16 v;
    memcpy(&v, &bits, sizeof v);
    return v;
}

static inline int atomicAdd(int *to, int value) {
    const int before = *to;
    *to += value;
    return before;
}

static inline unsigned long long atomicMin(unsigned long long *to, unsigned long long value) {
    const unsigned long long before = *to;
    *to = value < before ? value : before;
    return before;
}

static inline float cospif(float x) {
    return (float)cos(M_PI * x);
}

static inline float __fmul_rn(float a, float b) {
    return a * b;
}

static inline double __dmul_rn(double a, double b) {
    return a * b;
}

