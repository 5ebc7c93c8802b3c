//: conv
// A thread for each element of y [N, F, OH, OW].
KERNEL NAME(const float* x, const float* weight, const float* bias, float* y) {
    FOR_EACH(i, N * F * OH * OW) {
        const int ox = i % OW, oy = i / OW % OH, f = i / (OH * OW) % F, n = i / (F * OH * OW);
        const int first = n * CG * GROUPS + f / (F / GROUPS) * CG;
        float sum = HAS_BIAS ? bias[f] : 0.0f;
        for (int c = 0; c < CG; c++) {
            for (int ky = 0; ky < KH; ky++) {
                for (int kx = 0; kx < KW; kx++) {
                    const int iy = oy * SH + ky * DH - TOP, ix = ox * SW + kx * DW - LEFT;
                    if (iy >= 0 && iy < H && ix >= 0 && ix < W) {
                        sum += x[((first + c) * H + iy) * W + ix] * weight[((f * CG + c) * KH + ky) * KW + kx];
                    }
                }
            }
        }
        y[i] = sum;
    }
}

//: conv_grad_input
// A thread for each element of gx [N, C, H, W], which collects from all windows that have it.
KERNEL NAME(const float* gy, const float* weight, float* gx) {
    constexpr int FG = F / GROUPS;
    FOR_EACH(i, N * CG * GROUPS * H * W) {
        const int ix = i % W, iy = i / W % H, channel = i / (H * W) % (CG * GROUPS), n = i / (CG * GROUPS * H * W);
        float sum = 0;
        for (int ky = 0; ky < KH; ky++) {
            for (int kx = 0; kx < KW; kx++) {
                const int sy = iy + TOP - ky * DH, sx = ix + LEFT - kx * DW;
                if (sy < 0 || sx < 0 || sy % SH != 0 || sx % SW != 0 || sy / SH >= OH || sx / SW >= OW) {
                    continue;
                }
                for (int f = channel / CG * FG; f < channel / CG * FG + FG; f++) {
                    sum += gy[((n * F + f) * OH + sy / SH) * OW + sx / SW]
                            * weight[((f * CG + channel % CG) * KH + ky) * KW + kx];
                }
            }
        }
        gx[i] = sum;
    }
}

//: conv_grad_weight
// A block for each element of gw [F, C/groups, KH, KW].
KERNEL NAME(const float* gy, const float* x, float* gw) {
    for (int i = blockIdx.x; i < F * CG * KH * KW; i += gridDim.x) {
        const int kx = i % KW, ky = i / KW % KH, c = i / (KH * KW) % CG, f = i / (CG * KH * KW);
        const int channel = f / (F / GROUPS) * CG + c;
        float sum = 0;
        for (int place = threadIdx.x; place < N * OH * OW; place += BLOCK) {
            const int ox = place % OW, oy = place / OW % OH, n = place / (OH * OW);
            const int iy = oy * SH + ky * DH - TOP, ix = ox * SW + kx * DW - LEFT;
            if (iy >= 0 && iy < H && ix >= 0 && ix < W) {
                sum += gy[((n * F + f) * OH + oy) * OW + ox] * x[((n * CG * GROUPS + channel) * H + iy) * W + ix];
            }
        }
        sum = block_sum(sum);
        if (threadIdx.x == 0) {
            gw[i] = sum;
        }
    }
}

//: add_bias
// Adds the bias of each channel to y [N, F, AREA].
KERNEL NAME(const float* bias, float* y) {
    FOR_EACH(i, COUNT) {
        y[i] += bias[i / AREA % F];
    }
}

//: locally_connected
// A thread for each element of y [N, F, OH, OW]; the weight is [OH * OW * F, C, KH, KW].
KERNEL NAME(const float* x, const float* weight, const float* bias, float* y) {
    FOR_EACH(i, N * F * OH * OW) {
        const int ox = i % OW, oy = i / OW % OH, f = i / (OH * OW) % F, n = i / (F * OH * OW);
        const int first = ((oy * OW + ox) * F + f) * C;
        float sum = HAS_BIAS ? bias[i % (F * OH * OW)] : 0.0f;
        for (int c = 0; c < C; c++) {
            for (int ky = 0; ky < KH; ky++) {
                for (int kx = 0; kx < KW; kx++) {
                    const int iy = oy * SH + ky * DH - TOP, ix = ox * SW + kx * DW - LEFT;
                    if (iy >= 0 && iy < H && ix >= 0 && ix < W) {
                        sum += x[((n * C + c) * H + iy) * W + ix] * weight[((first + c) * KH + ky) * KW + kx];
                    }
                }
            }
        }
        y[i] = sum;
    }
}

//: locally_connected_grad_input
KERNEL NAME(const float* gy, const float* weight, float* gx) {
    FOR_EACH(i, N * C * H * W) {
        const int ix = i % W, iy = i / W % H, c = i / (H * W) % C, n = i / (C * H * W);
        float sum = 0;
        for (int ky = 0; ky < KH; ky++) {
            for (int kx = 0; kx < KW; kx++) {
                const int sy = iy + TOP - ky * DH, sx = ix + LEFT - kx * DW;
                if (sy < 0 || sx < 0 || sy % SH != 0 || sx % SW != 0 || sy / SH >= OH || sx / SW >= OW) {
                    continue;
                }
                const int oy = sy / SH, ox = sx / SW;
                for (int f = 0; f < F; f++) {
                    sum += gy[((n * F + f) * OH + oy) * OW + ox]
                            * weight[((((oy * OW + ox) * F + f) * C + c) * KH + ky) * KW + kx];
                }
            }
        }
        gx[i] = sum;
    }
}

//: locally_connected_grad_weight
KERNEL NAME(const float* gy, const float* x, float* gw) {
    FOR_EACH(i, OH * OW * F * C * KH * KW) {
        const int kx = i % KW, ky = i / KW % KH, c = i / (KH * KW) % C, f = i / (C * KH * KW) % F;
        const int place = i / (F * C * KH * KW), ox = place % OW, oy = place / OW;
        const int iy = oy * SH + ky * DH - TOP, ix = ox * SW + kx * DW - LEFT;
        float sum = 0;
        if (iy >= 0 && iy < H && ix >= 0 && ix < W) {
            for (int n = 0; n < N; n++) {
                sum += gy[((n * F + f) * OH + oy) * OW + ox] * x[((n * C + c) * H + iy) * W + ix];
            }
        }
        gw[i] = sum;
    }
}
