import Wire

// Short forms for the fields of messages that stand for themselves, as those of access lines do.
extension Field {
  /// Steps of a message that is whole from the beginning.
  static let wholeSteps = Pair(
    ["request_started", "request_complete"], ["response_started", "response_complete"])

  /// A buffer of a message; an empty one is none.
  static func text<T: Transaction>(
    _ keyword: String, _ source: String, _ summary: String, example: String, of type: T.Type,
    _ read: @escaping @Sendable (T) -> [UInt8]?
  ) -> Field {
    Field(
      keyword: keyword, .buffer, nil, progress: Pair(both: 1), source: source, summary,
      example: "\(keyword); content:\"\(example)\";", of: type
    ) { transaction, _ in
      guard let bytes = read(transaction), !bytes.isEmpty else { return .none }
      return .bytes(bytes)
    }
  }

  /// A buffer that a message may have several times.
  static func texts<T: Transaction>(
    _ keyword: String, _ source: String, _ summary: String, example: String, of type: T.Type,
    _ read: @escaping @Sendable (T) -> [[UInt8]]?
  ) -> Field {
    Field(
      keyword: keyword, .multiBuffer, nil, progress: Pair(both: 1), source: source, summary,
      example: "\(keyword); content:\"\(example)\";", of: type
    ) { transaction, _ in
      guard let list = read(transaction), !list.isEmpty else { return .none }
      return .list(list)
    }
  }

  /// A number of a message.
  static func number<T: Transaction>(
    _ keyword: String, names: [String: Int64] = [:], _ source: String, _ summary: String, example: String,
    of type: T.Type, _ read: @escaping @Sendable (T) -> (any FixedWidthInteger)?
  ) -> Field {
    Field(
      keyword: keyword, .number, nil, progress: Pair(both: 1), names: names, source: source, summary,
      example: "\(keyword):\(example);", of: type
    ) { transaction, _ in read(transaction).map { .number(Int64(clamping: $0)) } ?? .none }
  }
}

/// A message of an access line: whole from the beginning, and of one direction.
package class AccessTransaction: Transaction {
  init(number: UInt64, _ direction: Direction, _ clock: PacketClock) {
    super.init(number: number, completeFrom: Pair(both: 0))
    onlyDirection = direction
    progress = Pair(both: 1)
    revision = 1
    startNanoseconds = clock.nanoseconds
  }
}

/// Bounds of what one message may make the sensor keep.
enum AccessLimits {
  /// Tags, options, attributes looked at: a message of 4,096 bytes can have 2,000, those in use a few dozen.
  static let parts = 256
  /// Addresses of one message.
  static let addresses = 16
}
