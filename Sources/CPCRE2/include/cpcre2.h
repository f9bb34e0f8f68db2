/// PCRE2 with 8-bit code units: the width must be set before its header is read.
#pragma once
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
