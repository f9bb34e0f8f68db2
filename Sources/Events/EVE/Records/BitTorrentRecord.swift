import Protocols
import Wire

/// `bittorrent_dht`: one record for each message.
let bitTorrentRecord = TransactionRecord(
  protocolName: "bittorrent-dht", type: .bitTorrent, isClientFirst: false, hasProgress: false,
  encode: encodeBitTorrent)

@Sendable
private func encodeBitTorrent(_ context: RecordContext, _ line: inout JSONWriter) {
  guard let message = (context.transaction as? BitTorrentTransaction)?.message else { return }
  line.beginObject("bittorrent_dht")
  line.member("transaction_id", hexadecimal: message.exchange)
  if let version = message.clientVersion { line.member("client_version", hexadecimal: version) }
  if let name = message.queryName { line.member("request_type", text: name) }
  if let failure = message.failure {
    line.beginObject("error")
    line.member("num", failure.code)
    line.member("msg", text: failure.text)
    line.endObject()
  }
  if let query = message.query { encode(query, into: &line) }
  if let response = message.response { encode(response, into: &line) }
  line.endObject()
}

private func encode(_ query: BitTorrentMessage.Query, into line: inout JSONWriter) {
  line.beginObject("request")
  line.member("id", hexadecimal: query.identifier)
  if let target = query.target { line.member("target", hexadecimal: target) }
  if let hash = query.infoHash { line.member("info_hash", hexadecimal: hash) }
  if let token = query.token { line.member("token", hexadecimal: token) }
  if let port = query.impliedPort { line.member("implied_port", port) }
  if let port = query.port { line.member("port", port) }
  line.endObject()
}

private func encode(_ response: BitTorrentMessage.Response, into line: inout JSONWriter) {
  line.beginObject("response")
  line.member("id", hexadecimal: response.identifier)
  encode("nodes", response.nodes, into: &line)
  encode("nodes6", response.nodes6, into: &line)
  encode("values", response.peers, into: &line)
  if let token = response.token { line.member("token", hexadecimal: token) }
  line.endObject()
}

private func encode(_ key: StaticString, _ nodes: [BitTorrentMessage.Node], into line: inout JSONWriter) {
  guard !nodes.isEmpty else { return }
  line.beginArray(key)
  for node in nodes {
    line.beginObject()
    if !node.identifier.isEmpty { line.member("id", hexadecimal: node.identifier) }
    line.member("ip", address(node.address))
    line.member("port", node.port)
    line.endObject()
  }
  line.endArray()
}

/// Four bytes dotted, sixteen in eight groups of four digits.
private func address(_ bytes: [UInt8]) -> String {
  guard bytes.count == 16 else { return bytes.map(String.init).joined(separator: ".") }
  let digits = Digest.hexadecimal(bytes)
  return stride(from: 0, to: 32, by: 4).map { String(decoding: digits[$0..<$0 + 4], as: UTF8.self) }
    .joined(separator: ":")
}
