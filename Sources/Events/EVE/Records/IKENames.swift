import Protocols

/// Names of IKE's numbers, as Suricata has them (RFC 2408 §3.1, RFC 2409 appendix A, RFC 7296 §3, and the
/// registries of both versions).
enum IKENames {
  static let exchanges: [UInt8: String] = [
    0: "Unknown Exchange Type", 1: "Base", 2: "Identity Protection", 3: "Authentication Only",
    4: "Aggressive", 5: "Informational", 6: "Transaction (Config Mode)", 32: "Quick Mode",
    33: "New Group Mode",
  ]

  /// Payloads of version 1.
  static let payloads1: [UInt8: String] = [
    0: "None", 1: "SecurityAssociation", 2: "Proposal", 3: "Transform", 4: "KeyExchange",
    5: "Identification", 6: "Certificate", 7: "CertificateRequest", 8: "Hash", 9: "Signature", 10: "Nonce",
    11: "Notification", 12: "Delete", 13: "VendorID", 15: "SaKekPayload", 16: "SaTekPayload",
    17: "KeyDownload", 18: "SequenceNumber", 19: "ProofOfPossession", 20: "NatDiscovery",
    21: "NatOriginalAddress", 22: "GroupAssociatedPolicy",
  ]

  /// What an attribute of version 1 stands for.
  static func value(_ attribute: IKEAttribute) -> String {
    let names: [String] =
      switch attribute.kind {
      case 1: encryptions1
      case 2: hashes1
      case 3: methods1
      case 4: groups1
      case 11: ["LifeTypeSeconds", "LifeTypeKilobytes"]
      default: []
      }
    let place = Int(attribute.word) - 1
    return names.indices.contains(place) ? names[place] : "Unknown"
  }

  private static let encryptions1 = [
    "EncDesCbc", "EncIdeaCbc", "EncBlowfishCbc", "EncRc5R16B64Cbc", "EncTripleDesCbc", "EncCastCbc",
    "EncAesCbc", "EncCamelliaCbc",
  ]

  private static let hashes1 = [
    "HashMd5", "HashSha", "HashTiger", "HashSha2_256", "HashSha2_384", "HashSha2_512",
  ]

  private static let methods1 = [
    "AuthPreSharedKey", "AuthDssSignatures", "AuthRsaSignatures", "AuthEncryptionWithRsa",
    "AuthRevisedEncryptionWithRsa", "AuthReserved", "AuthReserved", "AuthReserved", "AuthEcdsaSha256",
    "AuthEcdsaSha384", "AuthEcdsaSha512",
  ]

  private static let groups1 = [
    "GroupDefault768BitModp", "GroupAlternate1024BitModpGroup", "GroupEc2nOnGp2p155", "GroupEc2nOnGp2p185",
    "GroupModp1536Bit", "GroupEc2nOverGf2p163", "GroupEc2nOverGf2p163", "GroupEc2nOverGf2p283",
    "GroupEc2nOverGf2p283", "GroupEc2nOverGf2p409", "GroupEc2nOverGf2p409", "GroupEc2nOverGf2p571",
    "GroupEc2nOverGf2p571", "GroupModp2048Bit", "GroupModp3072Bit", "GroupModp4096Bit", "GroupModp6144Bit",
    "GroupModp8192Bit", "GroupRandomEcp256", "GroupRandomEcp384", "GroupRandomEcp521",
    "GroupModp1024With160BitPrime", "GroupModp2048With224BitPrime", "GroupModp2048With256BitPrime",
    "GroupRandomEcp192", "GroupRandomEcp224", "GroupBrainpoolEcp224", "GroupBrainpoolEcp256",
    "GroupBrainpoolEcp384", "GroupBrainpoolEcp512",
  ]

  static func payload2(_ kind: UInt8) -> String {
    let place = Int(kind) - 33
    if kind == 0 { return "NoNextPayload" }
    return payloads2.indices.contains(place) ? payloads2[place] : other("IkePayloadType", UInt16(kind))
  }

  private static let payloads2 = [
    "SecurityAssociation", "KeyExchange", "IdentInitiator", "IdentResponder", "Certificate",
    "CertificateRequest", "Authentication", "Nonce", "Notify", "Delete", "VendorID",
    "TrafficSelectorInitiator", "TrafficSelectorResponder", "EncryptedAndAuthenticated", "Configuration",
    "ExtensibleAuthentication",
  ]

  static func encryption(_ number: UInt16) -> String {
    named(number, encryptions, from: 1) ?? other("IkeTransformEncType", number)
  }

  private static let encryptions = [
    "ENCR_DES_IV64", "ENCR_DES", "ENCR_3DES", "ENCR_RC5", "ENCR_IDEA", "ENCR_CAST", "ENCR_BLOWFISH",
    "ENCR_3IDEA", "ENCR_DES_IV32", "", "ENCR_NULL", "ENCR_AES_CBC", "ENCR_AES_CTR", "ENCR_AES_CCM_8",
    "ENCR_AES_CCM_12", "ENCR_AES_CCM_16", "", "ENCR_AES_GCM_8", "ENCR_AES_GCM_12", "ENCR_AES_GCM_16",
    "ENCR_NULL_AUTH_AES_GMAC", "", "ENCR_CAMELLIA_CBC", "ENCR_CAMELLIA_CTR", "ENCR_CAMELLIA_CCM_8",
    "ENCR_CAMELLIA_CCM_12", "ENCR_CAMELLIA_CCM_16", "ENCR_CHACHA20_POLY1305",
  ]

