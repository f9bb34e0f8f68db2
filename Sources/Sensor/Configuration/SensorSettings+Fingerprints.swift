import Detection
import Protocols

extension SensorSettings {
  /// Shows JA3 in events where the configuration leaves it to the rules (`auto`) and one of them uses it.
  mutating func showFingerprints(of signatures: [Signature]) {
    let scripts = signatures.indices.flatMap { signatures[$0].allScripts }
    if scripts.contains(where: \.wantsHASSH) || Self.uses("ssh.hassh", signatures) {
      protocols.ssh.rulesUseHASSH = true
    }
    guard protocols.tls.ja3 == .automatic else { return }
    guard scripts.contains(where: \.wantsJA3) || Self.uses("ja3", signatures) else {
      return
    }
    protocols.tls.rulesUseJA3 = true
    for index in outputs.files.indices { outputs.files[index].settings.tls.showsJA3 = true }
  }

  /// Whether a rule asks for a field whose keyword begins so.
  private static func uses(_ prefix: String, _ signatures: [Signature]) -> Bool {
    var fields: Set<FieldReference> = []
    for (number, entry) in ProtocolCatalogue.all.enumerated() {
      for (place, field) in entry.fields.enumerated() where field.keyword?.hasPrefix(prefix) == true {
        fields.insert(FieldReference(protocolIndex: number, fieldIndex: place))
      }
    }
    return signatures.indices.contains { index in
      signatures[index].inspections.contains { inspection in
        guard case .field(let references) = inspection.buffer.source else { return false }
        return references.contains { fields.contains($0) }
      }
    }
  }
}
