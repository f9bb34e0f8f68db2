import CPCRE2

/// PCRE2's options by the flags that stand for them.
enum PatternOption {
  static let caseless = UInt32(PCRE2_CASELESS)
  static let multiline = UInt32(PCRE2_MULTILINE)
  static let dotAll = UInt32(PCRE2_DOTALL)
  static let extended = UInt32(PCRE2_EXTENDED)
  static let anchored = UInt32(PCRE2_ANCHORED)
  static let dollarEndOnly = UInt32(PCRE2_DOLLAR_ENDONLY)
  static let ungreedy = UInt32(PCRE2_UNGREEDY)
}

/// The C boundary to PCRE2 for reading rules: is the expression one?
enum PatternCheck {
  /// Why PCRE2 refuses the expression, and at which byte of it; nil if it takes it.
  static func problem(of condition: PatternCondition) -> (message: String, offset: Int)? {
    var code: Int32 = 0
    var offset = 0
    let bytes = Array(condition.expression.utf8)
    // Sound: the buffer lives for the call, its length is its own; the code is freed at once and never used.
    let isTaken = unsafe bytes.withUnsafeBufferPointer { buffer in
      guard
        let compiled = unsafe pcre2_compile_8(
          buffer.baseAddress, buffer.count, condition.options, &code, &offset, nil)
      else { return false }
      unsafe pcre2_code_free_8(compiled)
      return true
    }
    return isTaken ? nil : (message(code), min(max(0, offset), bytes.count))
  }

  private static func message(_ code: Int32) -> String {
    var text = [UInt8](repeating: 0, count: 256)
    // Sound: the buffer lives for the call, its length is its own; the message is cut to it.
    let length = unsafe text.withUnsafeMutableBufferPointer { buffer in
      unsafe pcre2_get_error_message_8(code, buffer.baseAddress, buffer.count)
    }
    return String(decoding: text.prefix(Int(max(0, min(length, 255)))), as: UTF8.self)
  }
}
