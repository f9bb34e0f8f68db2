import Wire

/// A message of EtherNet/IP's encapsulation (CIP Networks Library volume 2, §2-3).
package struct ENIPMessage: Sendable {
  package enum Content: Sendable {
    /// Nothing, or nothing that could be read.
    case none
    case registration(version: UInt16, options: UInt16)
    /// The first of a server's services, or of what it is: nil where that is something else.
    case services(Services?)
    case identity(Identity?)
    case interfaces
    case cip(CIP)
  }

  package struct Services: Sendable {
    package let version: UInt16
    package let capabilities: UInt16
    package let name: [UInt8]
  }

  package struct Identity: Sendable {
    package let version: UInt16
    package let vendor: UInt16
    package let deviceType: UInt16
    package let productCode: UInt16
    package let majorRevision: UInt8
    package let minorRevision: UInt8
    package let status: UInt16
    package let serial: UInt32
    package let productName: [UInt8]
    package let state: UInt8
  }

  /// What is carried to an object.
  package struct CIP: Sendable {
    /// The first message.
    package let message: CIPMessage?
    /// It goes over a connection, and counts its messages.
    let isConnected: Bool
    let sequence: UInt16?
  }

  package let command: UInt16
  let length: UInt16
  let session: UInt32
  package let status: UInt32
  package let options: UInt32
  package private(set) var content = Content.none
  /// What follows the header cannot be read.
  private(set) var isInvalid = false

  static let headerBytes = 24

  var byteCount: Int { Self.headerBytes &+ Int(length) }

  /// Reads a header. Traps if it is cut.
  private init(header bytes: RawSpan) {
    command = UInt16(truncatingIfNeeded: bytes.littleEndian(0, 2))
    length = UInt16(truncatingIfNeeded: bytes.littleEndian(2, 2))
    session = UInt32(truncatingIfNeeded: bytes.littleEndian(4, 4))
    status = UInt32(truncatingIfNeeded: bytes.littleEndian(8, 4))
    options = UInt32(truncatingIfNeeded: bytes.littleEndian(20, 4))
  }

  /// Whether the bytes begin with a header that can be; nil: they are too few.
  static func isHeader(_ bytes: RawSpan) -> Bool? {
    guard bytes.byteCount >= headerBytes else { return nil }
    let message = ENIPMessage(header: bytes)
    guard ENIP.statusNames[message.status] != nil, ENIP.commandNames[message.command] != nil else {
      return false
    }
    switch message.command {
    case 0: return message.options == 0
    case 0x65: return message.length == 4
    case 0x66: return message.length == 4 || message.length == 0
    case 0x64:
      guard bytes.byteCount >= headerBytes &+ 2 else { return nil }
      let count = Int(bytes.littleEndian(headerBytes, 2))
      return bytes.byteCount >= headerBytes &+ 2 &+ 2 &* count ? true : nil
    default: return true
    }
  }

  /// Reads a message that begins here; nil where it is not there as a whole.
  ///
  /// - Parameter take: is given the places of items and of messages in them, in order.
  static func read(_ bytes: RawSpan, _ take: ((ENIPFrame, _ start: Int, _ byteCount: Int) -> Void)? = nil)
    -> ENIPMessage?
  {
    guard bytes.byteCount >= headerBytes else { return nil }
    var message = ENIPMessage(header: bytes)
    guard message.byteCount <= bytes.byteCount else { return nil }
    var items = Items(isKept: take != nil)
    do throws(ParseFailure) {
      message.content = try message.readContent(bytes.part(0, message.byteCount), &items)
    } catch {
      message.isInvalid = true
      items.kept = []
    }
    if let take { items.announce(take) }
    return message
  }

  private func readContent(_ bytes: RawSpan, _ items: inout Items) throws(ParseFailure) -> Content {
    var reader = LittleReader(bytes, at: Self.headerBytes)
    switch command {
    case 0x65: return .registration(version: try reader.u16(), options: try reader.u16())
    case 4 where length > 0:
      try items.read(&reader)
      if case .services(let services)? = items.first { return .services(services) }
      return .services(nil)
    case 0x63 where length > 0:
      try items.read(&reader)
      if case .identity(let identity)? = items.first { return .identity(identity) }
      return .identity(nil)
    case 0x64 where length > 0:
      try items.read(&reader)
      return .interfaces
    case 0x6F, 0x70:
      try reader.skip(6)
      try items.read(&reader)
      return .cip(CIP(message: items.message, isConnected: items.isConnected, sequence: items.sequence))
    default: return .none
    }
  }

  /// Whether it answers a request: of the same session, except where that begins, and the same sequence where
  /// messages are counted.
  func answers(_ request: ENIPMessage) -> Bool {
    guard command == request.command, session == request.session || command == 0x65 else { return false }
    switch (request.content, content) {
    case (.cip(let own), .cip(let other)):
      if own.isConnected, other.isConnected { return own.sequence != nil && own.sequence == other.sequence }
      return true
    case (.cip, _), (_, .cip): return false
    default: return true
    }
  }
}

