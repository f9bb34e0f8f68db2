import Protocols

// What a rule's action holds for.
extension ProgramBuilder {
  /// Rules on what belongs to the whole flow decide on it; those on single packets on these; those on payload
  /// on the flow where the payload is the stream's.
  static func actionScope(of signature: Signature, isTransactional: Bool) -> ActionScope {
    switch signature.writtenScope {
    case .flow?: return .flow
    case .packet?: return .packet
    case .hook?, .transaction?, nil: break
    }
    if isTransactional || signature.hookProgress != nil { return .flow }
    switch signature.events.first {
    case .application?: return .flow
    case .decoder?, .stream?, .applicationLayer?: return .packet
    case nil: break
    }
    if !signature.inspections.isEmpty {
      let isOnHeader = signature.inspections.contains {
        if case .header = $0.buffer.source { true } else { false }
      }
      let isOnPayload = signature.inspections.contains { $0.buffer.source == .payload }
      if isOnHeader && !isOnPayload || isBoundToPacket(signature) { return .packet }
      return .flowIfStream
    }
    if signature.isOnAddressesPerhaps || signature.isOnProtocolAlone { return .flow }
    return signature.protocols.isEmpty || isBoundToPacket(signature) ? .packet : .flow
  }

  /// Whether a buffer grows while its transaction goes on.
  func isGrowing(_ buffer: BufferReference) -> Bool {
    switch buffer.source {
    case .fileData: return true
    case .field(let references):
      return references.contains { reference in
        guard protocols.indices.contains(reference.protocolIndex),
          protocols[reference.protocolIndex].fields.indices.contains(reference.fieldIndex)
        else { return false }
        return protocols[reference.protocolIndex].fields[reference.fieldIndex].kind == .body
      }
    case .payload, .header, .base64Data, .fileName, .fileMagic, .file, .frame: return false
    }
  }

  /// Whether a condition's answer depends on where the bytes begin, or on their being all there is.
  static func isOnPart(_ condition: BufferCondition) -> Bool {
    switch condition {
    case .content(let content):
      content.startsWith || content.offset != nil || content.depth != nil
        || content.isNegated && !content.isRelative
    case .pattern(let pattern):
      !pattern.isRelative && (pattern.isNegated || pattern.expression.contains { "^A\\".contains($0) })
    case .byteTest(let test): !test.isRelative
    case .byteJump(let jump): !jump.isRelative || jump.start != .here
    case .byteExtract(let extract): !extract.isRelative
    case .byteMath(let math): !math.isRelative
    case .isDataAt(_, let isRelative, _): !isRelative
    case .base64Decode(_, _, let isRelative): !isRelative
    case .asn1(let check): !check.isRelative
    case .entropy, .size: true
    case .absent, .number, .dataset, .fileSize, .fileDigest, .fileStored: false
    }
  }

  private static func isBoundToPacket(_ signature: Signature) -> Bool {
    signature.packetConditions.contains(where: \.isBinding) || signature.header.payloadScope == .packetOnly
  }
}

extension Signature {
  /// It asks for nothing but addresses, ports and what hosts are marked with: it is evaluated once for each
  /// flow and direction.
  var isOnAddressesAlone: Bool {
    isOnAddressesPerhaps && !header.source.hasExclusions && !header.destination.hasExclusions
  }

  /// The same, but that its lists may take addresses out: then it is asked of each packet, and what it
  /// decides is decided for the flow all the same.
  fileprivate var isOnAddressesPerhaps: Bool {
    guard inspections.isEmpty, flowConditions.allSatisfy(\.isOnAddress), protocols.isEmpty, events.isEmpty,
      !header.acceptsNonIP, scripts.isEmpty
    else { return false }
    for effect in effects {
      switch effect {
      // The reference makes these changes where it matches packets, so that rules with them are on packets.
      case .flowInteger, .toggleFlowBits, .unsetFlowBits: return false
      default: break
      }
    }
    for condition in packetConditions {
      guard case .ipProtocol = condition else { return false }
    }
    for condition in stateConditions {
      switch condition {
      case .xbit, .hostBit: break
      case .flowBitsSet, .flowBitsNotSet, .flowInteger, .flowVariable: return false
      }
    }
    return true
  }

  /// It is asked of packets that are made up at the end of a stream, too: it asks for addresses of which its
  /// lists take some out, or for the protocol, and for nothing that a packet or a flow's state has. What
  /// looks at packets alone (`tcp-pkt`, `flow:no_stream`) waits for one that came.
  var isOnMadeUpPackets: Bool {
    guard inspections.isEmpty, packetConditions.isEmpty, events.isEmpty, scripts.isEmpty, hookProgress == nil,
      header.ipProtocols?.contains(6) ?? true, header.payloadScope != .packetOnly,
      !flowConditions.contains(where: \.asksForPackets)
    else { return false }
    if protocols.isEmpty { return isOnAddressesPerhaps && !isOnAddressesAlone }
    return stateConditions.isEmpty && flowConditions.allSatisfy(\.isOnDirection)
  }

  /// It asks which protocol was recognised and nothing else: it is evaluated once for each direction, when
  /// that is known.
  var isOnProtocolAlone: Bool {
    guard inspections.isEmpty, packetConditions.isEmpty, scripts.isEmpty else { return false }
    var asksForProtocol = false
    for condition in flowConditions {
      switch condition {
      case .applicationProtocol: asksForProtocol = true
      case .direction, .onlyStream, .noStream: break
      // With a look at the flow it is asked of each packet, unless its prefilter is the protocol.
      case .established, .notEstablished, .stateless: if !wantsPrefilter { return false }
      case .onlyFragment, .noFragment, .number, .streamSize, .address, .answersFrom, .country: return false
      }
    }
    return asksForProtocol
  }
}

extension FlowCondition {
  /// It asks for the direction alone.
  var isOnDirection: Bool {
    switch self {
    case .direction, .onlyStream: true
    default: false
    }
  }

  /// It leaves the stream out.
  var asksForPackets: Bool {
    if case .noStream = self { true } else { false }
  }

  /// It asks for the packet's addresses and nothing of the flow; where payloads are looked at does not count.
  var isOnAddress: Bool {
    switch self {
    case .address, .onlyStream, .noStream: true
    default: false
    }
  }
}
