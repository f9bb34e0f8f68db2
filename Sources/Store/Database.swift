package import GRDB

/// The durable record of runs: an SQLite file in WAL mode, so that readers (console, lists) never block the
/// writer and a killed writer leaves everything that it had acknowledged.
package struct StoreDatabase: Sendable {
  package let pool: DatabasePool
  package let path: String

  /// Opens the file, making it and its tables where they are missing. Throws `StoreFailure`.
  package init(path: String, readOnly: Bool = false) throws {
    var configuration = Configuration()
    configuration.readonly = readOnly
    configuration.busyMode = .timeout(5)
    configuration.prepareDatabase { database in
      try database.execute(sql: "PRAGMA synchronous = NORMAL")
    }
    self.path = path
    pool = try StoreFailure.telling(path) {
      let pool = try DatabasePool(path: path, configuration: configuration)
      if !readOnly { try Self.migrator.migrate(pool) }
      return pool
    }
  }

  private static var migrator: DatabaseMigrator {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("1: runs, alerts, flows, incidents, evidence") { database in
      try database.execute(sql: schema)
    }
    migrator.registerMigration("blocks: proposals and decisions") { database in
      try database.execute(sql: blockSchema)
    }
    migrator.registerMigration("places of alerts and flows") { database in
      for (table, ends) in [("alerts", ["source", "destination"]), ("flows", ["client", "server"])] {
        for column in ends.flatMap({ end in ["Point", "Unit", "District"].map { end + $0 } }) {
          try database.execute(sql: "ALTER TABLE \(table) ADD COLUMN \(column) TEXT")
        }
      }
    }
    return migrator
  }

  private static let schema = """
    CREATE TABLE runs (
      id INTEGER PRIMARY KEY, source TEXT NOT NULL, state TEXT NOT NULL,
      summary TEXT NOT NULL DEFAULT '');
    CREATE TABLE alerts (
      run INTEGER NOT NULL, packet INTEGER NOT NULL, sequence INTEGER NOT NULL, time INTEGER NOT NULL,
      flow INTEGER NOT NULL,
      transactionNumber INTEGER, gid INTEGER NOT NULL, sid INTEGER NOT NULL, revision INTEGER NOT NULL,
      message TEXT NOT NULL, category TEXT NOT NULL, priority INTEGER NOT NULL, action TEXT NOT NULL,
      source TEXT NOT NULL, sourcePort INTEGER NOT NULL, destination TEXT NOT NULL,
      destinationPort INTEGER NOT NULL, ipProtocol INTEGER NOT NULL, applicationProtocol TEXT NOT NULL,
      subject TEXT NOT NULL, incident TEXT, eve TEXT NOT NULL);
    CREATE INDEX alerts_by_time ON alerts (run, time, packet, sequence);
    CREATE INDEX alerts_by_incident ON alerts (run, incident, time);
    CREATE INDEX alerts_by_signature ON alerts (run, sid, time);
    CREATE TABLE flows (
      run INTEGER NOT NULL, flow INTEGER NOT NULL, start INTEGER NOT NULL, end INTEGER NOT NULL,
      client TEXT NOT NULL,
      clientPort INTEGER NOT NULL, server TEXT NOT NULL, serverPort INTEGER NOT NULL,
      ipProtocol INTEGER NOT NULL,
      applicationProtocol TEXT NOT NULL, state TEXT NOT NULL, packetsToServer INTEGER NOT NULL,
      packetsToClient INTEGER NOT NULL, bytesToServer INTEGER NOT NULL, bytesToClient INTEGER NOT NULL,
      alerted INTEGER NOT NULL, pppoeSession INTEGER NOT NULL);
    CREATE INDEX flows_by_start ON flows (run, start, flow);
    CREATE TABLE incidents (
      run INTEGER NOT NULL, id TEXT NOT NULL, version INTEGER NOT NULL, severity TEXT NOT NULL,
      score INTEGER NOT NULL,
      first INTEGER NOT NULL, last INTEGER NOT NULL, record TEXT NOT NULL,
      PRIMARY KEY (run, id));
    CREATE TABLE evidence (
      run INTEGER NOT NULL, incident TEXT NOT NULL, sentence INTEGER NOT NULL, alert TEXT NOT NULL,
      packet INTEGER NOT NULL,
      PRIMARY KEY (run, incident, sentence, alert)) WITHOUT ROWID;
    CREATE TABLE aggregates (
      run INTEGER NOT NULL, incident TEXT NOT NULL, sid INTEGER NOT NULL, attacker TEXT NOT NULL,
      victim TEXT NOT NULL,
      accessPoint TEXT NOT NULL, count INTEGER NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL,
      PRIMARY KEY (run, incident, sid, attacker, victim, accessPoint)) WITHOUT ROWID;
    """
}
