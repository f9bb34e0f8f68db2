import Wire

extension ProtocolSample {
  private static let clientHello = """
    cc0000000108000102030405060702aabb004070c5396a1f98361e7b9b01a270bd56c04ef44e076b3d12a91d4615
    d158963757af7bfa2ad6328500cdc2cd038252a05236b450f261cac7eb01dd111bef43dd0b09864c393ad7b7e586
    972f2a65e0b5c9b26b8cdc123b3df9d8cc4ae01ff5e55c5158d45adb2f7113e8c54469491bf6c73c
    """
  private static let clientHelloRest = """
    c40000000108000102030405060702aabb004066a938a885f06659b11e260d395fcc8105d8c285cc81573084a4f5
    6459d528223106ccc9274972eba7cba0e81a56d79592c4babd4e0f6412564f757323b4a6148e313d2cf0c08b3c7a
    a39b21adbcda9a91628d32c85a0495d7d589322bb678f0fedca8691b85ed
    """
  private static let serverHello = """
    cd0000000102aabb080001020304050607004075c5f383681795d9ce259066396a829c22027a55eb15c22796674d
    540d5cfdc08e7cafda8b28b7ae2a88477ec9a264e935b654745f3d7fe04296881aa8e41c29eb2780c8360b5697b8
    df058dd4330b90310dec8f40b1d119bef0c3943077023671f36666fb472852d80c4771f4833d533cc260e5ff68
    """
  private static let googleHello = """
    0901020304050607085130343301000000000000000000000000a001003543484c4f030000005041440001000000
    534e49000d00000055414944150000002d676174652e6578616d706c65426561636f6e2f31
    """

  /// Hellos of version 1, the client's in two packets, and one of Google's; written by `Captures/quic.py`.
  static let quic = [
    ProtocolSample(
      "quic", of: "quic", .udp, 443,
      [
        (.toServer, bytes(ofHexadecimal: clientHello[...])),
        (.toServer, bytes(ofHexadecimal: clientHelloRest[...])),
        (.toClient, bytes(ofHexadecimal: serverHello[...])),
      ]),
    ProtocolSample(
      "quic of Google", of: "quic", .udp, 443, [(.toServer, bytes(ofHexadecimal: googleHello[...]))]),
  ]
}