/// Items of a message (§2-6): their number, and for each its type, its length and data.
private struct Items {
  enum Payload {
    case other
    case services(ENIPMessage.Services)
    case identity(ENIPMessage.Identity)
    case message(CIPMessage)
  }

  /// An item and where it lies, for frames.
  struct Kept {
    let start: Int
    let byteCount: Int
    let contentStart: Int
    let message: CIPMessage?
  }

  private let isKept: Bool
  var kept: [Kept] = []
  private(set) var first: Payload?
  /// The first message of CIP.
  private(set) var message: CIPMessage?
  /// The second item is data of a connection.
  private(set) var isConnected = false
  private(set) var sequence: UInt16?

  init(isKept: Bool) {
    self.isKept = isKept
  }

  mutating func read(_ reader: inout LittleReader) throws(ParseFailure) {
    let count = try reader.u16()
    for place in 0..<count {
      let start = reader.position
      let type = try reader.u16()
      let length = Int(try reader.u16())
      var content = LittleReader(try reader.take(length))
      var contentStart = start &+ 4
      var payload = Payload.other
      switch type {
      case 0x0C: payload = .identity(try Self.identity(&content))
      case 0x100: payload = .services(try Self.services(&content))
      case 0xB1:
        let number = try content.u16()
        contentStart &+= 2
        payload = .message(try CIPMessage(&content))
        if place == 1 { (isConnected, sequence) = (true, number) }
      case 0xB2: payload = .message(try CIPMessage(&content))
      default: break
      }
      if place == 0 { first = payload }
      var found: CIPMessage?
      if case .message(let read) = payload { found = read }
      if message == nil { message = found }
      if isKept {
        kept.append(Kept(start: start, byteCount: 4 &+ length, contentStart: contentStart, message: found))
      }
    }
  }

  private static func identity(_ reader: inout LittleReader) throws(ParseFailure) -> ENIPMessage.Identity {
    let version = try reader.u16()
    // The address of its socket.
    try reader.skip(16)
    return ENIPMessage.Identity(
      version: version, vendor: try reader.u16(), deviceType: try reader.u16(),
      productCode: try reader.u16(), majorRevision: try reader.u8(), minorRevision: try reader.u8(),
      status: try reader.u16(), serial: try reader.u32(),
      productName: try reader.take(Int(try reader.u8())).copied(), state: try reader.u8())
  }

  private static func services(_ reader: inout LittleReader) throws(ParseFailure) -> ENIPMessage.Services {
    ENIPMessage.Services(
      version: try reader.u16(), capabilities: try reader.u16(), name: try reader.take(16).copied())
  }

  /// Tells where items and the messages in them lie.
  func announce(_ take: (ENIPFrame, Int, Int) -> Void) {
    for item in kept { take(.item, item.start, item.byteCount) }
    for item in kept {
      guard let message = item.message else { continue }
      take(.cip, item.contentStart, item.byteCount &- 4)
      for part in message.parts { take(.cip, item.contentStart &+ part.start, part.byteCount) }
    }
  }
}
