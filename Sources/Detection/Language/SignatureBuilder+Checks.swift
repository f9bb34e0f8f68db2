import Protocols

/// What one buffer's conditions say together.
extension SignatureBuilder {
  private func refuse(_ message: String, _ remedy: String) -> RuleProblem {
    RuleProblem(at: rule.position, message, remedy: remedy)
  }

  /// Refuses conditions on one buffer that can never hold together.
  func check(_ inspection: Inspection) throws(RuleProblem) {
    let keyword = inspection.buffer.keyword
    try checkAbsence(inspection, keyword)
    try checkSize(inspection, keyword)
    try checkSerial(inspection, keyword)
    for case .content(let content) in inspection.conditions {
      let text = String(decoding: content.pattern, as: UTF8.self)
      try checkTransforms(content, text, inspection.buffer.transforms)
      try checkCase(content, text, inspection.buffer, keyword)
      if keyword == "http.method", inspection.buffer.transforms.isEmpty,
        text.hasSuffix(" ") || text.hasPrefix(" ") || text.hasSuffix("\t")
      {
        throw refuse(
          "the method “\(text)” has a blank at its end", "remove it: the buffer holds the method alone"
        ).inSuricata("detect-http-method", "http_method pattern with trailing space")
      }
      if keyword == "http.protocol", inspection.buffer.transforms.isEmpty, content.pattern.contains(0x20) {
        throw refuse("a version has no blanks, and the content “\(text)” has", "remove the blanks")
      }
      if let length = Self.digestLengths[keyword], inspection.buffer.transforms.isEmpty,
        content.pattern.count != length
      {
        throw refuse(
          "\(keyword) has \(length) characters, and the content “\(text)” has another number",
          "write the whole of it"
        ).inSuricata(
          "detect",
          "rule \(signature.identity.id): buffer \(keyword): Invalid length for md5-like keyword (should be "
            + "\(length) characters long). This rule will therefore never match.")
      }
    }
  }

  /// A serial number has colons: the first content tells whether its author knows, as in Suricata.
  private func checkSerial(_ inspection: Inspection, _ keyword: String) throws(RuleProblem) {
    guard keyword == "tls.cert_serial", inspection.buffer.transforms.isEmpty else { return }
    for case .content(let content) in inspection.conditions {
      if content.pattern.count <= 2 || content.pattern.contains(UInt8(ascii: ":")) { return }
      let text = String(decoding: content.pattern, as: UTF8.self)
      throw refuse(
        "a serial number has a colon between its bytes, and the content “\(text)” has none",
        "write them as 1A:2B:3C"
      ).inSuricata(
        "detect-tls-cert-serial",
        "rule \(signature.identity.id): No colon delimiters ':' detected in content after "
          + "tls.cert_serial. This rule will therefore never match.")
    }
  }

  /// Lengths of buffers that hold a digest as text.
  private static let digestLengths = [
    "ja3.hash": 32, "ja3s.hash": 32, "ssh.hassh": 32, "ssh.hassh.server": 32, "quic.cyu.hash": 32,
    "tls.cert_fingerprint": 59, "tls.fingerprint": 59,
  ]

  /// The first content and those relative to it cannot be longer than the size that the buffer must have.
  private func checkSize(_ inspection: Inspection, _ keyword: String) throws(RuleProblem) {
    if hasURILength, keyword.hasPrefix("http.uri") { return }
    var size: Int64?
    for case .size(let test) in inspection.conditions {
      if let largest = test.largest { size = min(size ?? largest, largest) }
    }
    guard let size else { return }
    var needed: Int64?
    for case .content(let content) in inspection.conditions {
      guard needed == nil || content.isRelative else { break }
      needed = content.end(after: needed ?? 0)
    }
    if let needed, needed > size {
      throw refuse(
        "the contents need \(needed) bytes, and \(keyword) has \(size) at most",
        "correct the size or the contents"
      ).inSuricata(
        "detect-bsize",
        "signature can't match as required content length \(needed) exceeds bsize value: \(size)")
    }
  }

