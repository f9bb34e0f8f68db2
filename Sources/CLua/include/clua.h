/// The thinnest layer between Swift and liblua 5.4: a state with limits, into which no Swift frame is ever jumped over.
///
/// Lua reports errors with longjmp, which must not cross Swift code. So Swift never calls the Lua API: the functions that it
/// gives to scripts get their arguments as plain values, answer with bytes (see clua_reply), and return before anything of
/// Lua is touched again.
#pragma once
#include <stddef.h>
#include <stdint.h>

typedef struct clua_state clua_state;

/// Kinds of values.
#define CLUA_NIL 0
#define CLUA_BOOLEAN 1
#define CLUA_INTEGER 2
#define CLUA_NUMBER 3
#define CLUA_STRING 4
#define CLUA_OBJECT 5
#define CLUA_OTHER 6

/// Outcomes of running something.
#define CLUA_DONE 0
#define CLUA_FAILED 1
#define CLUA_OUT_OF_MEMORY 2
#define CLUA_OUT_OF_INSTRUCTIONS 3
#define CLUA_BLOCKED 4
#define CLUA_UNREADABLE 5
#define CLUA_NO_TABLE 6

/// What a script may use: the sandbox; also what can catch errors and change tables; all of Lua.
#define CLUA_SANDBOX 0
#define CLUA_RESTRICTED 1
#define CLUA_EVERYTHING 2

/// Functions of the host that are asked by this layer itself.
#define CLUA_REQUIRE 0
#define CLUA_CLASS 1
#define CLUA_KEY 2
#define CLUA_PRINT 3
#define CLUA_FIRST_FUNCTION 16

/// A value as the host sees it. The bytes are Lua's and live until the host returns.
typedef struct clua_value {
  int32_t kind;
  /// CLUA_OBJECT: its class. CLUA_OTHER: Lua's own type.
  int32_t type;
  /// CLUA_BOOLEAN, CLUA_INTEGER, and the payload of CLUA_OBJECT.
  int64_t integer;
  double number;
  const uint8_t *bytes;
  size_t count;
} clua_value;

/// A function of the host: 0: the reply's values are the results; 1: the reply is the message of an error; 2: the same about
/// an argument, whose number is the reply's first byte.
typedef int32_t (*clua_host)(
    clua_state *state, void *context, int32_t function, const clua_value *arguments, int32_t count);

typedef struct clua_options {
  clua_host host;
  void *context;
  /// Classes of objects, numbered from 0.
  int32_t class_count;
  /// CLUA_SANDBOX, CLUA_RESTRICTED or CLUA_EVERYTHING.
  int32_t allows_restricted;
  size_t bytes_max;
  int64_t instructions_max;
  /// Processor time of one call, whatever it does: the last line of defence.
  int64_t nanoseconds_max;
  /// Lua text that is run with the table of the host's own functions and readies the sandbox.
  const uint8_t *prelude;
  size_t prelude_count;
} clua_options;

/// A state with its libraries, or NULL where there is no memory for it.
clua_state *clua_open(const clua_options *options);
void clua_close(clua_state *state);

/// Reads a script (as text, never as bytecode) and runs it. CLUA_UNREADABLE: it was not read.
int32_t clua_load(clua_state *state, const uint8_t *text, size_t count, const char *name);

/// Whether a global is a function.
int32_t clua_has(clua_state *state, const char *name);

/// Calls a global function with the values that `arguments` encode, as a reply does. `wanted` results can be read with
/// clua_result until the next call; with `wanted` −1, the function must give a table, and the host is told its keys
/// and values.
int32_t clua_call(clua_state *state, const char *name, const uint8_t *arguments, size_t count, int32_t wanted);
clua_value clua_result(clua_state *state, int32_t index);

/// Message of the last failure, in `count` bytes; NULL where it was no text.
const char *clua_message(clua_state *state, size_t *count);

/// For the host, while it is asked: what it answers. Values follow each other: n; t; f; i and 8 bytes; d and 8 bytes; s, a
/// count in 4 bytes and as many bytes; F and a function's number in 4 bytes; o, a class in 4 bytes and a payload in 8; { and
/// pairs of values up to }. Numbers are in the machine's order.
int32_t clua_reply(clua_state *state, const uint8_t *bytes, size_t count);
/// For the host, while it is asked: work that it did, in instructions.
void clua_charge(clua_state *state, int64_t instructions);

/// Bytes that the state holds.
size_t clua_bytes(clua_state *state);
