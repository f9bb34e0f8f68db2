import Protocols
import Wire

/// `rfb`: one record for each connection.
let rfbRecord = TransactionRecord(
  protocolName: "rfb", type: .rfb, isClientFirst: false, encode: encodeRFB)

@Sendable
private func encodeRFB(_ context: RecordContext, _ line: inout JSONWriter) {
  guard let transaction = context.transaction as? RFBTransaction else { return }
  line.beginObject("rfb")
  if let version = transaction.serverVersion {
    line.beginObject("server_protocol_version")
    encode(version, into: &line)
  }
  if let version = transaction.clientVersion {
    line.beginObject("client_protocol_version")
    encode(version, into: &line)
  }
  encodeAuthentication(transaction, into: &line)
  if let reason = transaction.failureReason { line.member("server_security_failure_reason", text: reason) }
  if let isShared = transaction.isShared { line.member("screen_shared", isShared) }
  if let screen = transaction.screen { encode(screen, into: &line) }
  line.endObject()
}

private func encode(_ version: RFBTransaction.Version, into line: inout JSONWriter) {
  line.member("major", text: version.major)
  line.member("minor", text: version.minor)
  line.endObject()
}

private func encodeAuthentication(_ transaction: RFBTransaction, into line: inout JSONWriter) {
  line.beginObject("authentication")
  if let type = transaction.securityType { line.member("security_type", type) }
  if transaction.securityType == 2 {
    line.beginObject("vnc")
    if let challenge = transaction.challenge { line.member("challenge", hexadecimal: challenge) }
    if let response = transaction.response { line.member("response", hexadecimal: response) }
    line.endObject()
  }
  switch transaction.securityResult {
  case nil: break
  case 0: line.member("security_result", literal: "OK")
  case 1: line.member("security_result", literal: "FAIL")
  case 2: line.member("security_result", literal: "TOOMANY")
  case let result?: line.member("security_result", "UNKNOWN (\(result))")
  }
  line.endObject()
}

private func encode(_ screen: RFBTransaction.Screen, into line: inout JSONWriter) {
  let format = screen.format
  line.beginObject("framebuffer")
  line.member("width", screen.width)
  line.member("height", screen.height)
  line.member("name", text: screen.name)
  line.beginObject("pixel_format")
  line.member("bits_per_pixel", format.bitsPerPixel)
  line.member("depth", format.depth)
  line.member("big_endian", format.isBigEndian)
  line.member("true_color", format.hasTrueColour)
  line.member("red_max", format.redMax)
  line.member("green_max", format.greenMax)
  line.member("blue_max", format.blueMax)
  line.member("red_shift", format.redShift)
  line.member("green_shift", format.greenShift)
  line.member("blue_shift", format.blueShift)
  line.endObject()
  line.endObject()
}
