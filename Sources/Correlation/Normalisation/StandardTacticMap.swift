/// The map that is built in, in the form in which operators write theirs.
///
/// Names of categories are the public ones of the national guideline on classifying incidents; its codes are
/// the operator's to fill in.
package enum StandardTacticMap {
  /// The YAML text: what `fengsui site map` prints.
  package static let text = """
    # What alerts mean where their rule's metadata does not say. Metadata goes first, then `signatures`, then
    # `classifications`. Keys: tactic, technique, outcome (attempt, success), confidence (low, medium, high),
    # attacker (client, server, source, destination), category, ignore; `text`: the classification in EVE.
    classifications:
      attempted-recon:
        {tactic: reconnaissance, text: Attempted Information Leak}
      successful-recon-limited:
        {tactic: reconnaissance, outcome: success, text: Information Leak}
      successful-recon-largescale:
        {tactic: reconnaissance, outcome: success, text: Large Scale Information Leak}
      network-scan:
        {tactic: reconnaissance, text: Detection of a Network Scan}
      web-application-attack:
        {tactic: initial-access, text: Web Application Attack}
      web-application-activity:
        {tactic: initial-access, text: access to a potentially vulnerable web application}
      attempted-admin:
        {tactic: initial-access, text: Attempted Administrator Privilege Gain}
      attempted-user:
        {tactic: initial-access, text: Attempted User Privilege Gain}
      exploit-kit:
        {tactic: initial-access, text: Exploit Kit Activity Detected}
      social-engineering:
        {tactic: initial-access, text: Possible Social Engineering Attempted}
      successful-admin:
        {tactic: execution, outcome: success, text: Successful Administrator Privilege Gain}
      successful-user:
        {tactic: execution, outcome: success, text: Successful User Privilege Gain}
      shellcode-detect:
        {tactic: execution, text: Executable code was detected}
      system-call-detect:
        {tactic: execution, text: A system call was detected}
      suspicious-login:
        {tactic: credential-access, text: An attempted login using a suspicious username was detected}
      default-login-attempt:
        {tactic: credential-access, text: Attempt to login by a default username and password}
      unsuccessful-user:
        {tactic: credential-access, text: Unsuccessful User Privilege Gain}
      credential-theft:
        {tactic: credential-access, text: Successful Credential Theft Detected}
      successful-credential-theft: {tactic: credential-access, outcome: success}
      trojan-activity:
        {tactic: command-and-control, outcome: success, text: A Network Trojan was detected}
      command-and-control:
        {tactic: command-and-control, outcome: success, text: Malware Command and Control Activity Detected}
      domain-c2:
        {tactic: command-and-control, outcome: success, text: Domain Observed Used for C2 Detected}
      targeted-activity:
        {tactic: command-and-control, text: Targeted Malicious Activity was Detected}
      coin-mining:
        {tactic: impact, text: Crypto Currency Mining Activity Detected}
      exfiltration: {tactic: exfiltration, outcome: success}
      denial-of-service:
        {tactic: impact, text: Detection of a Denial of Service Attack}
      attempted-dos:
        {tactic: impact, text: Attempted Denial of Service}
      successful-dos:
        {tactic: impact, outcome: success, text: Denial of Service}
    # Single signatures or ranges:
    # - {sid: 2024897, tactic: command-and-control, technique: T1071.001, outcome: success}
    signatures: []
    # The operator's national table: fill in the codes of the edition in force.
    categories:
      - key: malware
        chinese: 有害程序事件
        english: malicious programs
        code: ""
        techniques: [T1486, T1204, T1105, T1496]
      - key: network-attack
        chinese: 网络攻击事件
        english: network attacks
        code: ""
        techniques: [T1190, T1110, T1498, T1499, T1210, T1595, T1046, T1021, T1059, T1505]
      - key: data-security
        chinese: 数据安全事件
        english: data security incidents
        code: ""
        techniques: [T1041, T1048, T1567, T1005, T1039, T1530]
      - key: content
        chinese: 信息内容安全事件
        english: content incidents
        code: ""
        techniques: [T1491]
      - key: equipment
        chinese: 设备设施故障事件
        english: equipment failures
        code: ""
        techniques: []
      - key: violation
        chinese: 违规操作事件
        english: violations of rules
        code: ""
        techniques: []
      - key: hidden-risk
        chinese: 安全隐患事件
        english: hidden risks
        code: ""
        techniques: []
      - key: abnormal
        chinese: 异常行为事件
        english: abnormal behaviour
        code: ""
        techniques: [T1071, T1571, T1572, T1568]
      - key: force-majeure
        chinese: 不可抗力事件
        english: force majeure
        code: ""
        techniques: []
      - key: other
        chinese: 其他事件
        english: other incidents
        code: ""
        techniques: []
    """
}
