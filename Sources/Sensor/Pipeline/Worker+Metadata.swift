import Detection
import Events
import Flows

// What rules have noted on a flow becomes the metadata of its events; what memory is used, a counter.
extension Worker {
  /// How much of its fullest memory cap is used, in per cent: `memcap.pressure`.
  var memoryPressurePercent: Int {
    func percent(_ bytes: Int, _ cap: Int) -> Int { cap > 0 ? Int(Double(bytes) / Double(cap) * 100) : 0 }
    return max(
      percent(flows.memoryBytes, context.flows.memcapBytes),
      percent(streams.reassemblyBytes, context.streams.reassemblyMemcapBytes))
  }

  /// Adds the flow's bits, numbers and variables by their names.
  mutating func addMetadata(to subject: EventSubject, _ flow: Flow?) {
    let detection = flow?.detection as? FlowDetection
    let hasVariables = inspector?.hasPacketVariables() ?? false
    if !hasVariables, detection?.isBare != false { return }
    var metadata = FlowMetadata()
    if hasVariables {
      for (name, text) in inspector?.packetVariables ?? [] where inForce.captureNames.indices.contains(name) {
        metadata.packetVariables.append((inForce.captureNames[name], text))
      }
    }
    guard let detection else {
      subject.metadata = metadata.isEmpty ? nil : metadata
      return
    }
    for bit in detection.allBits where inForce.flowBitNames.indices.contains(bit) {
      metadata.flowBits.append(inForce.flowBitNames[bit])
    }
    for (name, value) in detection.allIntegers where inForce.flowIntegerNames.indices.contains(name) {
      metadata.flowIntegers.append((inForce.flowIntegerNames[name], UInt32(clamping: value)))
    }
    for (name, text) in detection.variables where inForce.captureNames.indices.contains(name) {
      metadata.flowVariables.append((inForce.captureNames[name], text))
    }
    if !detection.entropies.isEmpty, let names = inForce.rules?.names {
      for entry in detection.entropies where names.indices.contains(Int(entry.name)) {
        metadata.entropies.append((names[Int(entry.name)], entry.bits))
      }
    }
    subject.metadata = metadata.isEmpty ? nil : metadata
  }

  /// Writes what rules have captured from a packet, where an output asks for it.
  mutating func reportMetadata(_ subject: EventSubject, _ bytes: RawSpan) {
    guard inspector?.hasPacketVariables() == true else { return }
    let subject = subject.copy()
    complete(subject, bytes)
    for (output, encoder) in encoders.enumerated() where encoder.wants(.metadata) {
      encoder.encodeMetadata(subject, frame: bytes, into: &line)
      keepLine(nextOrder(subject.flow), output, -1)
    }
  }
}

extension Inspector {
  /// Rules have captured something from the packet in hand. It is asked where the inspector lies, as one that
  /// changes: to read a part of it through an optional copies the whole.
  @inline(__always)
  fileprivate mutating func hasPacketVariables() -> Bool { !packetVariables.isEmpty }

  /// What became of the packet inspected last.
  mutating func lastVerdict() -> PacketVerdict { packetVerdict }
}
