/// Thin shims over what Swift cannot call: macros and variadic functions of Linux.
#pragma once
#include <stdint.h>

/// Pins the calling thread to a processor. Returns 0, or an errno value.
int fengsui_pin_to_processor(int processor);
