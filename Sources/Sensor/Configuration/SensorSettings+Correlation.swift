// `fengsui`: what only we have; Suricata passes over it.
extension SensorSettings {
  mutating func readCorrelation(_ reader: inout SettingReader) {
    sigmaFiles = reader.list("fengsui.sigma")?.map(\.text) ?? reader.text("fengsui.sigma").map { [$0] } ?? []
    mapPath = reader.text("fengsui.map")
  }

  /// Keys of that section.
  static let ownKeys = ["fengsui": "sigma map"]
}
