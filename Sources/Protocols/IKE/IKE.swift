import Wire

/// IKE 1 and 2 (RFC 2408, RFC 2409, RFC 7296): the protocol's entry in the catalogue.
enum IKE {
  static let entry = ApplicationProtocol(
    name: "ike", aliases: ["ikev2"], transports: [.udp], ports: [500],
    progress: Pair(["request_started", "request_complete"], ["response_started", "response_complete"]),
    events: IKEEvent.allCases.map(\.name), fields: fields,
    // A version says little: the port must be the one of IKE.
    probe: probe, makeSession: { _ in IKESession() })

  /// A head of version 1; of version 2, with its length and an exchange that there is. Who names nobody that
  /// would answer is the client, whoever sent the first packet.
  private static let probe: Recognised.Probe = { bytes, direction, _ in
    guard bytes.byteCount >= IKEHeader.bytes else { return .no }
    let header = IKEHeader(bytes)
    switch header.majorVersion {
    case 1: break
    case 2:
      guard header.minorVersion == 0, 34...37 ~= header.exchange, header.length == bytes.byteCount else {
        return .no
      }
    default: return .no
    }
    return !header.hasResponder && direction == .toClient ? .yesReversed : .yes
  }

  private static let atOnce = Pair<UInt8>(both: 0)

  private static let fields: [Field] = [
    buffer("ike.init_spi", .toServer, "RFC 7296 §3.1", "Number of the initiator in hexadecimal.", "e47a59") {
      $0.header.initiator
    },
    buffer("ike.resp_spi", .toClient, "RFC 7296 §3.1", "Number of the responder in hexadecimal.", "a00b8e") {
      $0.header.responder
    },
    buffer("ike.nonce_payload", nil, "RFC 2408 §3.13", "Nonce of version 1.", "|89 d7|") {
      $0.content.nonce
    },
    buffer("ike.key_exchange_payload", nil, "RFC 2408 §3.7", "Key exchange of version 1.", "|35 04|") {
      $0.content.keyExchange
    },
    Field(
      keyword: "ike.vendor", .multiBuffer, .toServer, progress: atOnce, source: "RFC 2408 §3.16",
      "What a client of version 1 says of its maker, in hexadecimal: each piece for itself.",
      example: "ike.vendor; content:\"4a131c81\";", of: IKETransaction.self
    ) { transaction, _ in
      let vendors = transaction.content.vendors
      return vendors.isEmpty ? .none : .list(vendors.map { Digest.hexadecimal($0) })
    },
    number("ike.exchtype", "RFC 7296 §3.1", "Kind of the exchange: 2 main mode, 34 IKE_SA_INIT …", "34") {
      Int64($0.header.exchange)
    },
    number("ike.nonce_payload_length", "RFC 2408 §3.13", "Bytes of the nonce of version 1.", ">16") {
      length($0.content.nonce)
    },
    number(
      "ike.key_exchange_payload_length", "RFC 2408 §3.7", "Bytes of the key exchange of version 1.", ">16"
    ) { length($0.content.keyExchange) },
    Field(
      eve: IKEAttribute.field, .multiBuffer, .toClient, progress: atOnce, source: "RFC 2409 appendix A",
      "Each attribute of what the server has chosen.", of: IKETransaction.self
    ) { transaction, _ in
      let chosen = transaction.chosen
      return chosen.isEmpty ? .none : .list(chosen.map { IKEAttribute.bytes($0.name, $0.value) })
    },
  ]

  private static func buffer(
    _ keyword: String, _ direction: Direction?, _ source: String, _ summary: String, _ content: String,
    _ value: @escaping @Sendable (IKETransaction) -> [UInt8]
  ) -> Field {
    Field(
      keyword: keyword, .buffer, direction, progress: atOnce, source: source, summary,
      example: "\(keyword); content:\"\(content)\";", of: IKETransaction.self
    ) { transaction, _ in
      let bytes = value(transaction)
      return bytes.isEmpty ? .none : .bytes(bytes)
    }
  }

  private static func number(
    _ keyword: String, _ source: String, _ summary: String, _ argument: String,
    _ value: @escaping @Sendable (IKETransaction) -> Int64?
  ) -> Field {
    Field(
      keyword: keyword, .number, nil, progress: atOnce, source: source, summary,
      example: "\(keyword):\(argument);", of: IKETransaction.self
    ) { transaction, _ in value(transaction).map { .number($0) } ?? .none }
  }

  private static func length(_ bytes: [UInt8]) -> Int64? { bytes.isEmpty ? nil : Int64(bytes.count) }
}

/// Events of IKE, in the order of their numbers.
package enum IKEEvent: UInt8, Sendable, CaseIterable {
  case malformedData, noEncryption, weakEncryption, weakPseudoRandom, weakKeyExchange, weakIntegrity
  case noKeyExchange, noIntegrity, invalidProposal, unknownProposal, extraData, severalProposals

  /// Name in rules.
  var name: String {
    switch self {
    case .malformedData: "malformed_data"
    case .noEncryption: "no_encryption"
    case .weakEncryption: "weak_crypto_enc"
    case .weakPseudoRandom: "weak_crypto_prf"
    case .weakKeyExchange: "weak_crypto_dh"
    case .weakIntegrity: "weak_crypto_auth"
    case .noKeyExchange: "weak_crypto_no_dh"
    case .noIntegrity: "weak_crypto_no_auth"
    case .invalidProposal: "invalid_proposal"
    case .unknownProposal: "unknown_proposal"
    case .extraData: "payload_extra_data"
    case .severalProposals: "multiple_server_proposal"
    }
  }
}
