import GRDB

/// A record that is stored by one prepared statement.
///
/// Alerts and flows come by the hundred thousand: encoding each through `Codable` and reading it back took
/// twice as long as the rest of a run that alerts on every packet.
protocol InsertedRecord {
  /// Columns in the order of `values`.
  static var columns: [String] { get }
  static var databaseTableName: String { get }
  var values: StatementArguments { get }
}

extension InsertedRecord {
  /// The statement's text.
  static var insertion: String {
    let marks = Array(repeating: "?", count: columns.count).joined(separator: ", ")
    return "INSERT INTO \(databaseTableName) (\(columns.joined(separator: ", "))) VALUES (\(marks))"
  }

  /// Stores the record.
  func store(_ statement: Statement) throws {
    try statement.execute(arguments: values)
  }
}

extension AlertRecord: InsertedRecord {
  static let columns = [
    "run", "packet", "sequence", "time", "flow", "transactionNumber", "gid", "sid", "revision", "message",
    "category",
    "priority", "action", "source", "sourcePort", "destination", "destinationPort", "ipProtocol",
    "applicationProtocol", "subject", "incident", "eve", "sourcePoint", "sourceUnit", "sourceDistrict",
    "destinationPoint", "destinationUnit", "destinationDistrict",
  ]

  var values: StatementArguments {
    [
      run, packet, sequence, time, flow, transactionNumber, gid, sid, revision, message, category,
      priority, action, source, sourcePort, destination, destinationPort, ipProtocol,
      applicationProtocol, subject, incident, eve, sourcePoint, sourceUnit, sourceDistrict,
      destinationPoint, destinationUnit, destinationDistrict,
    ]
  }
}

extension FlowRecord: InsertedRecord {
  static let columns = [
    "run", "flow", "start", "\"end\"", "client", "clientPort", "server", "serverPort", "ipProtocol",
    "applicationProtocol", "state", "packetsToServer", "packetsToClient", "bytesToServer", "bytesToClient",
    "alerted", "pppoeSession", "clientPoint", "clientUnit", "clientDistrict", "serverPoint", "serverUnit",
    "serverDistrict",
  ]

  var values: StatementArguments {
    [
      run, flow, start, end, client, clientPort, server, serverPort, ipProtocol,
      applicationProtocol, state, packetsToServer, packetsToClient, bytesToServer, bytesToClient,
      alerted, pppoeSession, clientPoint, clientUnit, clientDistrict, serverPoint, serverUnit, serverDistrict,
    ]
  }
}
