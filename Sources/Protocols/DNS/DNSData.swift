import Wire

/// A record's data, decoded: what events print and rules match.
package enum DNSData: Sendable, Equatable {
  /// An address: 4 bytes (A) or 16 (AAAA); empty where the data have another length.
  case address([UInt8])
  /// CNAME, NS, PTR, MX (its preference is not shown): a name with dots; cut where `isTruncated`.
  case name([UInt8], isTruncated: Bool)
  /// TXT: its strings, in order.
  case text([[UInt8]])
  case soa(SOA)
  case service(Service)
  case sshFingerprint(algorithm: UInt8, type: UInt8, fingerprint: [UInt8])
  /// Options of an OPT pseudo-record (RFC 6891 §6.1.2).
  case options([Option])
  /// NULL: bytes as they came.
  case null([UInt8])
  /// Any other type: bytes as they came.
  case other([UInt8])

  /// Start of authority (RFC 1035 §3.3.13).
  package struct SOA: Sendable, Equatable {
    package var primary: [UInt8]
    package var isPrimaryTruncated: Bool
    package var mailbox: [UInt8]
    package var isMailboxTruncated: Bool
    package var serial: UInt32
    package var refreshSeconds: UInt32
    package var retrySeconds: UInt32
    package var expireSeconds: UInt32
    package var minimumSeconds: UInt32
  }

  /// Service location (RFC 2782).
  package struct Service: Sendable, Equatable {
    package var priority: UInt16
    package var weight: UInt16
    package var port: UInt16
    package var target: [UInt8]
    package var isTargetTruncated: Bool
  }

  package struct Option: Sendable, Equatable {
    package var code: UInt16
    package var data: [UInt8]
  }
}

extension DNSMessage {
  /// Decodes the data of a record of this message.
  package func data(_ record: DNSRecord) -> DNSData {
    let message = bytes.rawSpan
    let offset = Int(record.dataOffset)
    let data = message.part(offset, Int(record.dataLength))
    let end = offset &+ data.byteCount
    switch record.type {
    case DNSType.a: return .address(data.byteCount == 4 ? data.copied() : [])
    case DNSType.aaaa: return .address(data.byteCount == 16 ? data.copied() : [])
    case DNSType.ns, DNSType.cname, DNSType.ptr: return name(message, offset, end)
    case DNSType.mx: return data.byteCount >= 2 ? name(message, offset &+ 2, end) : .other(data.copied())
    case DNSType.txt: return .text(DNSData.strings(data))
    case DNSType.soa: return DNSData.soa(message, offset) ?? .other(data.copied())
    case DNSType.srv:
      guard data.byteCount >= 7 else { return .other(data.copied()) }
      let target = DNSData.truncatedName(message, offset &+ 6, end)
      return .service(
        DNSData.Service(
          priority: data.u16(0), weight: data.u16(2), port: data.u16(4), target: target.text,
          isTargetTruncated: target.isTruncated))
    case DNSType.sshfp:
      guard data.byteCount >= 2 else { return .other(data.copied()) }
      return .sshFingerprint(
        algorithm: data[0], type: data[1], fingerprint: data.part(2, data.byteCount).copied())
    case DNSType.opt: return .options(DNSData.options(data))
    case DNSType.null: return .null(data.copied())
    default: return .other(data.copied())
    }
  }

  private func name(_ message: RawSpan, _ offset: Int, _ end: Int) -> DNSData {
    let name = DNSData.truncatedName(message, offset, end)
    return .name(name.text, isTruncated: name.isTruncated)
  }
}

/// What the data of most records are: they can be shown as they stand in the message.
package enum PlainDNSData {
  case address, name
}

extension DNSMessage {
  /// Whether a record's data are an address or a name; nil for all else.
  package static func plainData(_ record: DNSRecord) -> PlainDNSData? {
    switch record.type {
    case DNSType.a, DNSType.aaaa: .address
    case DNSType.ns, DNSType.cname, DNSType.ptr: .name
    default: nil
    }
  }

  /// Shows the bytes of a record's address; none where the data have another length.
  package func withAddress(_ record: DNSRecord, _ body: (RawSpan) -> Void) {
    let length = record.type == DNSType.a ? 4 : 16
    let isSound = Int(record.dataLength) == length
    body(bytes.rawSpan.part(Int(record.dataOffset), isSound ? length : 0))
  }

  /// Where the labels lie of the name that a record's data are, each behind its length; nil for names that
  /// are odd or in pieces, and where there is none.
  package func dataLabels(of record: DNSRecord) -> Range<Int>? {
    let message = bytes.rawSpan
    let offset = Int(record.dataOffset)
    let end = offset &+ message.part(offset, Int(record.dataLength)).byteCount
    return offset < end ? DNSName.labels(message, at: offset, within: end) : nil
  }

