#define _GNU_SOURCE
#include "clinux.h"

#include <pthread.h>
#include <sched.h>

int fengsui_pin_to_processor(int processor) {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(processor, &set);
  return pthread_setaffinity_np(pthread_self(), sizeof set, &set);
}
