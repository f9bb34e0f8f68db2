import Protocols

extension Keyword {
  static let frame = Keyword(
    "frame", .payload, "A unit of a protocol (message, record, header) as it lies in the stream or datagram.",
    values: "protocol.frame, or frame where the rule is for a protocol",
    example: "frame:tls.pdu; content:\"|16 03|\"; startswith;", exampleProtocol: "tls"
  ) { (value, builder) throws(RuleProblem) in
    try builder.setFrame(value)
  }
}

extension SignatureBuilder {
  /// Makes the bytes of a protocol's frames the ones that the next contents look at.
  mutating func setFrame(_ value: KeywordValue) throws(RuleProblem) {
    do throws(RuleProblem) {
      let (protocols, kind) = try frames(named: value)
      signature.protocols = protocols
      try setStickyBuffer(BufferReference(.frame(protocols: protocols, kind: kind)), name: value.text)
    } catch {
      // The error is told once: what follows it would be misread.
      breakBuffer()
      throw error
    }
  }

  /// The frames that a name means: `dns.pdu`, or `pdu` in a rule for DNS.
  private func frames(named value: KeywordValue) throws(RuleProblem) -> (protocols: [Int], kind: UInt8) {
    let name = value.text
    let all = ProtocolCatalogue.all
    for index in all.indices where name.hasPrefix(all[index].frameName + ".") {
      let own = String(name.dropFirst(all[index].frameName.count + 1))
      guard let kind = kind(own, index) else { continue }
      guard signature.protocols.isEmpty || signature.protocols.contains(index) else {
        let wanted = signature.protocols.first.map { all[$0].name } ?? ""
        throw value.problem(
          "the frame \(name) is of \(all[index].name), and the rule is for \(wanted)",
          remedy: "write frames of one protocol in a rule"
        ).inSuricata(
          "detect-frame",
          "frame '\(name)' protocol '\(all[index].name)' mismatch with rule protocol '\(wanted)'")
      }
      return ([index], kind)
    }
    let short = signature.protocols.filter { kind(name, $0) != nil }
    if let first = short.first, let kind = kind(name, first) {
      return (short.filter { self.kind(name, $0) == kind }, kind)
    }
    throw unknownFrame(value)
  }

  /// The number of a protocol's frame by its name, if the rule's transport can have it.
  private func kind(_ name: String, _ index: Int) -> UInt8? {
    let entry = ProtocolCatalogue.all[index]
    let transports: [ApplicationProtocol.Transport] =
      header == .udp ? [.udp] : header == .tcp ? [.tcp] : [.tcp, .udp]
    guard transports.contains(where: { entry.frameNames($0).contains(name) }) else { return nil }
    return entry.frameNames.firstIndex(of: name).map { UInt8(clamping: $0) }
  }

  private func unknownFrame(_ value: KeywordValue) -> RuleProblem {
    let name = value.text
    let first = String(name.prefix { $0 != "." })
    if first == name, signature.protocols.isEmpty {
      return value.problem(
        "\(name) is a frame of no protocol that the rule names",
        remedy: "write the protocol before it: frame:tls.\(name)"
      ).inSuricata(
        "detect-frame", "rule protocol unknown, can't use shorthand notation for frame '\(name)'")
    }
    let entry = ProtocolCatalogue.all.first { $0.frameName == first || $0.name == first }
    if let entry, !entry.isParsed {
      return value.problem(
        "frames of \(entry.name) are not announced yet", remedy: "leave the rule out until they are")
    }
    let names = ProtocolCatalogue.all.flatMap { entry in
      entry.frames.isEmpty ? [] : entry.frameNames.map { "\(entry.frameName).\($0)" }
    }
    let near = Spelling.nearest(to: name, among: names).map { "write \($0) if that is meant" }
    let own = entry == nil ? name : String(name.dropFirst(first.count + 1))
    return value.problem(
      "there is no frame “\(name.prefix(60))”",
      remedy: near ?? "see the list of frames: fengsui suricata --list-app-layer-frames"
    ).inSuricata("detect-frame", "unknown frame '\(own)' for protocol '\(first)'")
  }

  /// Frames are asked alone: neither the payload nor a transaction's buffers go with them.
  func checkFrames() throws(RuleProblem) {
    guard signature.asksFrames else { return }
    for inspection in signature.inspections {
      switch inspection.buffer.source {
      case .frame, .header, .base64Data: break
      case .payload:
        throw RuleProblem(
          at: rule.position, "the rule asks for a frame and for the payload",
          remedy: "write the contents behind frame, or one rule for each"
        ).inSuricata("detect-parse", "can't mix pure content and frame inspection")
      case .field, .fileData, .fileName, .fileMagic, .file:
        throw RuleProblem(
          at: rule.position, "the rule asks for a frame and for \(inspection.buffer.keyword)",
          remedy: "write one rule for each, joined by flowbits"
        ).inSuricata("detect-parse", "can't mix app-layer buffer and frame inspection")
      }
    }
  }
}

extension Signature {
  /// It looks at frames.
  var asksFrames: Bool {
    inspections.contains { if case .frame = $0.buffer.source { true } else { false } }
  }
}
