/// What is checked of a request once its headers are there: host, port, authorization.
enum HTTPRequestChecks {
  /// Fills in host and port, and notes what is odd.
  static func run(_ transaction: HTTPTransaction) {
    let headers = transaction.request.headers
    checkAuthorization(transaction)
    guard let range = headers.range(of: .host) else {
      if transaction.requestVersion.elementsEqual("HTTP/1.1".utf8) {
        transaction.add(.missingHostHeader)
      }
      return
    }
    let bytes = headers.bytes
    guard !range.isEmpty else { return }
    let (host, port) = HTTPURI.splitHost(bytes, range)
    if !HTTPURI.isValidHost(bytes, host) { transaction.add(.requestHeaderHostInvalid) }
    let number = port.flatMap { HTTPText.decimal(bytes, $0) }.flatMap { UInt16(exactly: $0) }
    if port != nil, number == nil || number == 0 { transaction.add(.requestHeaderHostInvalid) }
    let lowered = bytes[host].map(HTTPText.lowercased)
    guard let known = transaction.host else {
      transaction.host = lowered
      transaction.port = number
      return
    }
    if known != lowered || (number != nil && transaction.port != nil && number != transaction.port) {
      transaction.add(.hostHeaderAmbiguous)
    }
  }
}

extension HTTPRequestChecks {
  /// Notes an Authorization header of a scheme that is not understood.
  private static func checkAuthorization(_ transaction: HTTPTransaction) {
    let headers = transaction.request.headers
    guard let value = headers.range(of: .authorization) else { return }
    let schemes = ["basic", "digest", "bearer"]
    if !schemes.contains(where: { HTTPText.startsWith(headers.bytes, value, $0) }) {
      transaction.add(.requestAuthenticationUnrecognized)
    }
  }
}

extension HTTPURI {
  /// Whether a host is a name or address (RFC 3986 §3.2.2).
  static func isValidHost(_ raw: [UInt8], _ host: Range<Int>) -> Bool {
    guard !host.isEmpty, host.count <= 255 else { return false }
    if raw[host.lowerBound] == 0x5B {
      return raw[host.upperBound &- 1] == 0x5D
        && host.dropFirst().dropLast().allSatisfy {
          HTTPText.hexValue(raw[$0]) != nil || raw[$0] == 0x3A || raw[$0] == 0x2E
        }
    }
    var labelLength = 0
    for index in host {
      let byte = raw[index]
      if byte == 0x2E {
        if labelLength == 0 { return false }
        labelLength = 0
        continue
      }
      let lower = HTTPText.lowercased(byte)
      guard (lower >= 0x61 && lower <= 0x7A) || HTTPText.isDigit(byte) || byte == 0x2D || byte == 0x5F else {
        return false
      }
      labelLength &+= 1
      if labelLength > 63 { return false }
    }
    return true
  }
}
