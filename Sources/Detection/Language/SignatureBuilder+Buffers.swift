import Protocols
import Wire

/// Which buffer conditions go to.
extension SignatureBuilder {
  /// Appends a condition to the buffer that is set, and says where it went.
  ///
  /// If none is set, a relative condition goes where the match before it went:
  /// `content:"x"; http_uri; isdataat:1,relative;`.
  @discardableResult
  package mutating func add(_ condition: BufferCondition) -> (inspection: Int, condition: Int) {
    let inspection: Int
    if let stickyBuffer {
      inspection = stickyIndex ?? open(stickyBuffer)
      stickyIndex = inspection
    } else if condition.followsMatch, let lastMatch {
      inspection = lastMatch
    } else {
      inspection = self.inspection(of: BufferReference(.payload))
    }
    lastMatch = inspection
    signature.inspections[inspection].conditions.append(condition)
    return (inspection, signature.inspections[inspection].conditions.count - 1)
  }

  /// `isdataat:!1,relative` right behind a negated content says of where that must not stand, as `endswith`
  /// does; false where another condition stands there.
  mutating func endNegatedContent() -> Bool {
    let known = stickyBuffer != nil ? stickyIndex : lastMatch
    guard let place = known, let last = signature.inspections[place].conditions.indices.last,
      case .content(var content) = signature.inspections[place].conditions[last], content.isNegated
    else { return false }
    content.endsWith = true
    signature.inspections[place].conditions[last] = .content(content)
    return true
  }

  /// Conditions of the buffer that is set, so far.
  var conditions: [BufferCondition] {
    if stickyBuffer != nil { return stickyIndex.map { signature.inspections[$0].conditions } ?? [] }
    let payload = BufferReference(.payload)
    return signature.inspections.first { $0.buffer == payload }?.conditions ?? []
  }

  /// The inspection of a buffer, made if there is none.
  mutating func inspection(of buffer: BufferReference) -> Int {
    if let index = signature.inspections.firstIndex(where: { $0.buffer == buffer }) { return index }
    signature.inspections.append(Inspection(buffer: buffer, conditions: []))
    return signature.inspections.count - 1
  }

  /// The inspection that a sticky buffer's conditions go to: naming a buffer again goes on in it, naming a
  /// buffer with several instances asks for another instance.
  private mutating func open(_ buffer: BufferReference) -> Int {
    if case .field(let references) = buffer.source,
      references.contains(where: { $0.field.kind == .multiBuffer })
    {
      signature.inspections.append(Inspection(buffer: buffer, conditions: []))
      return signature.inspections.count - 1
    }
    // Several files may meet the conditions of a rule that names the buffer more than once.
    if buffer.source == .fileData || buffer.source == .fileName || buffer.source == .fileMagic {
      signature.inspections.append(Inspection(buffer: buffer, conditions: []))
      return signature.inspections.count - 1
    }
    return inspection(of: buffer)
  }

  /// Makes a buffer the one that content and its relatives look at from here on; nil: the payload.
  package mutating func setStickyBuffer(_ buffer: BufferReference?, name: String) throws(RuleProblem) {
    if stickyBuffer != nil, stickyIndex == nil, !bufferIsBroken {
      let previous = stickyName
      (stickyBuffer, stickyName) = (buffer, name)
      throw problem(
        "the buffer \(previous) before it is asked nothing",
        remedy: "write a content behind \(previous), or remove it")
    }
    bufferIsBroken = false
    stickyBuffer = buffer
    if let mark { stickyBuffer?.direction = mark }
    stickyIndex = nil
    stickyName = name
    lastContent = nil
    contentIsBroken = false
  }

  /// A buffer was asked for that cannot be had: what stands in it is read on without being complained about.
  mutating func breakBuffer() {
    stickyBuffer = BufferReference(.payload)
    stickyIndex = nil
    bufferIsBroken = true
    contentIsBroken = true
  }

  /// Sets the buffer of fields, one of which must be there.
  mutating func setStickyBuffer(fields references: [FieldReference], name: String) throws(RuleProblem) {
    if let family = context.environment.switchedOff.first(where: { name.hasPrefix($0) }) {
      throw problem(
        "\(family.uppercased()) support is not enabled",
        remedy: "set app-layer.protocols.tls.\(family)-fingerprints to auto, or leave the rule out"
      ).inSuricata("detect-\(family)", "\(family.uppercased()) support is not enabled")
    }
    let usable = try restrict(to: references, keyword: name)
    try setStickyBuffer(BufferReference(.field(usable)), name: name)
  }

  /// Puts a transformation behind the buffer that is set.
  package mutating func add(_ transform: Transform) throws(RuleProblem) {
    guard var buffer = stickyBuffer else {
      throw problem(
        "there is no buffer to transform before it",
        remedy: "write a sticky buffer before it: http.uri; to_lowercase;"
      ).inSuricata("detect", "transforms must directly follow stickybuffers")
    }
    if stickyIndex != nil {
      // What was asked so far stays with the buffer as it was.
      stickyIndex = nil
      lastContent = nil
    }
    buffer.transforms.append(transform)
    stickyBuffer = buffer
  }

