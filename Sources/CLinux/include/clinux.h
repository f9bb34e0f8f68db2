/// Thin shims over what Swift cannot call: macros and variadic functions of Linux.
#pragma once
#include <stdint.h>
#include <time.h>

/// Pins the calling thread to a processor. Returns 0, or an errno value.
int fengsui_pin_to_processor(int processor);

/// The processor's ticks so far: its cycle counter where it has one, else nanoseconds.
static inline uint64_t fengsui_ticks(void) {
#if defined(__x86_64__) || defined(__i386__)
  return __builtin_ia32_rdtsc();
#elif defined(__aarch64__)
  uint64_t ticks;
  __asm__ volatile("mrs %0, cntvct_el0" : "=r"(ticks));
  return ticks;
#else
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
#endif
}
