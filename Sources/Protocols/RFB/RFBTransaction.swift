import Wire

/// How client and server of a connection come to terms: versions, authentication, the screen.
package final class RFBTransaction: Transaction {
  /// A version as it is written: `003` and `008`.
  package struct Version: Sendable, Equatable {
    package let major: [UInt8]
    package let minor: [UInt8]

    /// A version 3 up to this minor one. Those of RealVNC (4 and later) go on as 3.8 does.
    func isOld(untilMinor last: String) -> Bool {
      major.elementsEqual("003".utf8) && !last.utf8.lexicographicallyPrecedes(minor)
    }
  }

  /// The server's screen (RFC 6143 §7.3.2).
  package struct Screen: Sendable {
    package let width: UInt16
    package let height: UInt16
    package let format: PixelFormat
    package let name: [UInt8]
  }

  /// How a pixel is written (RFC 6143 §7.4).
  package struct PixelFormat: Sendable {
    package let bitsPerPixel: UInt8
    package let depth: UInt8
    package let isBigEndian: Bool
    package let hasTrueColour: Bool
    package let redMax: UInt16
    package let greenMax: UInt16
    package let blueMax: UInt16
    package let redShift: UInt8
    package let greenShift: UInt8
    package let blueShift: UInt8
  }

  package internal(set) var serverVersion: Version?
  package internal(set) var clientVersion: Version?
  /// Chosen by the client, or by a server of version 3.3.
  package internal(set) var securityType: UInt32?
  /// VNC's own authentication: what is to be encrypted with the password, and the answer.
  package internal(set) var challenge: [UInt8]?
  package internal(set) var response: [UInt8]?
  /// 0: the client is let in.
  package internal(set) var securityResult: UInt32?
  /// Why the server refuses.
  package internal(set) var failureReason: [UInt8]?
  /// The client shares the screen with others.
  package internal(set) var isShared: Bool?
  package internal(set) var screen: Screen?

  init(_ clock: PacketClock) {
    super.init(number: 0, completeFrom: Pair(both: 1))
    startNanoseconds = clock.nanoseconds
  }

  func raise(_ event: RFBEvent) {
    events.append(event.rawValue)
    revision &+= 1
  }

  func complete() {
    progress = Pair(both: 1)
    revision &+= 1
  }
}
