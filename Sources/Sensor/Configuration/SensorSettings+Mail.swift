import Protocols

// `app-layer.protocols.smtp`.
extension SensorSettings {
  mutating func readSMTP(_ node: ConfigurationNode, _ reader: inout SettingReader) {
    reader.flag("raw-extraction", in: node, &protocols.smtp.extractsWhole)
    if let tracker = node["inspected-tracker"] {
      reader.bytes("content-limit", in: tracker, &protocols.smtp.contentBytesMax)
      reader.bytes("content-inspect-min-size", in: tracker, &protocols.smtp.contentInspectBytesMin)
    }
    guard let mime = node["mime"] else { return }
    reader.flag("decode-mime", in: mime, &protocols.smtp.mime.isEnabled)
    reader.flag("decode-base64", in: mime, &protocols.smtp.mime.decodesBase64)
    reader.flag("decode-quoted-printable", in: mime, &protocols.smtp.mime.decodesQuotedPrintable)
    reader.bytes("header-value-depth", in: mime, &protocols.smtp.mime.headerValueBytes)
    reader.flag("extract-urls", in: mime, &protocols.smtp.mime.extractsURLs)
    if let schemes = reader.list("extract-urls-schemes", in: mime), !schemes.isEmpty {
      protocols.smtp.mime.schemes = schemes.map { $0.text.lowercased() }
    }
    reader.flag("log-url-scheme", in: mime, &protocols.smtp.mime.showsScheme)
    reader.flag("body-md5", in: mime, &protocols.smtp.mime.hashesBody)
  }
}
