import Protocols
import Wire

/// Sessions of TLCP and of access lines out of captures: what damage starts from.
struct WireCorpus {
  private(set) var inputs: [InputKind: [[UInt8]]] = [:]
  private var streams: [String: [WireInputs.Part]] = [:]
  private var clients: [String: UInt16] = [:]
  private var frames: [InputKind: [WireInputs.Part]] = [:]

  /// Captures whose names or folders say that such sessions may be in them.
  static func takes(_ path: String) -> Bool {
    let parts = ["tls", "tlcp", "ppp", "l2tp", "radius", "dhcp", "dial-in", "line-abuse"]
    return (path.hasSuffix(".pcap") || path.hasSuffix(".hex")) && parts.contains { path.contains($0) }
  }

  /// Reads a capture, or a session as hexadecimal text (`>` to the server, `<` to the client).
  init(_ file: [UInt8], isText: Bool) {
    if isText {
      let lines = file.split(separator: 0x0A)
      streams["text"] = lines.map { line in
        WireInputs.Part(isToClient: line.first == 0x3C, bytes: Self.bytes(hexadecimal: line.dropFirst()))
      }
    } else {
      var decoder = PacketDecoder(DecoderSettings())
      for range in Variant.frames(of: file) { take(Array(file[range]), &decoder) }
    }
    for stream in streams.values.sorted(by: { $0.count > $1.count }).prefix(40) where Self.isTLS(stream) {
      let messages = Self.messages(of: stream)
      inputs[.tlcp, default: []] += [WireInputs.encoded(stream), WireInputs.encoded(messages)]
    }
    for (kind, parts) in frames {
      for start in stride(from: 0, to: min(parts.count, 400), by: 20) {
        let some = parts[start..<min(start + 20, parts.count)]
        inputs[kind, default: []].append(WireInputs.encoded(Array(some)))
      }
    }
  }

  private mutating func take(_ frame: [UInt8], _ decoder: inout PacketDecoder) {
    var packets: [Packet] = []
    decoder.decode(
      frame.rawSpan, number: 0, timeNanoseconds: 0, linkType: 1, wireLength: frame.count, into: &packets)
    guard let packet = packets.first else { return }
    if packet.ipVersion == 0 {
      if [0x8863, 0x8864].contains(packet.etherType) {
        frames[.ppp, default: []].append(.init(bytes: frame))
      }
      return
    }
    let ports = [packet.sourcePort, packet.destinationPort]
    if packet.isTCP {
      let payload = packet.payload(of: frame.rawSpan).copied()
      guard !payload.isEmpty else { return }
      let name = ports.sorted().map(String.init).joined(separator: " ")
      let client = clients[name] ?? packet.sourcePort
      clients[name] = client
      streams[name, default: []].append(.init(isToClient: packet.sourcePort != client, bytes: payload))
    } else if packet.isUDP {
      let kind: InputKind? =
        ports.contains(1701)
        ? .l2tp
        : ports.contains(67)
          ? .dhcp : ports.contains { [1645, 1646, 1812, 1813, 3799].contains($0) } ? .radius : nil
      if let kind { frames[kind, default: []].append(.init(bytes: frame)) }
    }
  }

  private static func isTLS(_ stream: [WireInputs.Part]) -> Bool {
    guard let first = stream.first?.bytes, first.count > 5 else { return false }
    return first[0] == 22 && (first[1] == 1 || first[1] == 3)
  }

  /// Handshake messages up to the change to encryption, without their lengths; what follows as it is.
  private static func messages(of stream: [WireInputs.Part]) -> [WireInputs.Part] {
    var result: [WireInputs.Part] = []
    var pending = Pair<[UInt8]>(both: []), isEncrypted = Pair(both: false)
    for part in stream {
      let direction: Direction = part.isToClient ? .toClient : .toServer
      var rest = part.bytes[...]
      while rest.count >= 5 {
        let count = Int(rest[rest.startIndex + 3]) << 8 | Int(rest[rest.startIndex + 4])
        let record = rest.prefix(5 + count)
        rest = rest.dropFirst(5 + count)
        if record.first != 22 || isEncrypted[direction] {
          if record.first == 20 { isEncrypted[direction] = true }
          result.append(.init(isToClient: part.isToClient, bytes: Array(record)))
          continue
        }
        pending[direction] += record.dropFirst(5)
        while pending[direction].count >= 4 {
          let own = pending[direction]
          let end = 4 + (Int(own[1]) << 16 | Int(own[2]) << 8 | Int(own[3]))
          guard own.count >= end else { break }
          result.append(
            .init(isToClient: part.isToClient, isMessage: true, bytes: [own[0]] + own[4..<end]))
          pending[direction].removeFirst(end)
        }
      }
    }
    return result
  }