  /// What a transformation never leaves in its buffer.
  private func checkTransforms(
    _ content: ContentCondition, _ text: String, _ transforms: [Transform]
  ) throws(RuleProblem) {
    let bytes = content.pattern
    func isWhite(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0d).contains(byte) }
    guard !content.isNegated else { return }
    for transform in transforms {
      switch transform {
      case .toLowercase where bytes.contains { $0 != $0.asciiLowercased }:
        throw refuse("the content “\(text)” is incompatible with to_lowercase transform", "write it small")
      case .toUppercase where bytes.contains { $0 != $0.asciiUppercased }:
        throw refuse(
          "the content “\(text)” is incompatible with to_uppercase transform", "write it in capitals")
      case .stripWhitespace where bytes.contains(where: isWhite):
        throw refuse(
          "the content “\(text)” is incompatible with strip_whitespace transform", "write it without")
      case .compressWhitespace where zip(bytes, bytes.dropFirst()).contains { isWhite($0) && isWhite($1) }:
        throw refuse(
          "the content “\(text)” is incompatible with compress_whitespace transform", "write one space")
      default: break
      }
    }
  }

  /// Letters of a case that the buffer never has.
  private func checkCase(
    _ content: ContentCondition, _ text: String, _ buffer: BufferReference, _ keyword: String
  ) throws(RuleProblem) {
    let hasUpper = content.pattern.contains { $0 >= UInt8(ascii: "A") && $0 <= UInt8(ascii: "Z") }
    if keyword == "http.host", buffer.transforms.isEmpty {
      if hasUpper {
        throw refuse(
          "http.host is in small letters, and the content “\(text)” has capital ones", "write it small"
        ).inSuricata(
          "detect-http-host",
          "rule \(signature.identity.id): A pattern with uppercase characters detected for http.host. The "
            + "hostname buffer is normalized to lowercase, please specify a lowercase pattern.")
      }
      if content.ignoresCase {
        throw refuse(
          "http.host is in small letters: nocase is of no use", "remove nocase, or use http.host.raw"
        ).inSuricata(
          "detect-http-host",
          "rule \(signature.identity.id): http.host keyword specified along with \"nocase\". The hostname "
            + "buffer is normalized to lowercase, specifying nocase is redundant.")
      }
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
      case .equal(let size), .notEqual(let size), .less(let size): largest = size
      case .within(_, let high): largest = high + 1
      default: break
      }
    }
    let payload = BufferReference(.payload)
    guard let largest, let inspection = signature.inspections.first(where: { $0.buffer == payload }) else {
      return
    }
    var end: Int64 = 0
    var needed: Int64?
    for case .content(let content) in inspection.conditions {
      let place = content.end(after: end)
      // Of contents that stand for themselves the first counts alone, as in the reference. With one that is
      // longer than the payload the reference does not start.
      let isTooLong = !content.isNegated && content.pattern.count > largest
      if needed == nil || content.isRelative || isTooLong { needed = max(needed ?? 0, place) }
      // What must not be there moves nothing behind it.
      if !content.isNegated || !content.isRelative { end = place }
    }
    if let needed, needed > largest {
      problems.append(
        refuse(
          "the contents need \(needed) bytes, and dsize allows \(largest)", "correct dsize or the contents"
        ).inSuricata(
          "detect-dsize",
          "signature can't match as required content length \(needed) exceeds dsize value \(largest)"))
    }
  }

  /// `dsize:!n` bounds the contents to the first n bytes, those behind another content to n bytes behind it.
  ///
  /// That is what Suricata makes of it, and what its users see of such rules. For other sizes a bound would
  /// say nothing, as the payload ends there.
  mutating func boundContents() {
    var bound: Int64?
    for case .number(.payloadSize, .notEqual(let size)) in signature.packetConditions { bound = size }
    let payload = BufferReference(.payload)
    guard let bound, let index = signature.inspections.firstIndex(where: { $0.buffer == payload }) else {
      return
    }
    var isBehindContent = false
    for (place, condition) in signature.inspections[index].conditions.enumerated() {
      guard case .content(var content) = condition else {
        isBehindContent = false
        continue
      }
      defer { isBehindContent = true }
      guard !content.isRelative || isBehindContent, content.offset?.constant != nil || content.offset == nil
      else { continue }
      let end = content.isRelative ? bound : bound - (content.offset?.constant ?? 0)
      content.depth = .constant(min(end, content.depth?.constant ?? end))
      signature.inspections[index].conditions[place] = .content(content)
    }
  }

  /// Contents that are longer than the URI that `urilen` wants; for an empty one nothing is told.
  mutating func checkURISize() {
    for (place, size) in uriSizes where place < signature.inspections.count && size > 0 {
      for case .content(let content) in signature.inspections[place].conditions
      where content.pattern.count > size {
        problems.append(
          refuse(
            "a content has \(content.pattern.count) bytes, and urilen allows \(size)", "correct one of them"))
      }
    }
  }

  /// Brings contents of buffers with hexadecimal text into the form that the buffer has.
  mutating func normaliseContents() {
    for index in signature.inspections.indices {
      let keyword = signature.inspections[index].buffer.keyword
      let isLower = ["ja3.hash", "ja3s.hash", "tls.cert_fingerprint", "tls.fingerprint"].contains(keyword)
      guard isLower || keyword == "tls.cert_serial", signature.inspections[index].buffer.transforms.isEmpty
      else {
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
    case .fileMagic: "file.magic"
    case .file: "file"
    case .base64Data: "base64_data"
    case .frame(let protocols, let kind): Self.frameName(protocols, kind)
    }
  }
}

extension BufferReference {
  /// The name of a frame as rules write it.
  private static func frameName(_ protocols: [Int], _ kind: UInt8) -> String {
    guard let index = protocols.first, ProtocolCatalogue.all.indices.contains(index) else { return "frame" }
    let entry = ProtocolCatalogue.all[index]
    guard entry.frameNames.indices.contains(Int(kind)) else { return "frame" }
    return "\(entry.frameName).\(entry.frameNames[Int(kind)])"
  }
}

extension NumberTest {
  /// The largest number that can pass, if there is one. Bounds are taken as wide as Suricata takes them.
  var largest: Int64? {
    switch self {
    case .equal(let value), .less(let value): value
    case .within(_, let high): high + 1
    default: nil
    }
  }
}

extension ContentCondition {
  /// Bytes that a buffer needs up to this content's end, reckoned as Suricata does: a negated content needs
  /// the room in which it must not stand.
  fileprivate func end(after previous: Int64) -> Int64 {
    let length = Int64(pattern.count)
    guard isRelative else { return (offset?.constant ?? 0) + length }
    let distance = self.distance?.constant ?? 0
    return max(0, previous + distance + (isNegated ? within?.constant ?? 0 : length))
  }
}

extension UInt8 {
  /// The byte, small if it is a capital letter of ASCII.
  var asciiLowercased: UInt8 { self >= 0x41 && self <= 0x5a ? self + 0x20 : self }
  /// The byte, capital if it is a small letter of ASCII.
  var asciiUppercased: UInt8 { self >= 0x61 && self <= 0x7a ? self - 0x20 : self }
}
