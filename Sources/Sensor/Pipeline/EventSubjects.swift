import Events
import Protocols
import Wire

/// The words by which an analyst recognises a request: host and path, server name, query name.
struct EventSubjects: Sendable {
  /// Fields to show for each protocol, by its position in the catalogue.
  private let fields: [[Field]]
  private static let bytesMax = 256

  /// Keywords of the fields that name a transaction, by protocol.
  private static let keywords: [String: [String]] = [
    "http": ["http.method", "http.host", "http.uri"],
    "dns": ["dns.query"],
    "tls": ["tls.sni"],
  ]

  init() {
    fields = ProtocolCatalogue.all.map { entry in
      let wanted = Self.keywords[entry.name] ?? []
      return wanted.compactMap { keyword in entry.fields.first { $0.keyword == keyword } }
    }
  }

  /// The transaction's words, with every byte that is no printable ASCII or UTF-8 text escaped.
  func text(_ transaction: Transaction, protocolIndex: Int) -> String {
    guard fields.indices.contains(protocolIndex) else { return "" }
    var result: [UInt8] = []
    for (position, field) in fields[protocolIndex].enumerated() {
      let value = field.extract(transaction, field.direction ?? .toServer)
      let isPath = field.keyword == "http.uri"
      if position > 0, !result.isEmpty, !isPath { result.append(0x20) }
      switch value {
      case .bytes(let bytes): append(bytes, to: &result)
      case .list(let list): if let first = list.first { append(first, to: &result) }
      default: break
      }
    }
    return String(decoding: result.prefix(Self.bytesMax), as: UTF8.self)
  }

  private func append(_ bytes: [UInt8], to result: inout [UInt8]) {
    let digits = Array("0123456789abcdef".utf8)
    for byte in bytes.prefix(Self.bytesMax) {
      if byte >= 0x20, byte < 0x7f {
        result.append(byte)
      } else {
        result += [0x5c, 0x78, digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      }
    }
  }
}
