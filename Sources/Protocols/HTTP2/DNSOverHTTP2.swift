import Wire

/// DNS over HTTP/2 (RFC 8484): what a flow of HTTP/2 turns out to be once its client asks for DNS messages.
///
/// The parser stays that of HTTP/2; an exchange has the fields of HTTP/2, and those of the messages in it.
enum DNSOverHTTP2 {
  static let name = "doh2"

  static let entry = ApplicationProtocol(
    name: name, transports: [.tcp], ports: [], progress: HTTP2.entry.progress, events: HTTP2.entry.events,
    fields: HTTP2.entry.fields + DNS.fields.map(carried), frames: HTTP2.entry.frames,
    makeSession: { HTTP2Session($0) })

  /// A field of DNS, asked of the message in an exchange: it is there when the whole message is.
  private static func carried(_ field: Field) -> Field {
    Field(
      keyword: field.keyword, aliases: field.aliases, eve: field.eve, field.kind, field.direction,
      progress: Pair(both: HTTPTransaction.Step.complete), names: field.names, source: "RFC 8484 §4",
      field.summary, example: field.example, of: HTTP2Transaction.self
    ) { transaction, direction in
      guard let message = transaction.dns[direction] else { return .none }
      return field.extract(message, direction)
    }
  }

  /// The type of a body that is a message (§6).
  static let mediaType = Array("application/dns-message".utf8)

  /// Bytes of the greatest message (RFC 1035 §4.2.2: its length has 16 bits).
  static let messageBytesMax = 65_535

  /// The message of a GET: the variable `dns` of its target, in base64url without padding (§4.1).
  static func message(ofTarget target: [UInt8]) -> [UInt8]? {
    guard let mark = target.firstIndex(of: 0x3F) else { return nil }
    for variable in target[(mark + 1)...].split(separator: 0x26) where variable.starts(with: "dns=".utf8) {
      return decoded(variable.dropFirst(4))
    }
    return nil
  }

  /// Decodes base64url (RFC 4648 §5); nothing where a byte does not belong there.
  private static func decoded(_ text: ArraySlice<UInt8>) -> [UInt8]? {
    guard text.count <= messageBytesMax / 3 * 4 + 4 else { return nil }
    var result: [UInt8] = []
    result.reserveCapacity(text.count / 4 * 3 + 3)
    var bits: UInt32 = 0
    var count = 0
    for byte in text where byte != 0x3D {
      guard let value = value(byte) else { return nil }
      bits = bits << 6 | UInt32(value)
      count += 6
      guard count >= 8 else { continue }
      count -= 8
      result.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
    }
    return result
  }

  private static func value(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 0x41...0x5A: byte &- 0x41
    case 0x61...0x7A: byte &- 0x61 &+ 26
    case 0x30...0x39: byte &- 0x30 &+ 52
    case 0x2D, 0x2B: 62
    case 0x5F, 0x2F: 63
    default: nil
    }
  }
}

// Messages of DNS in an exchange.
extension HTTP2Transaction {
  /// The request's headers ask for DNS messages, or bring one.
  var asksForDNS: Bool {
    header(.accept, .toServer) == DNSOverHTTP2.mediaType
      || header(.contentType, .toServer) == DNSOverHTTP2.mediaType
  }

  /// Reads the message of a direction whose body, or whose headers where they have it, are whole.
  func readDNS(_ direction: Direction) {
    guard dns[direction] == nil else { return }
    let body = message(direction).body
    var bytes: [UInt8]?
    if header(.contentType, direction) == DNSOverHTTP2.mediaType, !body.hasGap,
      body.bytes.count <= DNSOverHTTP2.messageBytesMax
    {
      bytes = body.bytes
    } else if direction == .toServer, asksForDNS {
      bytes = rawURI.flatMap(DNSOverHTTP2.message(ofTarget:))
    }
    guard let bytes else { return }
    do throws(ParseFailure) {
      let message = try DNSMessage(bytes.rawSpan)
      guard message.isResponse == (direction == .toClient) else { return }
      dns[direction] = DNSTransaction(message, number: number, direction: direction)
      revision &+= 1
    } catch { return }
  }
}
