import Events

/// What an EVE line shows of certificates, files and accounts: the objects of some protocols.
struct EVETraces {
  private(set) var found: [Trace] = []

  /// More of them in one line tell nothing more.
  private static let countMax = 16
  private static let bytesMax = 128
  /// Shorter files are alike by chance.
  private static let fileBytesMin: UInt64 = 64

  /// Where accounts stand, by the protocol's object: the way to the value.
  private static let accounts: [String: [[String]]] = [
    "smb": [["ntlmssp", "user"]],
    "krb5": [["cname"]],
    "ldap": [["request", "bind_request", "name"]],
    "mqtt": [["connect", "username"]],
    "pgsql": [["request", "startup_parameters", "user"]],
    "rdp": [["cookie"]],
    "smtp": [["mail_from"]],
  ]

  /// Takes a member of the line; false: it is of no use here and has not been read.
  mutating func read(_ key: String, _ reader: inout JSONReader) throws(JSONReader.Failure) -> Bool {
    switch key {
    case "fileinfo": try readFile(&reader)
    case "files": try readFiles(&reader)
    case "ftp": try readFTP(&reader)
    default:
      guard let ways = Self.accounts[key] else { return false }
      for way in ways { try follow(way[...], &reader) }
    }
    return true
  }

  mutating func add(_ kind: Trace.Kind, _ value: String) {
    guard value.utf8.count >= 2, value.utf8.count <= Self.bytesMax, found.count < Self.countMax else {
      return
    }
    let trace = Trace(kind, value.lowercased())
    if !found.contains(trace) { found.append(trace) }
  }

  private mutating func follow(
    _ way: ArraySlice<String>, _ reader: inout JSONReader
  ) throws(JSONReader.Failure) {
    guard let next = way.first else {
      if let text = try reader.optionalString() { add(.account, Self.account(text)) }
      return
    }
    guard try reader.peek() == 0x7b else { return try reader.skip() }
    var copy = self
    try reader.object { (reader: inout JSONReader, key: String) throws(JSONReader.Failure) in
      if key == next { try copy.follow(way.dropFirst(), &reader) } else { try reader.skip() }
    }
    self = copy
  }

  /// Without what protocols put around a name: `mstshash=`, angle brackets.
  private static func account(_ text: String) -> String {
    var text = Substring(text)
    if text.hasPrefix("mstshash=") { text = text.dropFirst(9) }
    if text.hasPrefix("<"), text.hasSuffix(">") { text = text.dropFirst().dropLast() }
    return String(text)
  }

  private mutating func readFTP(_ reader: inout JSONReader) throws(JSONReader.Failure) {
    guard try reader.peek() == 0x7b else { return try reader.skip() }
    var command = "", data = ""
    try reader.object { (reader: inout JSONReader, key: String) throws(JSONReader.Failure) in
      switch key {
      case "command": command = try reader.optionalString() ?? ""
      case "command_data": data = try reader.optionalString() ?? ""
      default: try reader.skip()
      }
    }
    if command.uppercased() == "USER" { add(.account, data) }
  }

  private mutating func readFiles(_ reader: inout JSONReader) throws(JSONReader.Failure) {
    guard try reader.peek() == 0x5b else { return try reader.skip() }
    var copy = self
    try reader.array { (reader: inout JSONReader) throws(JSONReader.Failure) in try copy.readFile(&reader) }
    self = copy
  }

  /// One file: its strongest digest. What is empty, or was not seen whole, is like any other such file.
  private mutating func readFile(_ reader: inout JSONReader) throws(JSONReader.Failure) {
    guard try reader.peek() == 0x7b else { return try reader.skip() }
    var sha256 = "", sha1 = "", md5 = "", state = "", size: UInt64 = 0
    try reader.object { (reader: inout JSONReader, key: String) throws(JSONReader.Failure) in
      switch key {
      case "sha256": sha256 = try reader.optionalString() ?? ""
      case "sha1": sha1 = try reader.optionalString() ?? ""
      case "md5": md5 = try reader.optionalString() ?? ""
      case "state": state = try reader.optionalString() ?? ""
      case "size": size = try reader.optionalNumber() ?? 0
      default: try reader.skip()
      }
    }
    guard size >= Self.fileBytesMin, state == "CLOSED" else { return }
    if let digest = [sha256, sha1, md5].first(where: { $0.utf8.count >= 32 }) { add(.file, digest) }
  }
}
