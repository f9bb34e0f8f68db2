import CPCRE2
import Wire

/// The boundary to PCRE2: a compiled regular expression, shared by all workers.
///
/// It is immutable after `init`: PCRE2 only reads the code while matching.
@safe
package final class CompiledPattern: @unchecked Sendable {
  private let code: OpaquePointer
  /// Names of capture groups by number are the language's business; here they are only counted.
  package let captureCount: Int

  /// Why an expression could not be compiled, and at which byte of it.
  package struct Failure: Error, Sendable {
    package let message: String
    package let offset: Int
  }

  /// Compiles `expression` with PCRE2 options. Throws `Failure` with PCRE2's own words.
  package init(_ expression: String, options: UInt32) throws(Failure) {
    var code: Int32 = 0
    var offset = 0
    let bytes = Array(expression.utf8)
    // Sound: the buffer lives for the call, its length is its own.
    let compiled = unsafe bytes.withUnsafeBufferPointer { buffer in
      unsafe pcre2_compile_8(buffer.baseAddress, buffer.count, options, &code, &offset, nil)
    }
    guard let compiled = unsafe compiled else {
      throw Failure(message: Self.message(code), offset: offset)
    }
    // Sound: the code was just made and is not null. Without JIT it is interpreted: nothing to check.
    _ = unsafe pcre2_jit_compile_8(compiled, UInt32(PCRE2_JIT_COMPLETE))
    var captures: UInt32 = 0
    // Sound: PCRE2_INFO_CAPTURECOUNT writes one 32-bit integer.
    _ = unsafe pcre2_pattern_info_8(compiled, UInt32(PCRE2_INFO_CAPTURECOUNT), &captures)
    unsafe self.code = compiled
    captureCount = Int(captures)
  }

  deinit {
    // Sound: this is the only owner of the code.
    unsafe pcre2_code_free_8(code)
  }

  private static func message(_ code: Int32) -> String {
    var text = [UInt8](repeating: 0, count: 256)
    // Sound: the buffer lives for the call, its length is its own; the message is cut to it.
    let length = unsafe text.withUnsafeMutableBufferPointer { buffer in
      unsafe pcre2_get_error_message_8(code, buffer.baseAddress, buffer.count)
    }
    return String(decoding: text.prefix(Int(max(0, min(length, 255)))), as: UTF8.self)
  }

  /// Looks for the first match in `bytes` that begins at `start` or later. Limits of the scratch apply:
  /// reaching one counts as no match.
  package func firstMatch(
    in bytes: RawSpan, from start: Int, isContinuation: Bool = false, _ scratch: borrowing PatternScratch
  ) -> PatternMatch? {
    guard match(bytes, start, isContinuation, scratch) >= 0, let group = scratch.group(0) else { return nil }
    return PatternMatch(start: group.start, end: group.end)
  }

  /// Whether there is no match in `bytes`. Where a limit is reached, nobody knows: then this does not hold,
  /// either.
  package func hasNoMatch(
    in bytes: RawSpan, isContinuation: Bool = false, _ scratch: borrowing PatternScratch
  ) -> Bool {
    match(bytes, 0, isContinuation, scratch) == PCRE2_ERROR_NOMATCH
  }

  /// What PCRE2 says: the number of groups that are set, or an error.
  private func match(
    _ bytes: RawSpan, _ start: Int, _ isContinuation: Bool, _ scratch: borrowing PatternScratch
  ) -> Int32 {
    guard start >= 0, start <= bytes.byteCount else { return PCRE2_ERROR_NOMATCH }
    let options = isContinuation ? UInt32(PCRE2_NOTBOL) : 0
    // Sound: the bytes live for the call and their length is the span's; an empty span has no address, for
    // which PCRE2 takes null with length 0. The scratch is this worker's alone.
    return unsafe bytes.withUnsafeBytes { buffer in
      unsafe pcre2_match_8(
        code, buffer.baseAddress?.assumingMemoryBound(to: UInt8.self), buffer.count, start, options,
        scratch.data, scratch.context)
    }
  }
}

/// Where an expression matched, in bytes from the start of the span.
package struct PatternMatch: Sendable, BitwiseCopyable {
  package let start: Int
  package let end: Int
}

/// A worker's own memory for matching expressions, with the limits that hold for each match.
@safe
package struct PatternScratch: ~Copyable {
  fileprivate let data: OpaquePointer
  fileprivate let context: OpaquePointer
  private let stack: OpaquePointer?

  /// Pairs of offsets kept: the whole match and up to 31 groups.
  private static let pairs: UInt32 = 32
  /// Bytes of the JIT's stack: its first and its largest size.
  private static let stackBytes = (first: 32 << 10, largest: 512 << 10)

  /// `matchLimit` and `depthLimit` bound the work of one match (`pcre.match-limit`, `match-limit-recursion`).
  package init(matchLimit: UInt32 = 3500, depthLimit: UInt32 = 1500) {
    guard let data = unsafe pcre2_match_data_create_8(Self.pairs, nil),
      let context = unsafe pcre2_match_context_create_8(nil)
    else { preconditionFailure("no memory for matching expressions") }
    // Sound: both were just made; the stack may be missing, then PCRE2 uses 32 KiB of the machine's.
    let stack = unsafe pcre2_jit_stack_create_8(Self.stackBytes.first, Self.stackBytes.largest, nil)
    _ = unsafe pcre2_set_match_limit_8(context, matchLimit)
    _ = unsafe pcre2_set_depth_limit_8(context, depthLimit)
    if let stack = unsafe stack {
      unsafe pcre2_jit_stack_assign_8(context, nil, UnsafeMutableRawPointer(stack))
    }
    unsafe self.data = data
    unsafe self.context = context
    unsafe self.stack = stack
  }

  deinit {
    // Sound: this is the only owner of the three.
    if let stack = unsafe stack { unsafe pcre2_jit_stack_free_8(stack) }
    unsafe pcre2_match_context_free_8(context)
    unsafe pcre2_match_data_free_8(data)
  }

  /// Offsets of a group after a match, if it took part in it.
  package func group(_ number: Int) -> PatternMatch? {
    // Sound: PCRE2 tells how many pairs the vector has; only those are read.
    guard number >= 0, unsafe number < Int(pcre2_get_ovector_count_8(data)),
      let vector = unsafe pcre2_get_ovector_pointer_8(data)
    else { return nil }
    let start = unsafe vector[2 * number]
    let end = unsafe vector[2 * number + 1]
    guard start != Int.max, start >= 0, end >= start, UInt(bitPattern: start) != UInt.max else { return nil }
    return PatternMatch(start: start, end: end)
  }
}
