/// What `app-layer` of the configuration says to the parsers; each protocol adds its own part in its folder.
package struct ProtocolSettings: Sendable {
  package var http = HTTPSettings()
  package var dnp3 = DNP3Settings()
  package var dns = DNSSettings()
  package var enip = ENIPSettings()
  package var ftp = FTPSettings()
  package var ldap = LDAPSettings()
  package var modbus = ModbusSettings()
  package var mqtt = MQTTSettings()
  package var nfs = NFSSettings()
  package var pop3 = POP3Settings()
  package var postgreSQL = PostgreSQLSettings()
  package var smtp = SMTPSettings()
  package var ssh = SSHSettings()
  package var tls = TLSSettings()
  package var smb = SMBSettings()
  package var webSocket = WebSocketSettings()
  /// Protocols that are switched off, and those that are only recognised (`enabled: detection-only`), by
  /// name.
  package var disabled: Set<String> = []
  package var detectionOnly: Set<String> = []
  /// Ports given in the configuration, by protocol name (`tls`), or with the transport (`dns/tcp`), instead
  /// of the protocol's own.
  package var ports: [String: [UInt16]] = [:]
  /// Whether files are hashed even where no rule asks (`file-store.force-hash`, `files.force-hash`).
  package var hashesMD5 = false
  package var hashesSHA1 = false
  package var hashesSHA256 = false
  package var hashesSM3 = false
  /// Frames that rules ask for: bit n of a protocol's mask, by its name, is the frame with the number n.
  package var frames: [String: UInt64] = [:]
  /// An output asks for all frames.
  package var announcesAllFrames = false
  /// Files may be kept: all their bytes are handed on, as far as `fileBytesMax` allows.
  package var keepsFiles = false
  /// `file-store.stream-depth` was set: it goes before the depths of protocols.
  package var hasFileLimit = false
  /// `file-store.stream-depth`: bytes of a file that are kept, and told of; 0: all.
  package var fileBytesMax = 0

  /// Some protocol's flows are bypassed once they are encrypted.
  package var bypassesEncrypted: Bool {
    tls.encryptionHandling == .bypass || ssh.encryptionHandling == .bypass
  }

  package init() {}
}
