import Wire

/// SMB 1, 2 and 3 ([MS-CIFS], [MS-SMB], [MS-SMB2]): the protocol's entry in the catalogue.
package enum SMB {
  static let entry = ApplicationProtocol(
    name: "smb", transports: [.tcp], ports: [139, 445],
    progress: Pair(["request_started", "request_complete"], ["response_started", "response_complete"]),
    events: SMBEvent.allCases.map(\.name),
    fields: fields + DCERPC.fields(of: SMBTransaction.self) { $0.call },
    frames: SMBFrame.names, recognise: { bytes, direction, _ in recognise(bytes, direction) },
    probe: { bytes, direction, _ in recogniseSession(bytes, direction) }, makeSession: { SMBSession($0) })

  private static let request = Pair<UInt8>(1, 1)

  private static let fields: [Field] = [
    Field(
      keyword: "smb.named_pipe", aliases: ["smb_named_pipe"], eve: "named_pipe", .buffer, .toServer,
      progress: request, source: "[MS-SMB2] §2.2.9", "The tree of named pipes being connected to.",
      example: "smb.named_pipe; content:\"IPC$\"; endswith;", of: SMBTransaction.self
    ) { transaction, _ in
      guard case .tree(let tree) = transaction.detail, tree.isPipe else { return .none }
      return .bytes(tree.name)
    },
    Field(
      keyword: "smb.share", aliases: ["smb_share"], eve: "share", .buffer, .toServer, progress: request,
      source: "[MS-SMB2] §2.2.9", "The share being connected to.",
      example: "smb.share; content:\"C$\"; endswith;", of: SMBTransaction.self
    ) { transaction, _ in
      guard case .tree(let tree) = transaction.detail, !tree.isPipe else { return .none }
      return .bytes(tree.name)
    },
    Field(
      keyword: "smb.ntlmssp_user", aliases: ["smb_ntlmssp_user"], eve: "ntlmssp.user", .buffer, .toServer,
      progress: request, source: "[MS-NLMP] §2.2.1.3", "The user who logs on.",
      example: "smb.ntlmssp_user; content:\"Administrator\"; nocase;", of: SMBTransaction.self
    ) { transaction, _ in filled(authentication(transaction)?.user) },
    Field(
      keyword: "smb.ntlmssp_domain", aliases: ["smb_ntlmssp_domain"], eve: "ntlmssp.domain", .buffer,
      .toServer,
      progress: request, source: "[MS-NLMP] §2.2.1.3", "The domain of the user who logs on.",
      example: "smb.ntlmssp_domain; content:\"CONTOSO\";", of: SMBTransaction.self
    ) { transaction, _ in filled(authentication(transaction)?.domain) },
    Field(
      keyword: "smb.version", .number, nil, progress: Pair(both: 0), source: "[MS-SMB2] §2.2.1",
      "Version of the message: 1, or 2 for all later ones.", example: "smb.version:1;",
      of: SMBTransaction.self
    ) { transaction, _ in .number(Int64(transaction.version)) },
  ]

  /// Names that are empty are not there.
  private static func filled(_ name: [UInt8]?) -> FieldValue {
    name.flatMap { $0.isEmpty ? nil : FieldValue.bytes($0) } ?? .none
  }

  private static func authentication(_ transaction: SMBTransaction) -> NTLMSSPAuthentication? {
    guard case .setup(let setup) = transaction.detail else { return nil }
    return setup.ntlmssp
  }

  /// A record begins with a type of 0, and the message in it with 0xFF, 0xFE or 0xFD and "SMB"; its flags
  /// tell who sends it.
  private static func recognise(_ bytes: RawSpan, _ direction: Direction) -> Recognition {
    if bytes.byteCount > 0, bytes[0] != 0 { return .no }
    if bytes.byteCount > 4, bytes[4] < 0xFD { return .no }
    for (index, byte) in [0x53, 0x4D, 0x42].enumerated() where bytes.byteCount > 5 &+ index {
      if bytes[5 &+ index] != byte { return .no }
    }
    guard bytes.byteCount >= 8 else { return .needsMore }
    if bytes[4] == 0xFD { return .yes }
    let place = bytes[4] == 0xFF ? 13 : 20
    guard bytes.byteCount > place else { return .needsMore }
    let isResponse = bytes[place] & (bytes[4] == 0xFF ? 0x80 : 1) != 0
    return isResponse == (direction == .toClient) ? .yes : .yesReversed
  }

  /// Over NetBIOS a session is asked for first (RFC 1002 §4.3.2): both names have 34 bytes; the answer has
  /// none.
  private static func recogniseSession(_ bytes: RawSpan, _ direction: Direction) -> Recognition {
    let wanted: [UInt8] = direction == .toServer ? [0x81, 0, 0, 0x44, 0x20] : [0x82, 0, 0, 0]
    for (index, byte) in wanted.enumerated() {
      guard index < bytes.byteCount else { return .needsMore }
      guard bytes[index] == byte else { return .no }
    }
    return .yes
  }
}
