import Protocols
import Wire

/// Shows a sample to the application layer as a worker does, and writes down all that its fields then say.
enum ProtocolReader {
  static let detector = ProtocolDetector(ProtocolSettings())
  private static let clock = PacketClock(nanoseconds: 1_795_136_400_000_000_000)

  /// What the conversation holds after pieces were shown one after the other.
  static func read(_ sample: ProtocolSample, _ pieces: [ProtocolSample.Turn]) -> String {
    let conversation = Conversation(
      sample.transport, sourcePort: 50_000, destinationPort: sample.port, detector: detector)
    for piece in pieces {
      if sample.transport == .udp {
        conversation.datagram(piece.bytes.rawSpan, piece.direction, clock)
      } else {
        conversation.stream(piece.bytes.rawSpan, piece.direction, clock)
      }
    }
    for direction in Direction.allCases { conversation.end(direction, clock) }
    return description(of: conversation)
  }

  /// Shows pieces to the protocol's parser itself, whatever recognition would say; true if it never took more
  /// than it was given.
  static func parse(_ sample: ProtocolSample, _ pieces: [ProtocolSample.Turn]) -> Bool {
    guard let index = ProtocolCatalogue.index(named: sample.entryName),
      let session = detector.makeSession(index, sample.transport)
    else { return false }
    var pending: [Direction: [UInt8]] = [:]
    for piece in pieces {
      var bytes = (pending[piece.direction] ?? []) + piece.bytes
      let result = session.consume(bytes.rawSpan, piece.direction, clock)
      guard result.bytes >= 0, result.bytes <= bytes.count else { return false }
      bytes.removeFirst(result.bytes)
      pending[piece.direction] = bytes
      guard result.outcome == .goesOn else { break }
    }
    for direction in Direction.allCases { session.end(direction, clock) }
    _ = description(of: session, index)
    return true
  }

  private static func description(of conversation: Conversation) -> String {
    var lines = ["\(conversation.state) \(conversation.sides) failed \(conversation.hasFailed)"]
    lines += conversation.events.map(\.rawValue)
    if let session = conversation.session, let index = conversation.protocolIndex {
      lines.append(description(of: session, index))
    }
    return lines.joined(separator: "\n")
  }

  private static func description(of session: Session, _ index: Int) -> String {
    let entry = ProtocolCatalogue.all[index]
    return session.openTransactions.map { transaction in
      var lines = [
        "transaction \(transaction.number) progress \(transaction.progress) events \(transaction.events)"
      ]
      for direction in Direction.allCases {
        for (position, field) in entry.fields.enumerated() where field.direction ?? direction == direction {
          let name = field.keyword ?? field.eve ?? "\(position)"
          lines.append("  \(direction) \(name) = \(text(of: field.extract(transaction, direction)))")
        }
      }
      lines += transaction.files.map { file in
        "  file \(file.name) \(file.size) \(file.state) \(file.data.bytes)"
      }
      return lines.joined(separator: "\n")
    }.joined(separator: "\n")
  }

  private static func text(of value: FieldValue) -> String {
    switch value {
    case .none: "none"
    case .bytes(let bytes): String(decoding: bytes, as: UTF8.self)
    case .list(let list): "\(list.map { String(decoding: $0, as: UTF8.self) })"
    case .number(let number): "\(number)"
    case .numbers(let numbers): "\(numbers)"
    case .body(let body): "\(body.total) \(body.isComplete) \(String(decoding: body.bytes, as: UTF8.self))"
    }
  }
}
