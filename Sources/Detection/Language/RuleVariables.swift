/// The address and port groups that rules name with `$NAME`.
package struct RuleVariables: Sendable {
  /// A group's text and where it is defined, if that is known.
  package struct Definition: Sendable {
    package let text: String
    package let position: SourcePosition?

    package init(_ text: String, at position: SourcePosition? = nil) {
      self.text = text
      self.position = position
    }
  }

  /// Address groups by name.
  package var addresses: [String: Definition]
  /// Port groups by name.
  package var ports: [String: Definition]

  package init(addresses: [String: Definition], ports: [String: Definition]) {
    self.addresses = addresses
    self.ports = ports
  }

  /// Groups as plain texts: `["HOME_NET": "[10.0.0.0/8]"]`.
  package init(addressGroups: [String: String], portGroups: [String: String]) {
    self.init(
      addresses: addressGroups.mapValues { Definition($0) }, ports: portGroups.mapValues { Definition($0) })
  }

  /// The groups that rules of the field use, as Suricata's own configuration has them.
  package static let standard = RuleVariables(
    addressGroups: [
      "HOME_NET": "[192.168.0.0/16,10.0.0.0/8,172.16.0.0/12]", "EXTERNAL_NET": "!$HOME_NET",
      "HTTP_SERVERS": "$HOME_NET", "SMTP_SERVERS": "$HOME_NET", "SQL_SERVERS": "$HOME_NET",
      "DNS_SERVERS": "$HOME_NET", "TELNET_SERVERS": "$HOME_NET", "AIM_SERVERS": "$EXTERNAL_NET",
      "DC_SERVERS": "$HOME_NET", "DNP3_SERVER": "$HOME_NET", "DNP3_CLIENT": "$HOME_NET",
      "MODBUS_CLIENT": "$HOME_NET", "MODBUS_SERVER": "$HOME_NET", "ENIP_CLIENT": "$HOME_NET",
      "ENIP_SERVER": "$HOME_NET",
    ],
    portGroups: [
      "HTTP_PORTS": "80", "SHELLCODE_PORTS": "!80", "ORACLE_PORTS": "1521", "SSH_PORTS": "22",
      "DNP3_PORTS": "20000",
      "MODBUS_PORTS": "502", "FILE_DATA_PORTS": "[$HTTP_PORTS,110,143]", "FTP_PORTS": "21",
      "GENEVE_PORTS": "6081",
      "VXLAN_PORTS": "4789", "TEREDO_PORTS": "3544", "SIP_PORTS": "[5060, 5061]",
    ])

  /// Every problem of the groups themselves, whether a rule uses them or not.
  package func problems() -> [RuleProblem] {
    var problems: [RuleProblem] = []
    for (kind, groups) in [(GroupKind.address, addresses), (.port, ports)] {
      for (name, definition) in groups.sorted(by: { $0.key < $1.key }) {
        let place =
          definition.position ?? SourcePosition(file: "vars.\(kind.section).\(name)", line: 1, column: 1)
        do throws(RuleProblem) {
          switch kind {
          case .address: _ = try ListEvaluator.addresses("$\(name)", at: place, self)
          case .port: _ = try ListEvaluator.ports("$\(name)", at: place, self)
          }
        } catch {
          problems.append(error)
        }
      }
    }
    return problems
  }

  /// Groups of addresses and of ports have names of their own.
  enum GroupKind {
    case address, port

    var section: String { self == .address ? "address-groups" : "port-groups" }
    var noun: String { self == .address ? "address" : "port" }
  }
}
