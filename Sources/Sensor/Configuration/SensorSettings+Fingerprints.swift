import Detection
import Protocols

extension SensorSettings {
  /// Shows JA3 in events where the configuration leaves it to the rules (`auto`) and one of them uses it.
  mutating func showFingerprints(of signatures: [Signature]) {
    let scripts = signatures.flatMap(\.allScripts)
    if scripts.contains(where: \.wantsHASSH) || signatures.contains(where: { Self.uses("ssh.hassh", $0) }) {
      protocols.ssh.rulesUseHASSH = true
    }
    guard protocols.tls.ja3 == .automatic else { return }
    guard scripts.contains(where: \.wantsJA3) || signatures.contains(where: { Self.uses("ja3", $0) }) else {
      return
    }
    protocols.tls.rulesUseJA3 = true
    for index in outputs.files.indices { outputs.files[index].settings.tls.showsJA3 = true }
  }

  private static func uses(_ prefix: String, _ signature: Signature) -> Bool {
    signature.inspections.contains { inspection in
      guard case .field(let references) = inspection.buffer.source else { return false }
      return references.contains { reference in
        let field = ProtocolCatalogue.all[reference.protocolIndex].fields[reference.fieldIndex]
        return field.keyword?.hasPrefix(prefix) == true
      }
    }
  }
}