  private static func bytes(hexadecimal text: ArraySlice<UInt8>) -> [UInt8] {
    let digits = text.compactMap { Character(UnicodeScalar($0)).hexDigitValue }
    return stride(from: 0, to: digits.count - 1, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
  }

  // MARK: Without captures

  /// A session of L2TP as concentrators make one: tunnel, call, log-in, address, end.
  static let l2tpSeed: [UInt8] = {
    func value(_ type: Int, _ bytes: [UInt8]) -> [UInt8] {
      WireInputs.big(0x8000 | bytes.count + 6, 2) + [0, 0] + WireInputs.big(type, 2) + bytes
    }
    func control(_ tunnel: Int, _ session: Int, _ values: [UInt8]) -> [UInt8] {
      WireInputs.big(0xC802, 2) + WireInputs.big(values.count + 12, 2) + WireInputs.big(tunnel, 2)
        + WireInputs.big(session, 2) + [0, 0, 0, 1] + values
    }
    func data(_ tunnel: Int, _ session: Int, _ number: Int, _ code: UInt8, _ body: [UInt8]) -> [UInt8] {
      let frame = [0xFF, 0x03] + WireInputs.big(number, 2) + [code, 1] + WireInputs.big(body.count + 4, 2)
      return [0, 2] + WireInputs.big(tunnel, 2) + WireInputs.big(session, 2) + frame + body
    }
    let name = Array("gz-301".utf8)
    let messages: [[UInt8]] = [
      control(3, 0, value(0, [0, 2]) + value(9, [0, 8])),
      control(3, 9, value(0, [0, 11]) + value(14, [0, 7])),
      data(8, 7, 0xC023, 1, [UInt8(name.count)] + name + [2, 0x78, 0x78]),
      data(8, 7, 0xC223, 2, [4, 1, 2, 3, 4] + name), data(8, 7, 0xC227, 2, [1] + name),
      data(3, 9, 0x8021, 2, [3, 6, 10, 40, 7, 20]), control(3, 9, value(0, [0, 14])),
    ]
    return WireInputs.encoded(messages.map { .init(bytes: datagram([6, 165, 6, 165], $0)) })
  }()

  /// A lease by way of a relay that tells the circuit (RFC 3046): request, acknowledgement, release.
  static let dhcpSeed: [UInt8] = {
    func message(_ kind: UInt8, _ options: [UInt8]) -> [UInt8] {
      let head: [UInt8] = [kind == 5 ? 2 : 1, 1, 6, 1, 0, 0, 0, 9, 0, 0, 0, 0, 10, 40, 7, 20, 10, 40, 7, 20]
      let hardware: [UInt8] = [0, 0, 0, 0, 10, 40, 0, 1, 2, 0, 0, 0, 3, 1]
      let names = [UInt8](repeating: 0, count: 236 - head.count - hardware.count)
      return head + hardware + names + [0x63, 0x82, 0x53, 0x63, 53, 1, kind] + options + [255]
    }
    let circuit = Array("olt-3 1/1/7".utf8)
    let relay: [UInt8] = [82, UInt8(circuit.count + 2), 1, UInt8(circuit.count)] + circuit
    return WireInputs.encoded([
      .init(bytes: datagram([0, 67, 0, 67], message(3, relay))),
      .init(bytes: datagram([0, 67, 0, 67], message(5, relay))),
      .init(bytes: datagram([0, 68, 0, 67], message(7, []))),
    ])
  }()

  /// A frame with a datagram over IPv4 between these ports.
  private static func datagram(_ ports: [UInt8], _ message: [UInt8]) -> [UInt8] {
    let udp = ports + WireInputs.big(message.count + 8, 2) + [0, 0] + message
    let ends: [UInt8] = [10, 0, 0, 1, 10, 0, 0, 2]
    let ip = [0x45, 0] + WireInputs.big(udp.count + 20, 2) + [0, 1, 0, 0, 64, 17, 0, 0] + ends
    return [2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 8, 0] + ip + udp
  }
}
