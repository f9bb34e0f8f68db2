#include "clua.h"
#include <lua5.4/lauxlib.h>
#include <lua5.4/lua.h>
#include <lua5.4/lualib.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define ARGUMENTS_MAX 8
#define MESSAGE_MAX 512
#define NESTING_MAX 8
/// Instructions between two looks at the limits.
#define STEP 1000

struct clua_state {
  lua_State *lua;
  clua_options options;
  size_t used, limit;
  int64_t left, deadline;
  int stop;
  uint8_t *reply;
  size_t reply_count, reply_room;
  char message[MESSAGE_MAX];
  size_t message_count;
  int has_message;
};

/// What the host's objects look like to Lua. The mark tells them from what other libraries make.
typedef struct object {
  uint64_t mark;
  int32_t class_number;
  int64_t payload;
} object;

#define OBJECT_MARK 0x66656e6773756921

static const char classes_key = 0, modules_key = 0;

static clua_state *state_of(lua_State *L) { return *(clua_state **)lua_getextraspace(L); }

// Limits

static void *allocate(void *context, void *block, size_t old, size_t size) {
  clua_state *state = context;
  size_t before = block ? old : 0;
  if (size == 0) {
    free(block);
    state->used -= before;
    return NULL;
  }
  if (size > before && state->used - before > state->limit - (size < state->limit ? size : state->limit)) return NULL;
  void *moved = realloc(block, size);
  if (!moved) return size <= before ? block : NULL;
  state->used = state->used - before + size;
  return moved;
}

static int64_t now(void) {
  struct timespec time;
  if (clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time) != 0) return 0;
  return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

static void on_step(lua_State *L, lua_Debug *unused);

static int stopped(lua_State *L) {
  clua_state *state = state_of(L);
  state->stop = CLUA_OUT_OF_INSTRUCTIONS;
  // A script that catches errors meets the next one at once, until it has left.
  lua_sethook(L, on_step, LUA_MASKCOUNT, 1);
  lua_pushliteral(L, "instruction limit exceeded");
  return lua_error(L);
}

static void on_step(lua_State *L, lua_Debug *unused) {
  clua_state *state = state_of(L);
  (void)unused;
  state->left -= STEP;
  if (state->left <= 0 || now() > state->deadline) stopped(L);
}

static void charge(lua_State *L, int64_t amount) {
  clua_state *state = state_of(L);
  if (amount <= 0) return;
  state->left = amount > state->left ? 0 : state->left - amount;
  if (state->left <= 0) stopped(L);
}

void clua_charge(clua_state *state, int64_t amount) {
  if (amount > 0) state->left = amount > state->left ? 0 : state->left - amount;
}

// Values

static clua_value value_at(lua_State *L, int index) {
  clua_value value = {CLUA_OTHER, lua_type(L, index), 0, 0, NULL, 0};
  switch (value.type) {
  case LUA_TNIL: value.kind = CLUA_NIL; break;
  case LUA_TBOOLEAN:
    value.kind = CLUA_BOOLEAN;
    value.integer = lua_toboolean(L, index);
    break;
  case LUA_TNUMBER:
    value.kind = lua_isinteger(L, index) ? CLUA_INTEGER : CLUA_NUMBER;
    value.integer = lua_isinteger(L, index) ? lua_tointeger(L, index) : 0;
    value.number = lua_tonumber(L, index);
    break;
  case LUA_TSTRING:
    value.kind = CLUA_STRING;
    value.bytes = (const uint8_t *)lua_tolstring(L, index, &value.count);
    break;
  case LUA_TUSERDATA:
    if (lua_rawlen(L, index) == sizeof(object)) {
      const object *it = lua_touserdata(L, index);
      if (it->mark != OBJECT_MARK) break;
      value.kind = CLUA_OBJECT;
      value.type = it->class_number;
      value.integer = it->payload;
    }
    break;
  default: break;
  }
  return value;
}

typedef struct cursor {
  const uint8_t *at, *end;
} cursor;

static void take(lua_State *L, cursor *from, void *into, size_t count) {
  if ((size_t)(from->end - from->at) < count) luaL_error(L, "an answer ends early");
  memcpy(into, from->at, count);
  from->at += count;
}

static int call_host(lua_State *L);

