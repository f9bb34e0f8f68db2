package import Wire

/// The kinds of frames that a protocol announces: an enum in the protocol's folder, its raw values the names
/// that rules use behind the protocol's (`frame:dns.pdu`), in the reference's order.
package protocol FrameKind: RawRepresentable, CaseIterable, Equatable, Sendable
where RawValue == String, AllCases == [Self] {}

extension FrameKind {
  /// Names in the order of their numbers: `ApplicationProtocol.frames`.
  package static var names: [String] { allCases.map(\.rawValue) }

  /// Position among the protocol's frames; 0 is the stream itself.
  var number: UInt8 { UInt8(clamping: (Self.allCases.firstIndex(of: self) ?? -1) + 1) }
}

/// A unit of a protocol (a message, a record, a header) where it lies in its stream or datagram.
package struct ProtocolFrame: Sendable, BitwiseCopyable {
  /// Position in `ApplicationProtocol.frameNames`.
  package let kind: UInt8
  /// Counts the frames of a direction, from 1.
  package let identifier: UInt64
  /// Offset of its first byte in the direction's stream, or in its datagram.
  package let start: UInt64
  /// Bytes; nil while its end is not known.
  package internal(set) var length: UInt64?
  /// Number of the transaction that it belongs to.
  package internal(set) var transaction: UInt64?
  /// Rules have seen all before this offset.
  package var inspected: UInt64
  /// Its record was written.
  package var isLogged = false
  /// Another frame of its kind began there or later before it: what rules have matched on is asked again.
  package internal(set) var isAgain = false

  /// Offset after its last byte; nil while that is not known.
  package var end: UInt64? { length.map { start &+ $0 } }
}

/// The frames of a flow that rules or outputs may still ask for. A session has one only where somebody asks.
package final class FrameLog {
  /// Number of the frame that is a direction's stream as a whole.
  package static let stream: UInt8 = 0

  /// Frames of each direction, in order of their announcement.
  package private(set) var frames = Pair<[ProtocolFrame]>(both: [])
  /// Bit n: frames with the number n are asked for.
  private let wanted: UInt64
  /// Offset of the first byte that the parser is being shown.
  private var shown = Pair<UInt64>(both: 0)
  private var count = Pair<UInt64>(both: 0)
  /// Where the newest frame of each kind began: what is announced again is known.
  private var newest = Pair<[UInt64?]>(both: [UInt64?](repeating: nil, count: kindsMax))

  /// Kinds of frames that a protocol may have: as many as the bits of a mask.
  package static let kindsMax = 64
  /// Frames kept of one direction: a segment of the smallest messages brings a few hundred. More push out the
  /// oldest.
  static let framesMax = 1024

  package init(wanted: UInt64) {
    self.wanted = wanted
  }

  /// The parser is being shown bytes from this offset on.
  func show(from offset: UInt64, _ direction: Direction) { shown[direction] = offset }

  /// The bytes of a new datagram: those before are gone, with their frames.
  func beginDatagram(_ direction: Direction) {
    frames[direction].removeAll(keepingCapacity: true)
    for kind in newest[direction].indices { newest[direction][kind] = nil }
    count[direction] = 0
    shown[direction] = 0
  }

  /// The offset of a byte by its position among those that the parser is being shown.
  func offset(of position: Int, _ direction: Direction) -> UInt64 {
    let base = shown[direction]
    return position < 0 ? base &- min(base, position.magnitude.asUInt64) : base &+ UInt64(position)
  }

  /// Takes a frame, or what is new about one that was announced before: its length, its transaction.
  func announce(
    _ kind: UInt8, _ direction: Direction, start: UInt64, length: UInt64? = nil, transaction: UInt64? = nil,
    isAnother: Bool = false
  ) {
    guard Int(kind) < Self.kindsMax, wanted & (1 << UInt64(kind)) != 0 else { return }
    if !isAnother, let known = newest[direction][Int(kind)], start <= known {
      guard let place = frames[direction].lastIndex(where: { $0.kind == kind && $0.start == start }) else {
        return
      }
      if let length { frames[direction][place].length = length }
      if let transaction { frames[direction][place].transaction = transaction }
      return
    }
    let isAgain = newest[direction][Int(kind)].map { start <= $0 } ?? false
    newest[direction][Int(kind)] = start
    count[direction] &+= 1
    if frames[direction].count >= Self.framesMax { frames[direction].removeFirst() }
    frames[direction].append(
      ProtocolFrame(
        kind: kind, identifier: count[direction], start: start, length: length, transaction: transaction,
        inspected: start, isAgain: isAgain))
  }

  /// Where the first frame begins that is not over; of the stream itself, what rules have not seen and some
  /// bytes before it. `.max` without any.
  package func oldest(_ direction: Direction, reachingBack reach: Int) -> UInt64 {
    var oldest = UInt64.max
    for frame in frames[direction] {
      guard frame.kind == Self.stream else {
        oldest = min(oldest, frame.start)
        continue
      }
      let seen = frame.inspected &- min(frame.inspected, UInt64(clamping: reach))
      oldest = min(oldest, max(frame.start, seen))
    }
    return oldest
  }

  /// Rules have seen a frame up to an offset.
  package func noteInspected(_ position: Int, _ direction: Direction, upTo offset: UInt64) {
    guard frames[direction].indices.contains(position) else { return }
    frames[direction][position].inspected = max(frames[direction][position].inspected, offset)
  }

  /// The record of a frame was written.
  package func noteLogged(_ position: Int, _ direction: Direction) {
    guard frames[direction].indices.contains(position) else { return }
    frames[direction][position].isLogged = true
  }

  /// Forgets the frames that nobody asks for any more.
  package func removeAll(_ direction: Direction, where isOver: (ProtocolFrame) -> Bool) {
    frames[direction].removeAll(where: isOver)
  }
}

extension UInt {
  /// The same number; this machine's words have 64 bits.
  fileprivate var asUInt64: UInt64 { UInt64(self) }
}

extension Session {
  /// Announces a frame, or tells more of one that was announced at the same place. Costs a look at a nil
  /// pointer where nobody asks for frames.
  ///
  /// - Parameters:
  ///   - position: its first byte among those shown by `consume`; negative: shown before.
  ///   - length: bytes, where known by now.
  ///   - transaction: number of the transaction that it belongs to, where known by now.
  ///   - isAnother: it is a frame of its own although one may have begun there or later.
  @inline(__always)
  package final func announce<Kind: FrameKind>(
    _ kind: Kind, _ direction: Direction, at position: Int, length: Int? = nil, transaction: UInt64? = nil,
    isAnother: Bool = false
  ) {
    guard let frames else { return }
    frames.announce(
      kind.number, direction, start: frames.offset(of: position, direction),
      length: length.map { UInt64(clamping: $0) }, transaction: transaction, isAnother: isAnother)
  }
}

extension ApplicationProtocol {
  /// All frames of the protocol by name, in the order of their numbers; the first is the stream itself.
  package var frameNames: [String] { ["stream"] + frames }

  /// The frames of a transport: only TCP has streams. Empty for a protocol that announces none.
  package func frameNames(_ transport: Transport) -> [String] {
    guard transports.contains(transport), !frames.isEmpty else { return [] }
    return transport == .tcp ? frameNames : frames
  }
}
