// How the steps of a chain depend on each other.
extension ProgramBuilder {
  /// A match is tried again where the next condition that depends on a match before it depends on this one.
  ///
  /// As in the reference, operations on bytes that stand behind another one in the payload depend on that:
  /// in `content:"a"; isdataat:6; byte_test:1,=,5,0,relative` the first match alone is tried. In a named
  /// buffer they depend on the last match, as all others do.
  static func markRetries(_ steps: inout [Step], isPayload: Bool) {
    for index in steps.indices where Self.isRelative(steps[index]) {
      let looksFurther = !isPayload || Self.looksFurther(steps[index])
      scan: for previous in stride(from: index - 1, through: 0, by: -1) {
        switch steps[previous] {
        case .content(var content):
          content.retries = true
          steps[previous] = .content(content)
          break scan
        case .pattern(var pattern):
          pattern.retries = true
          steps[previous] = .pattern(pattern)
          break scan
        case .byteTest, .byteJump, .byteExtract, .byteMath, .isDataAt:
          if !looksFurther { break scan }
        default: continue
        }
      }
    }
  }

  /// It depends on the last match, whatever operations on bytes stand between.
  private static func looksFurther(_ step: Step) -> Bool {
    switch step {
    case .byteTest, .byteJump, .byteExtract, .byteMath, .isDataAt: false
    default: true
    }
  }

  /// Marks the relative contents whose absence ends a chain: all before them are contents, whose matches come
  /// in order, and conditions that move nothing.
  static func markDecisive(_ steps: inout [Step]) {
    for index in steps.indices {
      switch steps[index] {
      case .content(var content):
        let bounds = [content.offset, content.depth, content.distance, content.within]
        guard bounds.allSatisfy({ $0.kind != .variable }) else { return }
        guard content.isRelative, !content.isNegated, !content.within.isSet, !content.depth.isSet else {
          continue
        }
        content.isDecisive = true
        steps[index] = .content(content)
      case .byteTest, .isDataAt, .size, .absent: continue
      default: return
      }
    }
  }

  private static func isRelative(_ step: Step) -> Bool {
    switch step {
    case .content(let content): content.isRelative
    case .pattern(let pattern): pattern.isRelative
    case .byteTest(let test): test.isRelative
    case .byteJump(let jump): jump.isRelative
    case .byteExtract(let extract): extract.isRelative
    case .byteMath(let math): math.isRelative
    case .isDataAt(_, let isRelative, _): isRelative
    case .base64Decode(_, _, let isRelative, _): isRelative
    case .asn1(let check): check.isRelative
    case .size, .absent, .entropy, .number, .dataset, .fileSize, .fileDigest, .fileStored: false
    }
  }
}
