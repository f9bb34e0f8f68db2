import GRDB

/// A proposal to block an address or range, and what was decided of it: by whom, and when.
package struct BlockRecord: Codable, Sendable, FetchableRecord, Equatable {
  package var id: Int64
  /// An address or a range.
  package var prefix: String
  package var reason: String
  package var incident: String
  package var scope: String
  /// `proposed`, `approved`, `rejected` or `withdrawn`.
  package var state: String
  /// Seconds for which it is to hold, from its approval.
  package var seconds: Int64
  /// Nanoseconds since 1970.
  package var proposed: Int64
  package var decidedBy: String
  package var decided: Int64
  package var expires: Int64
}

extension StoreDatabase {
  /// A proposal that is written.
  package struct NewBlock: Sendable {
    package var prefix: String
    package var reason: String
    package var incident: String
    package var scope: String
    package var seconds: Int64

    package init(prefix: String, reason: String, incident: String, scope: String, seconds: Int64) {
      self.prefix = prefix
      self.reason = reason
      self.incident = incident
      self.scope = scope
      self.seconds = seconds
    }
  }

  /// All proposals and decisions, oldest first; those of a state only where one is named.
  package func blocks(state: String? = nil) throws -> [BlockRecord] {
    try pool.read { database in
      try BlockRecord.fetchAll(
        database, sql: "SELECT * FROM blocks WHERE ?1 IS NULL OR state = ?1 ORDER BY id", arguments: [state])
    }
  }

  /// Writes proposals; one that is open or in force for the same address and incident is not written again.
  /// Returns
  /// how many were new.
  package func propose(_ blocks: [NewBlock], nowNanoseconds: Int64) throws -> Int {
    try StoreFailure.telling(path) {
      try pool.write { database in
        var count = 0
        for block in blocks {
          let known = try Int64.fetchOne(
            database,
            sql: "SELECT id FROM blocks WHERE prefix = ? AND incident = ? AND "
              + "(state = 'proposed' OR state = 'approved' AND expires > ?)",
            arguments: [block.prefix, block.incident, nowNanoseconds])
          guard known == nil else { continue }
          try database.execute(
            sql: "INSERT INTO blocks (prefix, reason, incident, scope, state, seconds, proposed) "
              + "VALUES (?, ?, ?, ?, 'proposed', ?, ?)",
            arguments: [
              block.prefix, block.reason, block.incident, block.scope, block.seconds, nowNanoseconds,
            ])
          count += 1
        }
        return count
      }
    }
  }

  /// Records a decision with who made it and when; returns the ones that were changed. Approving one that is
  /// in force
  /// renews it, for `seconds` where they are named.
  package func decide(
    _ identifiers: [Int64], state: String, by person: String, seconds: Int64? = nil, nowNanoseconds: Int64
  ) throws -> [BlockRecord] {
    try StoreFailure.telling(path) {
      try pool.write { database in
        var changed: [BlockRecord] = []
        for identifier in identifiers {
          try database.execute(
            sql: "UPDATE blocks SET seconds = COALESCE(?, seconds) WHERE id = ?",
            arguments: [seconds, identifier])
          try database.execute(
            sql: "UPDATE blocks SET state = ?, decidedBy = ?, decided = ?, "
              + "expires = CASE WHEN ? = 'approved' THEN ? + seconds * 1000000000 ELSE expires END "
              + "WHERE id = ?",
            arguments: [state, person, nowNanoseconds, state, nowNanoseconds, identifier])
          try database.execute(
            sql: "INSERT INTO block_decisions (block, state, decidedBy, decided) "
              + "SELECT id, state, decidedBy, decided FROM blocks WHERE id = ?", arguments: [identifier])
          changed += try BlockRecord.fetchAll(
            database, sql: "SELECT * FROM blocks WHERE id = ?", arguments: [identifier])
        }
        return changed
      }
    }
  }

  /// Tables of proposals: they outlive runs. Every decision is kept, also those that a later one took the
  /// place of.
  static let blockSchema = """
    CREATE TABLE blocks (
      id INTEGER PRIMARY KEY, prefix TEXT NOT NULL, reason TEXT NOT NULL, incident TEXT NOT NULL,
      scope TEXT NOT NULL, state TEXT NOT NULL, seconds INTEGER NOT NULL, proposed INTEGER NOT NULL,
      decidedBy TEXT NOT NULL DEFAULT '', decided INTEGER NOT NULL DEFAULT 0,
      expires INTEGER NOT NULL DEFAULT 0);
    CREATE INDEX blocks_by_prefix ON blocks (prefix, incident);
    CREATE TABLE block_decisions (
      block INTEGER NOT NULL, state TEXT NOT NULL, decidedBy TEXT NOT NULL, decided INTEGER NOT NULL);
    """
}
