#include <isa-l/crc.h>
#include <isa-l/igzip_lib.h>
#include <stdlib.h>

/* ISA-L decodes into a window of its own first, and copies from there. Here the window alone is used: the
   room given for copies is empty and nothing counts as copied, so the window only grows, and its owner moves
   it on. The state is a pointer without type, as its arrays are too long for Swift. */

/* Where a step may go back to: bits read ahead, and what is in the window. */
struct isal_place {
  uint64_t bits;
  int32_t bit_count;
  int32_t stored_rest;
  int32_t window_count;
};

enum isal_step_result { ISAL_STEP_FAULT, ISAL_STEP_IN_CODED, ISAL_STEP_IN_STORED, ISAL_STEP_BLOCK_DONE };

#define ISAL_WINDOW_BYTES (2 * ISAL_DEF_HIST_SIZE)

static inline void *isal_make(void) {
  struct inflate_state *state = malloc(sizeof(struct inflate_state));
  if (state != NULL) isal_inflate_init(state);
  return state;
}

static inline void isal_destroy(void *memory) { free(memory); }

static inline void isal_restart(void *memory) { isal_inflate_reset(memory); }

static inline uint8_t *isal_window(void *memory) {
  return ((struct inflate_state *)memory)->tmp_out_buffer;
}

static inline struct isal_place isal_get_place(void *memory) {
  struct inflate_state *state = memory;
  struct isal_place place = {state->read_in, state->read_in_length, state->type0_block_len,
                             state->tmp_out_valid};
  return place;
}

static inline void isal_set_place(void *memory, struct isal_place place) {
  struct inflate_state *state = memory;
  state->read_in = place.bits;
  state->read_in_length = place.bit_count;
  state->type0_block_len = place.stored_rest;
  state->tmp_out_valid = place.window_count;
}

/* The next step begins with a block's header. */
static inline void isal_begin_block(void *memory) {
  ((struct inflate_state *)memory)->block_state = ISAL_BLOCK_NEW_HDR;
}

/* Decodes until the input is used up, the window is full or a block marked as the last one ends. */
static inline enum isal_step_result isal_step(void *memory, const uint8_t *input, uint32_t count,
                                              uint32_t *left) {
  struct inflate_state *state = memory;
  state->next_in = (uint8_t *)input;
  state->avail_in = count;
  state->next_out = state->tmp_out_buffer + state->tmp_out_valid;
  state->avail_out = 0;
  state->tmp_out_processed = 0;
  int status = isal_inflate(state);
  *left = state->avail_in;
  if (status != ISAL_DECOMP_OK || state->avail_in > count || state->read_in_length < 0 ||
      state->read_in_length > 64 || state->tmp_out_valid > (int)sizeof(state->tmp_out_buffer))
    return ISAL_STEP_FAULT;
  switch (state->block_state) {
  case ISAL_BLOCK_CODED: return ISAL_STEP_IN_CODED;
  case ISAL_BLOCK_TYPE0: return ISAL_STEP_IN_STORED;
  case ISAL_BLOCK_INPUT_DONE:
  case ISAL_BLOCK_FINISH: return ISAL_STEP_BLOCK_DONE;
  default: return ISAL_STEP_FAULT;
  }
}
