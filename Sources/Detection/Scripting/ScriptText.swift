import Wire

/// What the prelude builds `string.find`, `match`, `gmatch` and `gsub` of.
enum ScriptText {
  static let library = ScriptLibrary(
    "",
    [
      ScriptFunction("find") { (host, arguments) throws(ScriptFailure) in
        try search(host, arguments, isFind: true)
      },
      ScriptFunction("match") { (host, arguments) throws(ScriptFailure) in
        try search(host, arguments, isFind: false)
      },
      ScriptFunction("start", begin),
      ScriptFunction("scan", scan),
      ScriptFunction("replace", replace),
    ])

  /// Steps of matching that one call may take, and how many are one instruction.
  private static func stepsMax(_ host: ScriptHost) -> Int {
    Int(clamping: min(host.settings.instructionsMax, .max / 8)) * stepsPerInstruction
  }
  private static let stepsPerInstruction = 4

  private static let specials = Set("^$*+?.([%-".utf8)

  /// Where a search begins, counted from 0: negative places count from the end.
  private static func place(_ number: Int64?, _ count: Int) -> Int {
    let number = Int(clamping: number ?? 1)
    if number > 0 { return number - 1 }
    return number == 0 ? 0 : max(count &+ max(number, -count), 0)
  }

  private static func search(
    _ host: ScriptHost, _ arguments: ScriptArguments, isFind: Bool
  ) throws(ScriptFailure) {
    try arguments.withText(0) { (subject) throws(ScriptFailure) in
      try arguments.withText(1) { (pattern) throws(ScriptFailure) in
        let start = place(try arguments.optionalInteger(2), subject.byteCount)
        guard start <= subject.byteCount else { return host.reply.none() }
        if isFind, arguments.isTrue(3) || !isPattern(pattern) {
          return findPlainly(subject, pattern, start, host)
        }
        let isAnchored = pattern.byteCount > 0 && pattern[0] == UInt8(ascii: "^")
        var matcher = TextPattern(subject, pattern, stepsMax: stepsMax(host))
        defer { host.charge(matcher.steps / stepsPerInstruction) }
        var position = start
        repeat {
          if let end = try matcher.match(at: position, from: isAnchored ? 1 : 0) {
            if isFind {
              host.reply.integer(position + 1)
              host.reply.integer(end)
            }
            return try matcher.reply(position, end, whole: !isFind, &host.reply)
          }
          position += 1
        } while position <= subject.byteCount && !isAnchored
        host.reply.none()
      }
    }
  }

  private static func isPattern(_ pattern: RawSpan) -> Bool {
    for index in 0..<pattern.byteCount where specials.contains(pattern[index]) { return true }
    return false
  }

  private static func findPlainly(_ subject: RawSpan, _ text: RawSpan, _ start: Int, _ host: ScriptHost) {
    let wanted = text.copied()
    let found = ContentSearch.first(
      of: wanted, 0, wanted.count, ignoresCase: false, in: subject, from: start, to: subject.byteCount)
    host.charge((subject.byteCount - start) / 64)
    if wanted.isEmpty || found >= 0 {
      let place = wanted.isEmpty ? start : found
      host.reply.integer(place + 1)
      host.reply.integer(place + wanted.count)
    } else {
      host.reply.none()
    }
  }

  /// Where `gmatch` begins; its texts are checked.
  private static func begin(_ host: ScriptHost, _ arguments: ScriptArguments) throws(ScriptFailure) {
    try arguments.withText(0) { (subject) throws(ScriptFailure) in
      try arguments.withText(1) { (_) throws(ScriptFailure) in
        host.reply.integer(place(try arguments.optionalInteger(2), subject.byteCount) + 1)
      }
    }
  }

  /// The next match from a place on that does not end where the last one did: its beginning, where the one
  /// after it begins, and its captures. `s, p, place, last end, anchored`.
  private static func scan(_ host: ScriptHost, _ arguments: ScriptArguments) throws(ScriptFailure) {
    try arguments.withText(0) { (subject) throws(ScriptFailure) in
      try arguments.withText(1) { (pattern) throws(ScriptFailure) in
        var position = Int(clamping: try arguments.integer(2)) - 1
        let last = Int(clamping: try arguments.integer(3)) - 1
        let isAnchored = arguments.isTrue(4)
        var matcher = TextPattern(subject, pattern, stepsMax: stepsMax(host))
        defer { host.charge(matcher.steps / stepsPerInstruction) }
        while position >= 0, position <= subject.byteCount {
          if let end = try matcher.match(at: position, from: isAnchored ? 1 : 0), end != last {
            host.reply.integer(position + 1)
            host.reply.integer(end + 1)
            return try matcher.reply(position, end, whole: true, &host.reply)
          }
          if isAnchored { break }
          position += 1
        }
        host.reply.none()
      }
    }
  }

