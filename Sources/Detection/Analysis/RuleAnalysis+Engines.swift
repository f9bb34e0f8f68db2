import Protocols
import Wire

/// Where a rule is evaluated: on packets, on the stream, on transactions.
extension RuleAnalysis {
  /// What is evaluated on packets and on the raw stream.
  var packetEngines: AnalysisValue {
    var engines: [AnalysisValue] = []
    func add(_ name: String, isSearched: Bool) {
      engines.append(.pairs([("name", .text(name)), ("is_mpm", .flag(isSearched))]))
    }
    let searched = choice.map { signature.inspections[$0.inspection].buffer }
    if kind != .transaction {
      for inspection in signature.inspections {
        switch inspection.buffer.source {
        case .payload, .header:
          add(Self.bufferName(inspection.buffer), isSearched: searched == inspection.buffer)
        case .field, .fileData, .fileName, .fileMagic, .file, .base64Data, .frame: break
        }
      }
    }
    if headerMatches.contains(where: { $0.list == "packet" }) {
      add("packet", isSearched: false)
    }
    return .list(engines)
  }

  /// What is evaluated on transactions: one for each protocol and direction that has the buffer.
  var engines: [AnalysisValue] {
    guard kind == .transaction else { return [] }
    var searched: [AnalysisValue] = []
    var others: [AnalysisValue] = []
    for (index, inspection) in signature.inspections.enumerated() {
      let isSearched = choice?.inspection == index
      let matches = MatchAnalysis(inspection, in: self).values
      let directions = inspection.buffer.direction.map { [$0] } ?? self.directions
      switch inspection.buffer.source {
      case .payload:
        for direction in directions {
          let value = engine("stream", direction, isSearched: isSearched, "unknown", 0, [], matches)
          if isSearched { searched.append(value) } else { others.append(value) }
        }
      case .field(let references):
        // What is searched is set up anew for each protocol, and so comes the other way round.
        for reference in isSearched ? references.reversed() : references {
          let field = reference.field
          for direction in directions where field.direction == nil || field.direction == direction {
            let value = engine(
              Self.bufferName(inspection.buffer), direction, isSearched: isSearched,
              ProtocolCatalogue.all[reference.protocolIndex].name, Int(field.progress[direction]),
              inspection.buffer.transforms, matches)
            if isSearched { searched.append(value) } else { others.append(value) }
          }
        }
      case .fileData, .fileName, .fileMagic, .file:
        for index in fileProtocols {
          for direction in directions {
            let value = engine(
              Self.bufferName(inspection.buffer), direction, isSearched: isSearched,
              ProtocolCatalogue.all[index].name, 0, inspection.buffer.transforms, matches)
            if isSearched { searched.append(value) } else { others.append(value) }
          }
        }
      case .header, .base64Data, .frame: break
      }
    }
    return searched + others + eventEngines
  }

  private var eventEngines: [AnalysisValue] {
    let events = signature.events.filter { if case .application = $0 { true } else { false } }
    guard !events.isEmpty else { return [] }
    let matches = events.map { _ in AnalysisValue.pairs([("name", .text("app-layer-event"))]) }
    return directions.map { engine("app-layer-events", $0, isSearched: false, "unknown", 0, [], matches) }
  }

  private var directions: [Direction] {
    signature.direction.map { [$0] } ?? [.toServer, .toClient]
  }

  private var fileProtocols: [Int] {
    signature.protocols.isEmpty
      ? ProtocolCatalogue.all.indices.filter { ProtocolCatalogue.all[$0].isParsed } : signature.protocols
  }

  private func engine(
    _ name: String, _ direction: Direction, isSearched: Bool, _ application: String, _ progress: Int,
    _ transforms: [Transform], _ matches: [AnalysisValue]
  ) -> AnalysisValue {
    var pairs: [(String, AnalysisValue)] = [
      ("name", .text(name)), ("direction", .text(direction == .toServer ? "toserver" : "toclient")),
      ("is_mpm", .flag(isSearched)), ("app_proto", .text(application)),
      ("progress", .number(Int64(progress))),
    ]
    if !transforms.isEmpty {
      pairs.append(("transforms", .list(transforms.map { .pairs([("name", .text($0.keyword))]) })))
    }
    pairs.append(("matches", .list(matches)))
    return .pairs(pairs)
  }

  /// Conditions that no engine on transactions has, by list.
  var lists: AnalysisValue {
    var lists: [(name: String, values: [AnalysisValue])] = []
    func add(_ name: String, _ values: [AnalysisValue]) {
      if let index = lists.firstIndex(where: { $0.name == name }) {
        lists[index].values += values
      } else {
        lists.append((name, values))
      }
    }
    let matches = headerMatches
    for match in matches where match.list == "packet" { add(match.list, [match.value]) }
    for inspection in signature.inspections {
      switch inspection.buffer.source {
      case .payload where kind != .transaction: add("payload", MatchAnalysis(inspection, in: self).values)
      case .base64Data: add("base64_data", MatchAnalysis(inspection, in: self).values)
      default: break
      }
    }
    for match in matches where match.list != "packet" { add(match.list, [match.value]) }
    return .pairs(lists.map { ($0.name, .pairs([("matches", .list($0.values))])) })
  }

  /// Suricata's name of a buffer in its files: that of the old modifier, where there is one.
  static func bufferName(_ buffer: BufferReference) -> String {
    switch buffer.source {
    case .payload: return "payload"
    case .fileData: return "file_data"
    case .header, .fileName, .fileMagic, .file, .base64Data, .frame: return buffer.keyword
    case .field(let references):
      let keyword = buffer.keyword
      if ["tls.version", "ssl_state", "ssl_version"].contains(keyword) { return "tls_generic" }
      if keyword == "ftpbounce" { return "ftp:request_complete:generic" }
      if keyword == "dns.query" { return "dns_query" }
      if keyword == "http.response_body" { return "file_data" }
      if let modifier = references.first?.field.modifiers.last { return modifier }
      let isDotted = ["http.location", "http.server", "http.request_header", "http.response_header"]
      guard keyword.hasPrefix("http."), !isDotted.contains(keyword) else { return keyword }
      return "http_" + keyword.dropFirst(5).replacing(".", with: "_")
    }
  }
}

extension Transform {
  /// The keyword that asks for it.
  var keyword: String {
    switch self {
    case .compressWhitespace: "compress_whitespace"
    case .stripWhitespace: "strip_whitespace"
    case .toMD5: "to_md5"
    case .toSHA1: "to_sha1"
    case .toSHA256: "to_sha256"
    case .dotPrefix: "dotprefix"
    case .urlDecode: "url_decode"
    case .toLowercase: "to_lowercase"
    case .toUppercase: "to_uppercase"
    case .headerLowercase: "header_lowercase"
    case .stripPseudoHeaders: "strip_pseudo_headers"
    case .xor: "xor"
    case .pcrexform: "pcrexform"
    case .domain: "domain"
    case .topLevelDomain: "tld"
    case .fromBase64: "from_base64"
    case .gunzip: "gunzip"
    case .zlibDeflate: "zlib_deflate"
    case .subslice: "subslice"
    case .script: "luaxform"
    }
  }
}
