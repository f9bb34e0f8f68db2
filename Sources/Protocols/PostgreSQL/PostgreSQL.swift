import Wire

/// PostgreSQL's protocol 3 (PostgreSQL 17, chapter 53): the protocol's entry in the catalogue.
enum PostgreSQL {
  static let entry = ApplicationProtocol(
    name: "pgsql", transports: [.tcp], ports: [5432],
    progress: Pair(["request_started", "request_complete"], ["response_started", "response_complete"]),
    events: PostgreSQLEvent.allCases.map(\.name), fields: fields,
    // A length and a version say little: the port must be one of PostgreSQL.
    probe: RecognisedProbes.postgres,
    // The letter that accepts encryption begins other protocols, too.
    answerProbe: { RecognisedProbes.postgres($0, .toClient, .tcp) },
    makeSession: { PostgreSQLSession($0.postgreSQL) })

  private static let fields: [Field] = [
    Field(
      keyword: "pgsql.query", .buffer, .toServer, progress: Pair(both: 1),
      source: "PostgreSQL 17 §53.7, Query", "Text of a simple query.",
      example: "pgsql.query; content:\"SELECT\";", of: PostgreSQLTransaction.self
    ) { transaction, _ in
      if case .query(let text) = transaction.request { .bytes(text) } else { .none }
    }
  ]
}

/// Events of PostgreSQL, in the order of their numbers.
package enum PostgreSQLEvent: UInt8, Sendable, CaseIterable {
  case invalidLength, malformedRequest, malformedResponse, tooManyTransactions

  /// Name in rules.
  var name: String {
    switch self {
    case .invalidLength: "invalid_length"
    case .malformedRequest: "malformed_request"
    case .malformedResponse: "malformed_response"
    case .tooManyTransactions: "too_many_transactions"
    }
  }
}

/// `app-layer.protocols.pgsql` of the configuration.
package struct PostgreSQLSettings: Sendable {
  /// `max-tx`: requests of a flow that are open at once, beyond which the oldest is ended.
  package var transactionsMax = PostgreSQLLimits.transactions
  /// `stream-depth`: bytes of each direction of a stream that are put together; 0: all.
  package var streamDepthBytes = 0

  package init() {}
}

/// Bounds of what a flow of PostgreSQL may make the parser keep.
package enum PostgreSQLLimits {
  /// Largest `max-tx`: fewer than a conversation may hold, so that the oldest is ended in time.
  package static let transactions = 1000
  /// Bytes of a message that is kept; of rows and copied data only the length is told, and they are stepped
  /// over.
  static let messageBytes = 256 * 1024
  /// Messages of a response that are kept.
  static let responses = 256
  /// Parameters of a start, and fields of an error.
  static let parameters = 64
}