static void push_value(lua_State *L, cursor *from, int depth) {
  uint8_t tag;
  uint32_t number;
  int64_t integer;
  double real;
  take(L, from, &tag, 1);
  luaL_checkstack(L, 4, "answer");
  switch (tag) {
  case 'n': lua_pushnil(L); break;
  case 't':
  case 'f': lua_pushboolean(L, tag == 't'); break;
  case 'i':
    take(L, from, &integer, sizeof integer);
    lua_pushinteger(L, integer);
    break;
  case 'd':
    take(L, from, &real, sizeof real);
    lua_pushnumber(L, real);
    break;
  case 's':
    take(L, from, &number, sizeof number);
    if ((size_t)(from->end - from->at) < number) luaL_error(L, "an answer ends early");
    lua_pushlstring(L, (const char *)from->at, number);
    from->at += number;
    break;
  case 'F':
    take(L, from, &number, sizeof number);
    lua_pushinteger(L, number);
    lua_pushcclosure(L, call_host, 1);
    break;
  case 'o': {
    take(L, from, &number, sizeof number);
    take(L, from, &integer, sizeof integer);
    object *it = lua_newuserdatauv(L, sizeof(object), 0);
    it->mark = OBJECT_MARK;
    it->class_number = (int32_t)number;
    it->payload = integer;
    lua_rawgetp(L, LUA_REGISTRYINDEX, &classes_key);
    lua_rawgeti(L, -1, number);
    lua_setmetatable(L, -3);
    lua_pop(L, 1);
    break;
  }
  case '{':
    if (depth <= 0) luaL_error(L, "an answer is nested too deeply");
    lua_newtable(L);
    while (from->at < from->end && *from->at != '}') {
      push_value(L, from, depth - 1);
      push_value(L, from, depth - 1);
      lua_rawset(L, -3);
    }
    take(L, from, &tag, 1);
    break;
  default: luaL_error(L, "an answer cannot be read");
  }
}

/// Pushes all values, and gives their number.
static int push_values(lua_State *L, const uint8_t *bytes, size_t count) {
  cursor from = {bytes, bytes + count};
  int pushed = 0;
  while (from.at < from.end) {
    push_value(L, &from, NESTING_MAX);
    pushed++;
  }
  return pushed;
}

int32_t clua_reply(clua_state *state, const uint8_t *bytes, size_t count) {
  if (count > state->reply_room) {
    uint8_t *grown = realloc(state->reply, count);
    if (!grown) {
      state->reply_count = 0;
      return 0;
    }
    state->reply = grown;
    state->reply_room = count;
  }
  if (count) memcpy(state->reply, bytes, count);
  state->reply_count = count;
  return 1;
}

/// Asks the host and pushes what it answers.
static int ask(lua_State *L, int32_t function, const clua_value *arguments, int32_t count) {
  clua_state *state = state_of(L);
  state->reply_count = 0;
  int32_t status = state->options.host(state, state->options.context, function, arguments, count);
  if (state->left <= 0) stopped(L);
  if (status == 0) return push_values(L, state->reply, state->reply_count);
  const char *text = (const char *)state->reply;
  size_t length = state->reply_count;
  int argument = status == 2 && length > 0 ? state->reply[0] : 0;
  if (argument) {
    lua_pushlstring(L, text + 1, length - 1);
    return luaL_argerror(L, argument, lua_tostring(L, -1));
  }
  luaL_where(L, 1);
  lua_pushlstring(L, text ? text : "", length);
  lua_concat(L, 2);
  return lua_error(L);
}

static int call_host(lua_State *L) {
  clua_value arguments[ARGUMENTS_MAX];
  int count = lua_gettop(L);
  if (count > ARGUMENTS_MAX) count = ARGUMENTS_MAX;
  for (int index = 0; index < count; index++) arguments[index] = value_at(L, index + 1);
  return ask(L, (int32_t)lua_tointeger(L, lua_upvalueindex(1)), arguments, count);
}

// The sandbox

static int blocked(lua_State *L) {
  state_of(L)->stop = CLUA_BLOCKED;
  return luaL_error(L, "Blocked Lua function called: %s", lua_tostring(L, lua_upvalueindex(1)));
}

static int print(lua_State *L) {
  int count = lua_gettop(L);
  luaL_Buffer line;
  luaL_buffinit(L, &line);
  for (int index = 1; index <= count; index++) {
    if (index > 1) luaL_addchar(&line, '\t');
    luaL_tolstring(L, index, NULL);
    luaL_addvalue(&line);
  }
  luaL_pushresult(&line);
  clua_value text = value_at(L, -1);
  ask(L, CLUA_PRINT, &text, 1);
  return 0;
}

static int nothing(lua_State *L) {
  (void)L;
  return 0;
}

