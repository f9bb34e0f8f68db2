/// Thin shims over what Swift cannot call: macros, builtins and variadic functions of Linux.
#pragma once
#include <stdint.h>
#include <time.h>

/// Pins the calling thread to a processor. Returns 0, or an errno value.
int fengsui_pin_to_processor(int processor);

/// Asks for the memory at an address, without waiting for it: it is read and written soon.
static inline void fengsui_prefetch(const void *address) { __builtin_prefetch(address, 1, 3); }

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
