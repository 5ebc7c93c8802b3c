//: conv
// A thread for each element of y [N, F, OH, OW].
KERNEL NAME(const T0* x, const T1* weight, const float* bias, TY* y) {
    FOR_EACH(i, N * F * OH * OW) {
        const int ox = Y::x(i), oy = Y::y(i), f = Y::c(i), n = Y::n(i);
        const int first = f / (F / GROUPS) * CG;
        float sum = HAS_BIAS ? bias[f] : 0.0f;
        for (int c = 0; c < CG; c++) {
            for (int ky = 0; ky < KH; ky++) {
                for (int kx = 0; kx < KW; kx++) {
                    const int iy = oy * SH + ky * DH - TOP, ix = ox * SW + kx * DW - LEFT;
                    if (iy >= 0 && iy < H && ix >= 0 && ix < W) {
                        sum += x[X::at(n, first + c, iy, ix)] * weight[WEIGHT::at(f, c, ky, kx)];
                    }
                }
            }
        }
        y[i] = sum;
    }
}

//: conv_grad_input
// A thread for each element of gx [N, C, H, W], which collects from all windows that have it.
KERNEL NAME(const T0* gy, const T1* weight, TY* gx) {
    constexpr int FG = F / GROUPS;
    FOR_EACH(i, N * CG * GROUPS * H * W) {
        const int ix = X::x(i), iy = X::y(i), channel = X::c(i), n = X::n(i);
        float sum = 0;
        for (int ky = 0; ky < KH; ky++) {
            for (int kx = 0; kx < KW; kx++) {
                const int sy = iy + TOP - ky * DH, sx = ix + LEFT - kx * DW;
                if (sy < 0 || sx < 0 || sy % SH != 0 || sx % SW != 0 || sy / SH >= OH || sx / SW >= OW) {
                    continue;
                }
                for (int f = channel / CG * FG; f < channel / CG * FG + FG; f++) {
                    sum += gy[Y::at(n, f, sy / SH, sx / SW)] * weight[WEIGHT::at(f, channel % CG, ky, kx)];
                }
            }
        }
        gx[i] = sum;
    }
}

//: conv_grad_weight
// A block for each element of gw [F, C/groups, KH, KW].
KERNEL NAME(const T0* gy, const T1* x, TY* gw) {
    for (int i = blockIdx.x; i < F * CG * KH * KW; i += gridDim.x) {
        const int kx = WEIGHT::x(i), ky = WEIGHT::y(i), c = WEIGHT::c(i), f = WEIGHT::n(i);
        const int channel = f / (F / GROUPS) * CG + c;
        float sum = 0;
        for (int place = threadIdx.x; place < N * OH * OW; place += BLOCK) {
            const int ox = place % OW, oy = place / OW % OH, n = place / (OH * OW);
            const int iy = oy * SH + ky * DH - TOP, ix = ox * SW + kx * DW - LEFT;
            if (iy >= 0 && iy < H && ix >= 0 && ix < W) {
                sum += gy[Y::at(n, f, oy, ox)] * x[X::at(n, channel, iy, ix)];
            }
        }
        sum = block_sum(sum);
        if (threadIdx.x == 0) {
            gw[i] = sum;
        }
    }
}

//: locally_connected
// A thread for each element of y [N, F, OH, OW]; the weight is [OH * OW * F, C, KH, KW].
KERNEL NAME(const T0* x, const T1* weight, const float* bias, TY* y) {
    FOR_EACH(i, N * F * OH * OW) {
        const int ox = Y::x(i), oy = Y::y(i), f = Y::c(i), n = Y::n(i);
        const int row = (oy * OW + ox) * F + f;
        float sum = HAS_BIAS ? bias[(f * OH + oy) * OW + ox] : 0.0f;
        for (int c = 0; c < C; c++) {
            for (int ky = 0; ky < KH; ky++) {
                for (int kx = 0; kx < KW; kx++) {
                    const int iy = oy * SH + ky * DH - TOP, ix = ox * SW + kx * DW - LEFT;
                    if (iy >= 0 && iy < H && ix >= 0 && ix < W) {
                        sum += x[X::at(n, c, iy, ix)] * weight[WEIGHT::at(row, c, ky, kx)];
                    }
                }
            }
        }
        y[i] = sum;
    }
}

//: locally_connected_grad_input
KERNEL NAME(const T0* gy, const T1* weight, TY* gx) {
    FOR_EACH(i, N * C * H * W) {
        const int ix = X::x(i), iy = X::y(i), c = X::c(i), n = X::n(i);
        float sum = 0;
        for (int ky = 0; ky < KH; ky++) {
            for (int kx = 0; kx < KW; kx++) {
                const int sy = iy + TOP - ky * DH, sx = ix + LEFT - kx * DW;
                if (sy < 0 || sx < 0 || sy % SH != 0 || sx % SW != 0 || sy / SH >= OH || sx / SW >= OW) {
                    continue;
                }
                const int oy = sy / SH, ox = sx / SW;
                for (int f = 0; f < F; f++) {
                    sum += gy[Y::at(n, f, oy, ox)] * weight[WEIGHT::at((oy * OW + ox) * F + f, c, ky, kx)];
                }
            }
        }
        gx[i] = sum;
    }
}

//: locally_connected_grad_weight
KERNEL NAME(const T0* gy, const T1* x, TY* gw) {
    FOR_EACH(i, OH * OW * F * C * KH * KW) {
        const int kx = WEIGHT::x(i), ky = WEIGHT::y(i), c = WEIGHT::c(i), row = WEIGHT::n(i);
        const int f = row % F, ox = row / F % OW, oy = row / F / OW;
        const int iy = oy * SH + ky * DH - TOP, ix = ox * SW + kx * DW - LEFT;
        float sum = 0;
        if (iy >= 0 && iy < H && ix >= 0 && ix < W) {
            for (int n = 0; n < N; n++) {
                sum += gy[Y::at(n, f, oy, ox)] * x[X::at(n, c, iy, ix)];
            }
        }
        gw[i] = sum;
    }
}