static int require_module(lua_State *L) {
  luaL_checkstring(L, 1);
  lua_settop(L, 1);
  lua_rawgetp(L, LUA_REGISTRYINDEX, &modules_key);
  lua_pushvalue(L, 1);
  if (lua_rawget(L, 2) != LUA_TNIL) return 1;
  clua_value name = value_at(L, 1);
  // Scripts of the configuration may use other modules too.
  if (lua_type(L, lua_upvalueindex(1)) == LUA_TFUNCTION && strncmp(lua_tostring(L, 1), "suricata.", 9) != 0) {
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_pushvalue(L, 1);
    lua_call(L, 1, 1);
    return 1;
  }
  ask(L, CLUA_REQUIRE, &name, 1);
  lua_pushvalue(L, 1);
  lua_pushvalue(L, -2);
  lua_rawset(L, 2);
  return 1;
}

/// Only text is read: bytecode is not verified by Lua, and can do anything.
static int load_text(lua_State *L) {
  if (lua_gettop(L) < 3) lua_settop(L, 3);
  lua_pushliteral(L, "t");
  lua_replace(L, 3);
  return lua_tocfunction(L, lua_upvalueindex(1))(L);
}

/// Finalizers run without limits, so there are none.
static int set_metatable(lua_State *L) {
  if (lua_type(L, 2) == LUA_TTABLE) {
    lua_pushliteral(L, "__gc");
    if (lua_rawget(L, 2) != LUA_TNIL) return luaL_error(L, "finalizers are not allowed");
    lua_pop(L, 1);
  }
  return lua_tocfunction(L, lua_upvalueindex(1))(L);
}

/// The library's xpcall runs the handler inside of the hook that raised the error, where no hook is called: a loop in it
/// would never end. Here it is called when the error has been caught.
static int call_handled(lua_State *L) {
  int count = lua_gettop(L);
  luaL_checktype(L, 2, LUA_TFUNCTION);
  lua_pushvalue(L, 1);
  lua_copy(L, 2, 1);
  lua_replace(L, 2);
  int failed = lua_pcall(L, count - 2, LUA_MULTRET, 0) != LUA_OK;
  if (failed) {
    lua_pushvalue(L, 1);
    lua_insert(L, -2);
    lua_call(L, 1, 1);
  }
  lua_pushboolean(L, !failed);
  lua_replace(L, 1);
  return lua_gettop(L);
}

enum work { WORK_REPEAT, WORK_INSERT, WORK_REMOVE, WORK_MOVE, WORK_SORT };

static lua_Integer difference(lua_Integer high, lua_Integer low) {
  lua_Unsigned wide = (lua_Unsigned)high - (lua_Unsigned)low;
  return high <= low ? 0 : wide > (lua_Unsigned)LUA_MAXINTEGER ? LUA_MAXINTEGER : (lua_Integer)wide;
}

/// Calls a function of the library whose loop the limit on instructions does not see, after its work was paid for.
static int guarded(lua_State *L) {
  lua_Integer amount = 0;
  int kind = (int)lua_tointeger(L, lua_upvalueindex(2));
  if (kind != WORK_REPEAT && kind != WORK_MOVE && lua_type(L, 1) == LUA_TTABLE) {
    if (luaL_getmetafield(L, 1, "__len") != LUA_TNIL) return luaL_error(L, "tables with __len are not allowed here");
    amount = luaL_len(L, 1);
  }
  switch (kind) {
  case WORK_REPEAT: amount = lua_tointeger(L, 2) / 16; break;
  case WORK_INSERT: amount = lua_gettop(L) == 3 ? difference(amount, lua_tointeger(L, 2)) : 0; break;
  case WORK_REMOVE: amount = lua_gettop(L) >= 2 ? difference(amount, lua_tointeger(L, 2)) : 0; break;
  case WORK_MOVE: amount = difference(lua_tointeger(L, 3), lua_tointeger(L, 2)); break;
  case WORK_SORT:
    for (lua_Integer left = amount; left > 1; left /= 2) amount += amount < LUA_MAXINTEGER / 2 ? left / 4 + 1 : 0;
    break;
  }
  charge(L, amount / 2);
  return lua_tocfunction(L, lua_upvalueindex(1))(L);
}

static void guard(lua_State *L, const char *library, const char *name, enum work kind) {
  lua_getglobal(L, library);
  lua_getfield(L, -1, name);
  lua_pushinteger(L, kind);
  lua_pushcclosure(L, guarded, 2);
  lua_setfield(L, -2, name);
  lua_pop(L, 1);
}

static void wrap(lua_State *L, const char *name, lua_CFunction wrapper) {
  lua_getglobal(L, name);
  lua_pushcclosure(L, wrapper, 1);
  lua_setglobal(L, name);
}

