/// What this program is.
package enum Build {
  package static let version = "0.1.0"
  /// The version of Suricata whose rules, configuration and events it follows.
  package static let suricataVersion = "8.0.7"
}