  static func pseudoRandom(_ number: UInt16) -> String {
    named(number, pseudoRandoms, from: 0) ?? other("IkeTransformPRFType", number)
  }

  private static let pseudoRandoms = [
    "PRF_NULL", "PRF_HMAC_MD5", "PRF_HMAC_SHA1", "PRF_HMAC_TIGER", "PRF_AES128_XCBC", "PRF_HMAC_SHA2_256",
    "PRF_HMAC_SHA2_384", "PRF_HMAC_SHA2_512", "PRF_AES128_CMAC",
  ]

  static func integrity(_ number: UInt16) -> String {
    named(number, integrities, from: 0) ?? other("IkeTransformAuthType", number)
  }

  private static let integrities = [
    "NONE", "AUTH_HMAC_MD5_96", "AUTH_HMAC_SHA1_96", "AUTH_DES_MAC", "AUTH_KPDK_MD5", "AUTH_AES_XCBC_96",
    "AUTH_HMAC_MD5_128", "AUTH_HMAC_SHA1_160", "AUTH_AES_CMAC_96", "AUTH_AES_128_GMAC",
    "AUTH_AES_192_GMAC", "AUTH_AES_256_GMAC", "AUTH_HMAC_SHA2_256_128", "AUTH_HMAC_SHA2_384_192",
    "AUTH_HMAC_SHA2_512_256",
  ]

  static func keyExchange(_ number: UInt16) -> String {
    named(number, keyExchanges, from: 0) ?? other("IkeTransformDHType", number)
  }

  private static let keyExchanges = [
    "None", "Modp768", "Modp1024", "", "", "Modp1536", "", "", "", "", "", "", "", "", "Modp2048",
    "Modp3072", "Modp4096", "Modp6144", "Modp8192", "Ecp256", "Ecp384", "Ecp521", "Modp1024s160",
    "Modp2048s224", "Modp2048s256", "Ecp192", "Ecp224", "BrainpoolP224r1", "BrainpoolP256r1",
    "BrainpoolP384r1", "BrainpoolP512r1", "Curve25519", "Curve448",
  ]

  static func sequenceNumbers(_ number: UInt16) -> String {
    named(number, ["NoESN", "ESN"], from: 0) ?? other("IkeTransformESNType", number)
  }

  static func notification(_ kind: UInt16) -> String { notifications[kind] ?? other("NotifyType", kind) }

  private static let notifications: [UInt16: String] = [
    1: "UNSUPPORTED_CRITICAL_PAYLOAD", 4: "INVALID_IKE_SPI", 5: "INVALID_MAJOR_VERSION", 7: "INVALID_SYNTAX",
    9: "INVALID_MESSAGE_ID", 11: "INVALID_SPI", 14: "NO_PROPOSAL_CHOSEN", 17: "INVALID_KE_PAYLOAD",
    24: "AUTHENTICATION_FAILED", 34: "SINGLE_PAIR_REQUIRED", 35: "NO_ADDITIONAL_SAS",
    36: "INTERNAL_ADDRESS_FAILURE", 37: "FAILED_CP_REQUIRED", 38: "TS_UNACCEPTABLE",
    39: "INVALID_SELECTORS", 43: "TEMPORARY_FAILURE", 44: "CHILD_SA_NOT_FOUND", 16384: "INITIAL_CONTACT",
    16385: "SET_WINDOW_SIZE", 16386: "ADDITIONAL_TS_POSSIBLE", 16387: "IPCOMP_SUPPORTED",
    16388: "NAT_DETECTION_SOURCE_IP", 16389: "NAT_DETECTION_DESTINATION_IP", 16390: "COOKIE",
    16391: "USE_TRANSPORT_MODE", 16392: "HTTP_CERT_LOOKUP_SUPPORTED", 16393: "REKEY_SA",
    16394: "ESP_TFC_PADDING_NOT_SUPPORTED", 16395: "NON_FIRST_FRAGMENTS_ALSO",
    16404: "MULTIPLE_AUTH_SUPPORTED", 16405: "ANOTHER_AUTH_FOLLOWS", 16406: "REDIRECT_SUPPORTED",
    16430: "IKEV2_FRAGMENTATION_SUPPORTED", 16431: "SIGNATURE_HASH_ALGORITHMS",
  ]

  private static func named(_ number: UInt16, _ names: [String], from first: Int) -> String? {
    let place = Int(number) - first
    guard names.indices.contains(place), !names[place].isEmpty else { return nil }
    return names[place]
  }

  /// A number without a name.
  private static func other(_ kind: String, _ number: UInt16) -> String {
    "\(kind)(\(number) / 0x\(String(number, radix: 16)))"
  }
}
