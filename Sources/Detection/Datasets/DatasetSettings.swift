/// `datasets` of the configuration, and where lists that rules name are read.
package struct ListSettings: Sendable {
  /// A data set that the configuration declares.
  package struct Declaration: Sendable {
    package var name: String
    package var kind: String
    package var load: String?
    package var save: String?
    package var state: String?
    package var memcapBytes: Int?
    package var hashSize: Int?
    package var position: SourcePosition

    package init(name: String, kind: String, position: SourcePosition) {
      self.name = name
      self.kind = kind
      self.position = position
    }
  }

  /// Reads a file; nil where that is not possible. Detection itself does no I/O.
  package var read: @Sendable (String) -> [UInt8]? = { _ in nil }
  /// Whether there is a file: lists are looked for in several places, and may be too large to read for that.
  package var exists: (@Sendable (String) -> Bool)?
  /// `default-rule-path`: where list files are looked for that are not beside the rule.
  package var ruleFolder = ""
  /// `--data-dir`: where data sets are kept.
  package var dataFolder = "/var/lib/suricata/data"
  /// `datasets.defaults.memcap`: bytes of one set.
  package var memcapBytes = 100 << 20
  /// `datasets.defaults.hashsize`.
  package var hashSize = 4096
  /// `datasets.limits.single-hashsize` and `total-hashsizes`.
  package var singleHashSizeMax = 65_536
  package var totalHashSizesMax = 16_777_216
  /// `datasets.rules.allow-write`: rules may name files to be written.
  package var allowsWrite = true
  /// `datasets.rules.allow-absolute-filenames`.
  package var allowsAbsoluteNames = false
  package var declarations: [Declaration] = []
  /// A bad line in a list refuses the rule (`--init-errors-fatal`), rather than being passed over.
  package var isStrict = false

  package init() {}
}

/// Bounds of what list files may hold: they come from outside.
enum ListLimits {
  /// Bytes of one line: members longer than any URL that is still matched.
  static let lineBytes = 1 << 20
  /// Problems told of one file: the first ones show what is wrong.
  static let problems = 20
  /// Bytes of a member's JSON object: it is written with each alert.
  static let recordBytes = 64 * 1024
  /// Nesting of JSON.
  static let depth = 64
}