  /// Appends the name that a record's data are, and says whether it is cut.
  package func appendDataName(_ record: DNSRecord, to text: inout [UInt8]) -> Bool {
    let message = bytes.rawSpan
    let offset = Int(record.dataOffset)
    let end = offset &+ message.part(offset, Int(record.dataLength)).byteCount
    guard offset < end else { return false }
    DNSName.appendText(message, at: offset, within: end, to: &text)
    let oddities = (try? DNSName.skip(message, at: offset, within: end))?.oddities ?? .tooLong
    return !oddities.isEmpty
  }
}

extension DNSData {
  /// Looks whether the data of a record can be read: names must be sound, fixed fields complete.
  static func check(_ record: DNSRecord, _ message: RawSpan) throws(ParseFailure) -> DNSName.Oddities {
    let offset = Int(record.dataOffset)
    let length = Int(record.dataLength)
    let end = offset &+ length
    switch record.type {
    case DNSType.ns, DNSType.cname, DNSType.ptr:
      guard length > 0 else { return [] }
      return try DNSName.skip(message, at: offset, within: end).oddities
    case DNSType.mx:
      guard length >= 3 else { throw ParseFailure(.truncated, at: offset) }
      return try DNSName.skip(message, at: offset &+ 2, within: end).oddities
    case DNSType.srv:
      guard length >= 7 else { throw ParseFailure(.truncated, at: offset) }
      return try DNSName.skip(message, at: offset &+ 6, within: end).oddities
    case DNSType.soa:
      let primary = try DNSName.skip(message, at: offset)
      let mailbox = try DNSName.skip(message, at: primary.end)
      guard mailbox.end &+ 20 <= offset &+ length else { throw ParseFailure(.truncated, at: mailbox.end) }
      return primary.oddities.union(mailbox.oddities)
    case DNSType.sshfp:
      guard length >= 2 else { throw ParseFailure(.truncated, at: offset) }
      return []
    case DNSType.txt:
      var position = offset
      while position < end { position &+= 1 &+ Int(message[position]) }
      guard position == end else { throw ParseFailure(.truncated, at: offset) }
      return []
    case DNSType.opt:
      var position = offset
      while position &+ 4 <= end { position &+= 4 &+ Int(message.u16(position &+ 2)) }
      guard position == end else { throw ParseFailure(.truncated, at: offset) }
      return []
    default: return []
    }
  }

  fileprivate static func truncatedName(
    _ message: RawSpan, _ offset: Int, _ end: Int
  ) -> (text: [UInt8], isTruncated: Bool) {
    guard offset < end else { return ([], false) }
    let oddities = (try? DNSName.skip(message, at: offset, within: end))?.oddities ?? .tooLong
    return (DNSName.text(message, at: offset, within: end), !oddities.isEmpty)
  }

  fileprivate static func soa(_ message: RawSpan, _ offset: Int) -> DNSData? {
    guard let first = try? DNSName.skip(message, at: offset),
      let second = try? DNSName.skip(message, at: first.end), second.end &+ 20 <= message.byteCount
    else { return nil }
    return .soa(
      SOA(
        primary: DNSName.text(message, at: offset), isPrimaryTruncated: !first.oddities.isEmpty,
        mailbox: DNSName.text(message, at: first.end), isMailboxTruncated: !second.oddities.isEmpty,
        serial: message.u32(second.end), refreshSeconds: message.u32(second.end &+ 4),
        retrySeconds: message.u32(second.end &+ 8), expireSeconds: message.u32(second.end &+ 12),
        minimumSeconds: message.u32(second.end &+ 16)))
  }

  /// Character strings of a TXT record: each with its length before it.
  fileprivate static func strings(_ data: RawSpan) -> [[UInt8]] {
    var result: [[UInt8]] = []
    var reader = ByteReader(data)
    while !reader.isAtEnd, result.count < DNSLimits.strings {
      guard let length = try? reader.u8(), let string = try? reader.take(min(Int(length), reader.remaining))
      else {
        break
      }
      result.append(string.copied())
    }
    return result
  }

  fileprivate static func options(_ data: RawSpan) -> [Option] {
    var result: [Option] = []
    var reader = ByteReader(data)
    while reader.remaining >= 4, result.count < DNSLimits.strings {
      guard let code = try? reader.u16(), let length = try? reader.u16(),
        let value = try? reader.take(Int(length))
      else { break }
      result.append(Option(code: code, data: value.copied()))
    }
    return result
  }
}
