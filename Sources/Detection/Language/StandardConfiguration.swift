// Generated table: the class types that the rules of the field use, with the texts and priorities that their
// classification.config gives. A classification.config named in the configuration takes its place.

extension Classifications {
  /// The class types that are known without a classification.config.
  package static let standard = Classifications(
    entries: [
      "not-suspicious": Entry(description: "Not Suspicious Traffic", priority: 3),
      "unknown": Entry(description: "Unknown Traffic", priority: 3),
      "bad-unknown": Entry(description: "Potentially Bad Traffic", priority: 2),
      "attempted-recon": Entry(description: "Attempted Information Leak", priority: 2),
      "successful-recon-limited": Entry(description: "Information Leak", priority: 2),
      "successful-recon-largescale": Entry(description: "Large Scale Information Leak", priority: 2),
      "attempted-dos": Entry(description: "Attempted Denial of Service", priority: 2),
      "successful-dos": Entry(description: "Denial of Service", priority: 2),
      "attempted-user": Entry(description: "Attempted User Privilege Gain", priority: 1),
      "unsuccessful-user": Entry(description: "Unsuccessful User Privilege Gain", priority: 1),
      "successful-user": Entry(description: "Successful User Privilege Gain", priority: 1),
      "attempted-admin": Entry(description: "Attempted Administrator Privilege Gain", priority: 1),
      "successful-admin": Entry(description: "Successful Administrator Privilege Gain", priority: 1),
      "rpc-portmap-decode": Entry(description: "Decode of an RPC Query", priority: 2),
      "shellcode-detect": Entry(description: "Executable code was detected", priority: 1),
      "string-detect": Entry(description: "A suspicious string was detected", priority: 3),
      "suspicious-filename-detect": Entry(description: "A suspicious filename was detected", priority: 2),
      "suspicious-login": Entry(
        description: "An attempted login using a suspicious username was detected", priority: 2),
      "system-call-detect": Entry(description: "A system call was detected", priority: 2),
      "tcp-connection": Entry(description: "A TCP connection was detected", priority: 4),
      "trojan-activity": Entry(description: "A Network Trojan was detected", priority: 1),
      "unusual-client-port-connection": Entry(description: "A client was using an unusual port", priority: 2),
      "network-scan": Entry(description: "Detection of a Network Scan", priority: 3),
      "denial-of-service": Entry(description: "Detection of a Denial of Service Attack", priority: 2),
      "non-standard-protocol": Entry(
        description: "Detection of a non-standard protocol or event", priority: 2),
      "protocol-command-decode": Entry(description: "Generic Protocol Command Decode", priority: 3),
      "web-application-activity": Entry(
        description: "access to a potentially vulnerable web application", priority: 2),
      "web-application-attack": Entry(description: "Web Application Attack", priority: 1),
      "misc-activity": Entry(description: "Misc activity", priority: 3),
      "misc-attack": Entry(description: "Misc Attack", priority: 2),
      "icmp-event": Entry(description: "Generic ICMP event", priority: 3),
      "inappropriate-content": Entry(description: "Inappropriate Content was Detected", priority: 1),
      "policy-violation": Entry(description: "Potential Corporate Privacy Violation", priority: 1),
      "default-login-attempt": Entry(
        description: "Attempt to login by a default username and password", priority: 2),
      "targeted-activity": Entry(description: "Targeted Malicious Activity was Detected", priority: 1),
      "exploit-kit": Entry(description: "Exploit Kit Activity Detected", priority: 1),
      "external-ip-check": Entry(description: "Device Retrieving External IP Address Detected", priority: 2),
      "domain-c2": Entry(description: "Domain Observed Used for C2 Detected", priority: 1),
      "pup-activity": Entry(description: "Possibly Unwanted Program Detected", priority: 2),
      "credential-theft": Entry(description: "Successful Credential Theft Detected", priority: 1),
      "social-engineering": Entry(description: "Possible Social Engineering Attempted", priority: 2),
      "coin-mining": Entry(description: "Crypto Currency Mining Activity Detected", priority: 2),
      "command-and-control": Entry(description: "Malware Command and Control Activity Detected", priority: 1),
    ])
}

extension ReferenceKinds {
  /// The kinds that are known without a reference.config.
  package static let standard = ReferenceKinds(
    prefixes: [
      "cve": "https://cve.mitre.org/cgi-bin/cvename.cgi?name=",
      "nessus": "https://www.tenable.com/plugins/nessus/",
      "url": "https://",
      "mcafee": "https://vil.nai.com/vil/content/v_",
      "bid": "https://www.securityfocus.com/bid/",
      "bugtraq": "https://www.securityfocus.com/bid/",
      "md5": "https://www.threatexpert.com/report.aspx?md5=",
      "secunia": "https://www.secunia.com/advisories/",
      "arachnids": "https://www.whitehats.com/info/IDS",
      "exploitdb": "https://www.exploit-db.com/exploits/",
      "msft": "https://technet.microsoft.com/security/bulletin/",
      "et": "https://doc.emergingthreats.net/",
      "etpro": "https://doc.emergingthreatspro.com/",
      "telus": "https://",
      "xforce": "http://xforce.iss.net/xforce/xfdb/",
      "osvdb": "http://osvdb.org/show/osvdb/",
      "threatexpert": "http://www.threatexpert.com/report.aspx?md5=",
      "openpacket": "https://www.openpacket.org/capture/grab/",
      "securitytracker": "http://securitytracker.com/id?",
    ])
}
