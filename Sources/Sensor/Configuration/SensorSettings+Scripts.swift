import Detection

// `security.lua`: what scripts of rules may do.
extension SensorSettings {
  mutating func readScripts(_ reader: inout SettingReader) {
    let section = "security.lua"
    reader.flag("\(section).allow-rules", &scripts.allowsRules)
    reader.flag("\(section).allow-restricted-functions", &scripts.allowsRestricted)
    reader.bytes("\(section).max-bytes", &scripts.bytesMax)
    reader.integer("\(section).max-instructions", 1...Int64.max, &scripts.instructionsMax)
  }
}
