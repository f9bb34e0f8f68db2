package import Events

/// Files of lines and tables that a run writes: `outputs`, `default-log-dir`, `stats`.
package struct OutputSettings: Sendable {
  /// A file of lines, and what goes into it.
  package struct File: Sendable {
    /// Relative to the folder, unless absolute.
    package var name: String
    /// `append`: what the file holds is kept.
    package var appends = true
    /// `buffer-size`; 0: as the sensor likes.
    package var bufferBytes = 0
    package var settings: EVESettings

    package init(name: String, settings: EVESettings) {
      self.name = name
      self.settings = settings
    }
  }

  /// stats.log.
  package struct Table: Sendable {
    package var name: String
    package var appends = true

    package init(name: String) {
      self.name = name
    }
  }

  /// `default-log-dir`.
  package var folder = "."
  /// EVE files and fast.log, in the configuration's order.
  package var files: [File] = []
  package var statistics: Table?
  /// `tls-store.certs-log-dir`, where it is enabled: below the folder, unless absolute.
  package var certificateFolder: String?
  /// `pcap-log`.
  package var packetLogs: [PacketLogSettings] = []
  /// `stats.enabled`: counters are gathered and written.
  package var gathersStatistics = true
  /// `stats.interval`.
  package var statisticsIntervalSeconds = 8
  /// `stats.decoder-events`, `stats.stream-events`.
  package var countsDecoderEvents = true
  package var countsStreamEvents = false

  package init() {}

  /// The file's path.
  package func path(of name: String) -> String {
    name.hasPrefix("/") || folder.isEmpty ? name : folder.hasSuffix("/") ? folder + name : folder + "/" + name
  }
}
