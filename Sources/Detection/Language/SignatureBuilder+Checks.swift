import Protocols

/// What one buffer's conditions say together.
extension SignatureBuilder {
  private func refuse(_ message: String, _ remedy: String) -> RuleProblem {
    RuleProblem(at: rule.position, message, remedy: remedy)
  }

  func check(_ inspection: Inspection) throws(RuleProblem) {
    let keyword = inspection.buffer.keyword
    try checkAbsence(inspection, keyword)
    let sizes = inspection.conditions.compactMap { condition -> Int64? in
      if case .size(let test) = condition { return test.largest }
      return nil
    }
    for case .content(let content) in inspection.conditions {
      let text = String(decoding: content.pattern, as: UTF8.self)
      if let size = sizes.min(), !content.isNegated, Int64(content.pattern.count) > size {
        throw refuse(
          "the content “\(text)” has \(content.pattern.count) bytes and can never stand in a buffer of \(size)",
          "correct the size of \(keyword) or the content")
      }
      try checkCase(content, text, inspection.buffer, keyword)
      if keyword == "http.method", text.hasSuffix(" ") || text.hasPrefix(" ") || text.hasSuffix("\t") {
        throw refuse("the method “\(text)” has a blank at its end", "remove it: the buffer holds the method alone")
      }
    }
  }

  /// Letters of a case that the buffer never has.
  private func checkCase(
    _ content: ContentCondition, _ text: String, _ buffer: BufferReference, _ keyword: String
  ) throws(RuleProblem) {
    let hasUpper = content.pattern.contains { $0 >= UInt8(ascii: "A") && $0 <= UInt8(ascii: "Z") }
    let hasLower = content.pattern.contains { $0 >= UInt8(ascii: "a") && $0 <= UInt8(ascii: "z") }
    if keyword == "http.host", buffer.transforms.isEmpty {
      if hasUpper {
        throw refuse("http.host is in small letters, and the content “\(text)” has capital ones", "write it small")
      }
      if content.ignoresCase {
        throw refuse("http.host is in small letters: nocase is of no use", "remove nocase, or use http.host.raw")
      }
    }
    switch buffer.transforms.last {
    case .toLowercase? where hasUpper && !content.ignoresCase:
      throw refuse("the content “\(text)” has capital letters behind to_lowercase", "write it small, or add nocase")
    case .toUppercase? where hasLower && !content.ignoresCase:
      throw refuse("the content “\(text)” has small letters behind to_uppercase", "write it in capitals, or add nocase")
    default: break
    }
  }

  private func checkAbsence(_ inspection: Inspection, _ keyword: String) throws(RuleProblem) {
    guard case .absent(let orElse)? = inspection.conditions.first else { return }
    if orElse, inspection.conditions.count == 1 {
      throw refuse("absent:or_else needs conditions behind it", "write a content behind it, or absent;")
    }
    if !orElse, inspection.conditions.count > 1 {
      throw refuse("\(keyword) cannot be absent and hold something", "write absent:or_else;")
    }
  }

  /// Contents that cannot fit a payload of the size that `dsize` wants.
  mutating func checkPayloadSize() {
    var largest: Int64?
    for case .number(.payloadSize, let test) in signature.packetConditions {
      switch test {
      case .equal(let size): largest = size
      case .within(_, let high): largest = high
      default: break
      }
    }
    let payload = BufferReference(.payload)
    guard let largest, let inspection = signature.inspections.first(where: { $0.buffer == payload }) else { return }
    var end: Int64 = 0
    var needed: Int64 = 0
    for case .content(let content) in inspection.conditions where !content.isNegated {
      let length = Int64(content.pattern.count)
      if content.isRelative {
        end += max(0, content.distance?.constant ?? 0) + length
      } else {
        end = (content.offset?.constant ?? 0) + length
      }
      needed = max(needed, end)
    }
    if needed > largest {
      problems.append(
        refuse("the contents need \(needed) bytes, and dsize allows \(largest)", "correct dsize or the contents"))
    }
  }

  /// Brings contents of buffers with hexadecimal text into the form that the buffer has.
  mutating func normaliseContents() {
    for index in signature.inspections.indices {
      let keyword = signature.inspections[index].buffer.keyword
      let isLower = ["ja3.hash", "ja3s.hash", "tls.cert_fingerprint"].contains(keyword)
      guard isLower || keyword == "tls.cert_serial", signature.inspections[index].buffer.transforms.isEmpty else {
        continue
      }
      for place in signature.inspections[index].conditions.indices {
        guard case .content(var content) = signature.inspections[index].conditions[place] else { continue }
        content.pattern = content.pattern.map { isLower ? $0.asciiLowercased : $0.asciiUppercased }
        signature.inspections[index].conditions[place] = .content(content)
      }
    }
  }
}

extension BufferReference {
  /// The keyword that names the buffer.
  package var keyword: String {
    switch source {
    case .payload: "pkt_data"
    case .field(let references): references.first?.field.keyword ?? ""
    case .header(let header): header.rawValue
    case .fileData: "file.data"
    case .fileName: "file.name"
    case .base64Data: "base64_data"
    }
  }
}

extension NumberTest {
  /// The largest number that can pass, if there is one. Bounds are taken as wide as Suricata takes them.
  var largest: Int64? {
    switch self {
    case .equal(let value), .less(let value), .lessOrEqual(let value): value
    case .within(_, let high): high + 1
    default: nil
    }
  }
}

extension UInt8 {
  var asciiLowercased: UInt8 { self >= 0x41 && self <= 0x5a ? self + 0x20 : self }
  var asciiUppercased: UInt8 { self >= 0x61 && self <= 0x7a ? self - 0x20 : self }
}
