import Protocols
import Wire

/// `ike`: one record for each message.
let ikeRecord = TransactionRecord(
  protocolName: "ike", type: .ike, isClientFirst: false, hasProgress: false, encode: encodeIKE)

@Sendable
private func encodeIKE(_ context: RecordContext, _ line: inout JSONWriter) {
  guard let transaction = context.transaction as? IKETransaction else { return }
  let header = transaction.header
  let isFirst = header.majorVersion == 1
  line.beginObject("ike")
  line.member("version_major", header.majorVersion)
  line.member("version_minor", header.minorVersion)
  line.member("init_spi", text: header.initiator)
  line.member("resp_spi", text: header.responder)
  line.member("message_id", header.number)
  line.member("exchange_type", header.exchange)
  if isFirst, context.settings.hasExtendedIKE || context.place != .own,
    let name = IKENames.exchanges[header.exchange]
  {
    line.member("exchange_type_verbose", name)
  }
  if isFirst {
    encodeProposals(transaction, into: &line)
  } else {
    encodeSuite(transaction, into: &line)
  }
  line.beginArray("payload")
  if isFirst {
    for name in transaction.content.payloads.sorted().compactMap({ IKENames.payloads1[$0] }) {
      line.element(name)
    }
  } else {
    for kind in transaction.payloads { line.element(IKENames.payload2(kind)) }
  }
  line.endArray()
  if isFirst {
    encodeFirst(transaction, into: &line)
  } else {
    encodeSecond(transaction, into: &line)
  }
  line.endObject()
}

private func encodeProposals(_ transaction: IKETransaction, into line: inout JSONWriter) {
  encode(transaction.participants.toClient.proposal, into: &line)
  let proposals = transaction.content.proposals
  if transaction.direction == .toClient, proposals.count > 1 {
    encodeList("server_proposals", proposals, into: &line)
  }
}

private func encodeList(_ key: StaticString, _ proposals: [[IKEAttribute]], into line: inout JSONWriter) {
  line.beginArray(key)
  for proposal in proposals {
    line.beginObject()
    encode(proposal, into: &line)
    line.endObject()
  }
  line.endArray()
}

/// The first attribute of each name.
private func encode(_ attributes: [IKEAttribute], into line: inout JSONWriter) {
  var told: Set<String> = []
  for attribute in attributes {
    let name = attribute.name
    guard told.insert(name).inserted else { continue }
    line.key(text: name)
    line.value(text: Array(IKENames.value(attribute).utf8))
    line.key(text: name + "_raw")
    if let number = attribute.number {
      line.value(encoded: Array(String(number).utf8))
    } else {
      line.value(text: Digest.hexadecimal(attribute.value ?? []))
    }
  }
}

private func encodeSuite(_ transaction: IKETransaction, into line: inout JSONWriter) {
  guard !transaction.isOfInitiator else {
    line.member("role", literal: "initiator")
    return
  }
  let suite = transaction.suite
  line.member("role", literal: "responder")
  line.member("alg_enc", IKENames.encryption(suite.encryption))
  line.member("alg_auth", IKENames.integrity(suite.integrity))
  line.member("alg_prf", IKENames.pseudoRandom(suite.pseudoRandom))
  line.member("alg_dh", IKENames.keyExchange(suite.keyExchange))
  line.member("alg_esn", IKENames.sequenceNumbers(suite.sequenceNumbers))
}

private func encodeFirst(_ transaction: IKETransaction, into line: inout JSONWriter) {
  line.beginObject("ikev1")
  if let domain = transaction.domain { line.member("doi", domain) }
  line.member("encrypted_payloads", transaction.isEncrypted)
  if !transaction.isEncrypted {
    line.beginObject("client")
    encode(transaction.participants.toServer, into: &line)
    if transaction.direction == .toServer, !transaction.content.proposals.isEmpty {
      encodeList("proposals", transaction.content.proposals, into: &line)
    }
    line.endObject()
    line.beginObject("server")
    encode(transaction.participants.toClient, into: &line)
    line.endObject()
    if !transaction.content.vendors.isEmpty {
      line.beginArray("vendor_ids")
      for vendor in transaction.content.vendors { line.element(text: Digest.hexadecimal(vendor)) }
      line.endArray()
    }
  }
  line.endObject()
}

private func encode(_ participant: IKEParticipant, into line: inout JSONWriter) {
  if !participant.keyExchange.isEmpty {
    line.member("key_exchange_payload", hexadecimal: participant.keyExchange)
    line.member("key_exchange_payload_length", participant.keyExchange.count)
  }
  if !participant.nonce.isEmpty {
    line.member("nonce_payload", hexadecimal: participant.nonce)
    line.member("nonce_payload_length", participant.nonce.count)
  }
}

private func encodeSecond(_ transaction: IKETransaction, into line: inout JSONWriter) {
  line.beginObject("ikev2")
  line.member("errors", transaction.errorCount)
  if !transaction.notifications.isEmpty {
    line.beginArray("notify")
    for kind in transaction.notifications { line.element(IKENames.notification(kind)) }
    line.endArray()
  }
  line.endObject()
}