  /// `gsub` with a text: the result, and how many matches were replaced.
  private static func replace(_ host: ScriptHost, _ arguments: ScriptArguments) throws(ScriptFailure) {
    let replacement = try arguments.text(2)
    try arguments.withText(0) { (subject) throws(ScriptFailure) in
      try arguments.withText(1) { (pattern) throws(ScriptFailure) in
        let most = try arguments.optionalInteger(3) ?? .max
        let isAnchored = pattern.byteCount > 0 && pattern[0] == UInt8(ascii: "^")
        var matcher = TextPattern(subject, pattern, stepsMax: stepsMax(host))
        defer { host.charge(matcher.steps / stepsPerInstruction) }
        var result: [UInt8] = []
        var (position, last, count) = (0, -1, Int64(0))
        while count < most {
          if let end = try matcher.match(at: position, from: isAnchored ? 1 : 0), end != last {
            count += 1
            try append(replacement, matcher, position, end, to: &result)
            (position, last) = (end, end)
          } else if position < subject.byteCount {
            result.append(subject[position])
            position += 1
          } else {
            break
          }
          guard result.count <= host.settings.bytesMax else { throw .message("not enough memory") }
          if isAnchored { break }
        }
        result.append(subject.part(position, subject.byteCount))
        host.reply.text(result)
        host.reply.integer(count)
      }
    }
  }

  /// A replacement with its captures put in.
  private static func append(
    _ replacement: [UInt8], _ matcher: borrowing TextPattern, _ start: Int, _ end: Int,
    to result: inout [UInt8]
  ) throws(ScriptFailure) {
    var index = 0
    while index < replacement.count {
      let byte = replacement[index]
      index += 1
      guard byte == UInt8(ascii: "%") else {
        result.append(byte)
        continue
      }
      guard index < replacement.count else { throw .message("invalid use of '%' in replacement string") }
      let next = replacement[index]
      index += 1
      if next == UInt8(ascii: "%") {
        result.append(next)
      } else if next >= 48, next <= 57 {
        result += try matcher.text(of: Int(next - 48), start, end)
      } else {
        throw .message("invalid use of '%' in replacement string")
      }
    }
  }
}

/// Lua text that every state begins with.
enum ScriptPrelude {
  /// The text functions whose matching is the sensor's own.
  static let text = #"""
    local host = ...
    local scan, start, replace, find, match = host.scan, host.start, host.replace, host.find, host.match
    local type, error, tostring, concat, sub = type, error, tostring, table.concat, string.sub
    string.find = find
    string.match = match

    local function step(state, from, to, ...)
      if from == nil then
        state.position = -1
        return nil
      end
      state.position, state.last = to, to
      return ...
    end

    function string.gmatch(s, p, init)
      local state = { position = start(s, p, init), last = 0 }
      return function()
        return step(state, scan(s, p, state.position, state.last, false))
      end
    end

    local function change(kind, by, first, ...)
      local value
      if kind == "table" then value = by[first] else value = by(first, ...) end
      if not value then return nil end
      local given = type(value)
      if given ~= "string" and given ~= "number" then
        error("invalid replacement value (a " .. given .. ")", 3)
      end
      return value
    end

    local function one(out, s, kind, by, position, from, to, ...)
      if from == nil then return nil end
      out[#out + 1] = sub(s, position, from - 1)
      out[#out + 1] = change(kind, by, ...) or sub(s, from, to - 1)
      return to
    end

    function string.gsub(s, p, by, most)
      local kind = type(by)
      if kind == "string" or kind == "number" then return replace(s, p, by, most) end
      if kind ~= "table" and kind ~= "function" then
        error("bad argument #3 to 'gsub' (string/function/table expected, got " .. kind .. ")", 2)
      end
      start(s, p)
      s, p = tostring(s), tostring(p)
      local out, position, last, count = {}, 1, 0, 0
      local anchored = sub(p, 1, 1) == "^"
      while most == nil or count < most do
        local to = one(out, s, kind, by, position, scan(s, p, position, last, anchored))
        if to == nil then break end
        position, last, count = to, to, count + 1
        if anchored then break end
      end
      out[#out + 1] = sub(s, position)
      return concat(out), count
    end
    """#
}
