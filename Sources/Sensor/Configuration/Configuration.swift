import Detection

/// The configuration as read: a tree of keys with their places, and what was wrong.
package struct Configuration: Sendable {
  /// All keys; see `ConfigurationNode`.
  package let root: ConfigurationNode
  /// Problems met while reading the files; those of single settings come from `SensorSettings`.
  package let problems: [ConfigurationProblem]

  /// Reads a configuration.
  ///
  /// - Parameters:
  ///   - path: the main file; nil: the standard settings.
  ///   - includes: files read after it (`--include`).
  ///   - overrides: `--set` in order; they win.
  ///   - isSuricata: the standard settings are Suricata's own, who has some protocols switched off.
  package static func load(
    path: String?, includes: [String] = [], overrides: [(key: String, value: String)] = [],
    isSuricata: Bool = false
  ) -> Configuration {
    var loader = ConfigurationLoader()
    if isSuricata, path == nil {
      for name in protocolsSwitchedOff { loader.override("app-layer.protocols.\(name).enabled", with: "no") }
    }
    for (key, value) in overrides { loader.override(key, with: value) }
    if let path {
      loader.load(path)
    } else {
      loader.load(text: standardConfiguration, named: "standard configuration")
    }
    for file in includes { loader.load(file) }
    return Configuration(root: loader.root, problems: loader.problems)
  }

  /// Protocols that are off where Suricata is not told otherwise.
  private static let protocolsSwitchedOff = ["dnp3", "enip", "modbus", "pgsql"]

  /// The same from text, for tools and tests.
  package static func load(text: String, named file: String = "suricata.yaml") -> Configuration {
    var loader = ConfigurationLoader()
    loader.load(text: text, named: file)
    return Configuration(root: loader.root, problems: loader.problems)
  }

  /// The node at a dotted path.
  package subscript(path: String) -> ConfigurationNode? { root[path] }

  /// The value at a dotted path.
  package func value(_ path: String) -> String? { root[path]?.value }

  /// Lines of `--dump-config`.
  package func dump() -> [String] { root.dump() }
}