  /// Moves the last content, which no buffer claims yet, into a field's buffer: `content:"x"; http_uri;`.
  mutating func applyModifier(_ references: [FieldReference], name: String) throws(RuleProblem) {
    if contentIsBroken { return }
    if bufferIsBroken { return }
    guard stickyBuffer == nil else {
      throw problem(
        "\(name) cannot stand behind a sticky buffer",
        remedy: "write pkt_data before the content, or use only sticky buffers")
    }
    let payload = BufferReference(.payload)
    guard let from = signature.inspections.firstIndex(where: { $0.buffer == payload }),
      let place = signature.inspections[from].conditions.lastIndex(where: { $0.isContent })
    else {
      throw problem("\(name) needs a content before it", remedy: "write content:\"…\"; \(name);")
        .inSuricata(
          "detect-parse",
          "\"\(name)\" keyword found inside the rule without a content context.  Please use a \"content\" "
            + "keyword before using the \"\(name)\" keyword")
    }
    if let raw = rawContent, raw == (from, place) {
      throw problem("\(name) cannot stand with rawbytes", remedy: "remove rawbytes")
    }
    let usable = try restrict(to: references, keyword: name)
    let condition = signature.inspections[from].conditions.remove(at: place)
    let to = inspection(of: BufferReference(.field(usable)))
    signature.inspections[to].conditions.append(condition)
    lastContent = (to, signature.inspections[to].conditions.count - 1)
    lastMatch = to
  }

  /// Those fields that the rule's protocol has. DNS over HTTP/2 has those of HTTP/2 and of DNS: a rule that
  /// does not name it must be one on the protocol that the field is of, and fields of all kinds of HTTP do
  /// not mean it.
  private func usable(_ references: [FieldReference]) -> [FieldReference] {
    let wanted = signature.protocols
    let found = wanted.isEmpty ? references : references.filter { wanted.contains($0.protocolIndex) }
    guard let carrier = Self.dnsOverHTTP2, wanted != [carrier] else { return found }
    let others = found.filter { $0.protocolIndex != carrier }
    let isGeneric = found.first?.field.keyword?.hasPrefix("http.") == true
    return wanted.isEmpty && isGeneric || others.isEmpty ? others : found
  }

  /// Those fields that the rule's protocol has; narrows the rule to their protocols and notes their
  /// direction.
  mutating func restrict(
    to references: [FieldReference], keyword: String
  ) throws(RuleProblem) -> [FieldReference] {
    let usable = usable(references)
    guard !usable.isEmpty else {
      let names = references.filter { $0.protocolIndex != Self.dnsOverHTTP2 || references.count == 1 }
        .map { ProtocolCatalogue.all[$0.protocolIndex].name }
      if let index = signature.protocols.first, !ProtocolCatalogue.all[index].isParsed {
        let name = ProtocolCatalogue.all[index].name
        throw problem(
          "rule contains conflicting protocols, or \(keyword) of \(name) is not evaluated yet",
          remedy: "leave the rule out until it is parsed")
      }
      let wanted = signature.protocols.filter { $0 != Self.dnsOverHTTP2 || signature.protocols.count == 1 }
        .map { ProtocolCatalogue.all[$0].name }.joined(separator: ", ")
      throw problem(
        "rule contains conflicting protocols: \(keyword) is of "
          + "\(Set(names).sorted().joined(separator: ", ")), and the rule is for \(wanted)",
        remedy: "use only keywords of one protocol in a rule")
    }
    var protocols: [Int] = []
    for reference in usable where !protocols.contains(reference.protocolIndex) {
      protocols.append(reference.protocolIndex)
    }
    signature.protocols = protocols
    let directions = usable.map { $0.field.direction }
    if let first = directions.first, let direction = first, directions.allSatisfy({ $0 == direction }) {
      bufferDirections.insert(direction)
    }
    return usable
  }

  /// The option before the one at hand is a content, or modifies one.
  var isBehindContent: Bool {
    guard let option, let place = rule.options.firstIndex(where: { $0.offset == option.offset }), place > 0
    else { return false }
    let name = rule.options[place - 1].name
    if case .modifier? = KeywordTable.standard[name] { return true }
    return [
      "content", "uricontent", "nocase", "depth", "offset", "distance", "within", "startswith", "endswith",
      "rawbytes",
    ].contains(name)
  }

  private static func needsContent(_ keyword: String) -> String {
    guard ["depth", "offset", "distance", "within"].contains(keyword) else {
      return "\(keyword) needs preceding content option"
    }
    return "\(keyword) needs preceding content, uricontent option, http_client_body, http_server_body, "
      + "http_header option, http_raw_header option, http_method option, http_cookie, http_raw_uri, "
      + "http_stat_msg, http_stat_code, http_user_agent, http_host, http_raw_host or "
      + "file_data/dce_stub_data sticky buffer options."
  }

  /// Changes the content that a modifier is for.
  mutating func modifyContent(
    _ keyword: String, _ change: (inout ContentCondition) throws(RuleProblem) -> Void
  ) throws(RuleProblem) {
    if contentIsBroken { return }
    guard let (inspection, place) = lastContent,
      case .content(var content) = signature.inspections[inspection].conditions[place]
    else {
      throw problem("\(keyword) needs a content before it", remedy: "write content:\"…\"; before it")
        .inSuricata("detect-\(keyword)", Self.needsContent(keyword))
    }
    try change(&content)
    signature.inspections[inspection].conditions[place] = .content(content)
  }
}

extension BufferCondition {
  /// It counts from the match before it or decodes what stands there, and without a sticky buffer belongs to
  /// that match's buffer. Contents and expressions do not: modifiers and flags say where they belong.
  var followsMatch: Bool {
    switch self {
    case .byteTest(let test): test.isRelative
    case .byteJump(let jump): jump.isRelative
    case .byteExtract(let extract): extract.isRelative
    case .byteMath(let math): math.isRelative
    case .isDataAt(_, let isRelative, _): isRelative
    case .base64Decode: true
    case .asn1(let check): check.isRelative
    case .content, .pattern, .size, .absent, .entropy, .number, .dataset: false
    case .fileSize, .fileDigest, .fileStored: false
    }
  }

  /// It is a content.
  var isContent: Bool {
    if case .content = self { return true }
    return false
  }
}
