#pragma once

// Include before any Highway header, in every file that compiles kernels. Kept: AVX2, AVX-512 (AVX3), NEON with and without AES, and the
// portable fallback, which Highway cannot do without. Targets without fused multiply-add would give other bits, so they are not compiled,
// and the program refuses to run on the fallback (numeric::processor_is_supported). Narrower special targets are left out as well, so that
// the same kernels run on every Debian release. Numbers instead of HWY_* names: Highway 1.0 does not know all of 1.2's.
#define HWY_DISABLED_TARGETS (~((1LL << 8) | (1LL << 9) | (1LL << 28) | (1LL << 29) | (1LL << 61) | (1LL << 62)))