static void block(lua_State *L, const char *name) {
  lua_pushstring(L, name);
  lua_pushcclosure(L, blocked, 1);
  lua_setglobal(L, name);
}

static void open_libraries(lua_State *L, int allows_restricted) {
  if (allows_restricted == CLUA_EVERYTHING) luaL_openlibs(L);
  static const luaL_Reg libraries[] = {
      {LUA_GNAME, luaopen_base},          {LUA_TABLIBNAME, luaopen_table},  {LUA_STRLIBNAME, luaopen_string},
      {LUA_MATHLIBNAME, luaopen_math},    {LUA_UTF8LIBNAME, luaopen_utf8},
  };
  for (size_t index = 0; index < sizeof libraries / sizeof libraries[0]; index++) {
    luaL_requiref(L, libraries[index].name, libraries[index].func, 1);
    lua_pop(L, 1);
  }
  guard(L, "string", "rep", WORK_REPEAT);
  guard(L, "table", "insert", WORK_INSERT);
  guard(L, "table", "remove", WORK_REMOVE);
  guard(L, "table", "move", WORK_MOVE);
  guard(L, "table", "sort", WORK_SORT);
  lua_register(L, "print", print);
  lua_register(L, "warn", nothing);
  lua_getglobal(L, "require");
  lua_pushcclosure(L, require_module, 1);
  lua_setglobal(L, "require");
  // The same numbers in every run: a replay gives the same events again.
  lua_getglobal(L, "math");
  lua_getfield(L, -1, "randomseed");
  lua_pushinteger(L, 1);
  lua_call(L, 1, 0);
  lua_pop(L, 1);
  if (allows_restricted == CLUA_EVERYTHING) return;
  block(L, "dofile");
  block(L, "loadfile");
  if (allows_restricted) {
    wrap(L, "load", load_text);
    wrap(L, "setmetatable", set_metatable);
    wrap(L, "xpcall", call_handled);
    return;
  }
  static const char *const restricted[] = {"collectgarbage", "getmetatable", "load", "pcall", "setmetatable", "xpcall"};
  for (size_t index = 0; index < sizeof restricted / sizeof restricted[0]; index++) block(L, restricted[index]);
}

static void make_classes(lua_State *L, int32_t count) {
  lua_newtable(L);
  for (int32_t number = 0; number < count; number++) {
    clua_value value = {CLUA_INTEGER, LUA_TNUMBER, number, number, NULL, 0};
    ask(L, CLUA_CLASS, &value, 1);
    lua_pushvalue(L, -1);
    lua_setfield(L, -2, "__index");
    // A script that could change a class could give it a finalizer.
    lua_pushboolean(L, 0);
    lua_setfield(L, -2, "__metatable");
    lua_rawseti(L, -2, number);
  }
  lua_rawsetp(L, LUA_REGISTRYINDEX, &classes_key);
}

static int set_up(lua_State *L) {
  const clua_options *options = &state_of(L)->options;
  open_libraries(L, options->allows_restricted);
  lua_newtable(L);
  lua_rawsetp(L, LUA_REGISTRYINDEX, &modules_key);
  make_classes(L, options->class_count);
  if (luaL_loadbufferx(L, (const char *)options->prelude, options->prelude_count, "=prelude", "t")) return lua_error(L);
  clua_value none = {CLUA_NIL, LUA_TNIL, 0, 0, NULL, 0};
  ask(L, CLUA_REQUIRE, &none, 1);
  lua_call(L, 1, 0);
  return 0;
}

// Running

static void begin(clua_state *state) {
  lua_settop(state->lua, 0);
  state->stop = 0;
  state->has_message = 0;
  state->left = state->options.instructions_max;
  state->deadline = now() + state->options.nanoseconds_max;
  lua_sethook(state->lua, on_step, LUA_MASKCOUNT, STEP < state->left ? STEP : (int)(state->left > 0 ? state->left : 1));
}

