import Wire

extension ProtocolSample {
  private static let getMessage = """
    302602010004067075626c6963a019020101020100020100300e300c06082b060102010101000500
    """
  private static let responseMessage = """
    302602010004067075626c6963a219020101020102020101300e300c06082b060102010101000500
    """
  private static let trapMessage = """
    304802010004067075626c6963a43b06092b06010401868d1f0240040a00000902010602010743020102301e300c
    06082b060102010101000500300e06092b06010401868d1f02020105
    """
  private static let userMessage = """
    3057020103300e02014d020300ffe3040104020103041b30190406656e67696e65020101020102040561646d696e
    0400040030250406656e67696e650400a019020101020100020100300e300c06082b060102010101000500
    """
  private static let sealedMessage = """
    3038020103300e02014d020300ffe3040107020103041b30190406656e67696e65020101020102040561646d696e
    0400040004067365616c6564
    """

  /// Messages of versions 1 and 3, in the clear and encrypted.
  static let snmp = [
    ProtocolSample(
      "snmp 1", of: "snmp", .udp, 161,
      [
        (.toServer, bytes(ofHexadecimal: getMessage[...])),
        (.toClient, bytes(ofHexadecimal: responseMessage[...])),
        (.toServer, bytes(ofHexadecimal: trapMessage[...])),
      ]),
    ProtocolSample(
      "snmp 3", of: "snmp", .udp, 161,
      [
        (.toServer, bytes(ofHexadecimal: userMessage[...])),
        (.toServer, bytes(ofHexadecimal: sealedMessage[...])),
      ]),
  ]
}
