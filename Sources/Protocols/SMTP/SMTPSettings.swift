/// `app-layer.protocols.smtp` of the configuration.
package struct SMTPSettings: Sendable {
  package var mime = MIMESettings()
  /// `raw-extraction`: a message is one file as it was sent, and its parts are not looked at.
  package var extractsWhole = false
  /// `inspected-tracker.content-limit`: bytes of a file kept for detection; 0: all.
  package var contentBytesMax = 100_000
  /// `inspected-tracker.content-inspect-min-size`: bytes that detection waits for before its first look.
  package var contentInspectBytesMin = 32_768

  package init() {}
}

/// `app-layer.protocols.smtp.mime` of the configuration.
package struct MIMESettings: Sendable {
  /// `decode-mime`: messages are taken apart.
  package var isEnabled = true
  package var decodesBase64 = true
  package var decodesQuotedPrintable = true
  /// `header-value-depth`: bytes of a header's line from which on it is an oddity.
  package var headerValueBytes = 2000
  package var extractsURLs = true
  /// `extract-urls-schemes`, in lower case.
  package var schemes: [String] = ["http"]
  /// `log-url-scheme`: addresses are shown with their scheme.
  package var showsScheme = false
  /// `body-md5`: the body's digest is made.
  package var hashesBody = false

  package init() {}
}

/// Bounds of what an SMTP flow may make the parser keep.
enum SMTPLimits {
  /// Bytes of a command or reply: RFC 5321 §4.5.3.1 asks for 512; the reference reads eight times as many.
  static let lineBytes = 4096
  /// Commands that wait for their reply: pipelining groups are a few dozen.
  static let commands = 1024
  /// Recipients of one message, and the bytes of all: RFC 5321 §4.5.3.1.8 asks for 100.
  static let recipients = 1024
  static let recipientBytes = 64 * 1024
  /// Events of one transaction.
  static let events = 64
}