/// The outcome of a protected call, whose message is kept.
static int32_t outcome(clua_state *state, int status) {
  if (status == LUA_OK) return CLUA_DONE;
  lua_State *L = state->lua;
  // A number or table as message is told as Lua has it, without making a new string: there may be no memory for one.
  if (lua_type(L, -1) == LUA_TSTRING) {
    size_t count;
    const char *text = lua_tolstring(L, -1, &count);
    state->message_count = count < MESSAGE_MAX ? count : MESSAGE_MAX;
    memcpy(state->message, text, state->message_count);
    state->has_message = 1;
  } else if (lua_isinteger(L, -1)) {
    int length = 0;
    char digits[24];
    lua_Integer number = lua_tointeger(L, -1);
    lua_Unsigned left = number < 0 ? 0 - (lua_Unsigned)number : (lua_Unsigned)number;
    do digits[length++] = (char)('0' + left % 10);
    while (left /= 10);
    if (number < 0) digits[length++] = '-';
    for (int index = 0; index < length; index++) state->message[index] = digits[length - 1 - index];
    state->message_count = (size_t)length;
    state->has_message = 1;
  }
  lua_settop(L, 0);
  if (status == LUA_ERRMEM) return CLUA_OUT_OF_MEMORY;
  return state->stop ? state->stop : CLUA_FAILED;
}

clua_state *clua_open(const clua_options *options) {
  clua_state *state = calloc(1, sizeof *state);
  if (!state) return NULL;
  state->options = *options;
  state->limit = SIZE_MAX;
  state->left = INT64_MAX;
  state->lua = lua_newstate(allocate, state);
  if (!state->lua) {
    free(state);
    return NULL;
  }
  *(clua_state **)lua_getextraspace(state->lua) = state;
  lua_pushcfunction(state->lua, set_up);
  if (lua_pcall(state->lua, 0, 0, 0) != LUA_OK) {
    clua_close(state);
    return NULL;
  }
  state->limit = options->bytes_max;
  return state;
}

void clua_close(clua_state *state) {
  lua_close(state->lua);
  free(state->reply);
  free(state);
}

int32_t clua_load(clua_state *state, const uint8_t *text, size_t count, const char *name) {
  begin(state);
  int status = luaL_loadbufferx(state->lua, (const char *)text, count, name, "t");
  if (status != LUA_OK) {
    int32_t result = outcome(state, status);
    return result == CLUA_FAILED ? CLUA_UNREADABLE : result;
  }
  status = lua_pcall(state->lua, 0, 0, 0);
  return outcome(state, status);
}

typedef struct request {
  const char *name;
  const uint8_t *arguments;
  size_t count;
  int32_t wanted;
  int is_function;
} request;

static int look_up(lua_State *L) {
  request *it = lua_touserdata(L, 1);
  it->is_function = lua_getglobal(L, it->name) == LUA_TFUNCTION;
  return 0;
}

int32_t clua_has(clua_state *state, const char *name) {
  request it = {name, NULL, 0, 0, 0};
  begin(state);
  lua_pushcfunction(state->lua, look_up);
  lua_pushlightuserdata(state->lua, &it);
  if (lua_pcall(state->lua, 1, 0, 0) != LUA_OK) lua_settop(state->lua, 0);
  return it.is_function;
}

static int perform(lua_State *L) {
  request *it = lua_touserdata(L, 1);
  lua_settop(L, 0);
  lua_getglobal(L, it->name);
  int count = push_values(L, it->arguments, it->count);
  if (it->wanted >= 0) {
    lua_call(L, count, it->wanted);
    return it->wanted;
  }
  lua_call(L, count, 1);
  if (lua_type(L, 1) != LUA_TTABLE) {
    it->is_function = 0;
    return 0;
  }
  it->is_function = 1;
  lua_pushnil(L);
  while (lua_next(L, 1)) {
    int top = lua_gettop(L);
    if (lua_type(L, top - 1) == LUA_TSTRING || lua_type(L, top - 1) == LUA_TNUMBER) {
      lua_pushvalue(L, top - 1);
      lua_tostring(L, -1);
      clua_value pair[2] = {value_at(L, -1), value_at(L, top)};
      ask(L, CLUA_KEY, pair, 2);
    }
    lua_settop(L, top - 1);
  }
  return 0;
}

int32_t clua_call(clua_state *state, const char *name, const uint8_t *arguments, size_t count, int32_t wanted) {
  request it = {name, arguments, count, wanted, 1};
  begin(state);
  lua_pushcfunction(state->lua, perform);
  lua_pushlightuserdata(state->lua, &it);
  int32_t result = outcome(state, lua_pcall(state->lua, 1, wanted < 0 ? 0 : wanted, 0));
  return result == CLUA_DONE && !it.is_function ? CLUA_NO_TABLE : result;
}

clua_value clua_result(clua_state *state, int32_t index) { return value_at(state->lua, index + 1); }

const char *clua_message(clua_state *state, size_t *count) {
  *count = state->message_count;
  return state->has_message ? state->message : NULL;
}

size_t clua_bytes(clua_state *state) { return state->used; }
