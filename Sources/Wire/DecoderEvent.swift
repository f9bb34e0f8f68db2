/// What the decoder found wrong or odd in a packet, by the names that the field knows from Suricata.
///
/// Generated table: one case per name of `DecoderEvent+Names.swift`, which holds what rules and EVE call it.
/// An event is evidence about one packet, never an error of the program.
@frozen
package enum DecoderEvent: UInt8, CaseIterable, Sendable {
  case afPacketTruncatedPacket

  case ipv4PacketTooSmall
  case ipv4HeaderLengthTooSmall
  case ipv4TotalLengthSmallerThanHeaderLength
  case ipv4TruncatedPacket
  case ipv4OptionInvalid
  case ipv4OptionInvalidLength
  case ipv4OptionMalformed
  case ipv4OptionPadRequired
  case ipv4OptionEndOfListRequired
  case ipv4OptionDuplicate
  case ipv4OptionUnknown
  case ipv4WrongIPVersion
  case ipv4ICMPv6
  case ipv4FragmentPacketTooLarge
  case ipv4FragmentOverlap
  case ipv4FragmentIgnored

  case icmpv4PacketTooSmall
  case icmpv4UnknownType
  case icmpv4UnknownCode
  case icmpv4IPv4TruncatedPacket
  case icmpv4IPv4UnknownVersion

  case icmpv6UnknownType
  case icmpv6UnknownCode
  case icmpv6PacketTooSmall
  case icmpv6IPv6UnknownVersion
  case icmpv6IPv6TruncatedPacket
  case icmpv6MLDMessageWithInvalidHopLimit
  case icmpv6UnassignedType
  case icmpv6ExperimentationType

  case ipv6PacketTooSmall
  case ipv6TruncatedPacket
  case ipv6TruncatedExtensionHeader
  case ipv6ExtensionHeaderDuplicateFragmentHeader
  case ipv6ExtensionHeaderUselessFragmentHeader
  case ipv6ExtensionHeaderDuplicateRoutingHeader
  case ipv6ExtensionHeaderDuplicateHopByHopHeader
  case ipv6ExtensionHeaderDuplicateDestinationHeader
  case ipv6ExtensionHeaderDuplicateAuthenticationHeader
  case ipv6ExtensionHeaderDuplicateEncapsulationHeader
  case ipv6ExtensionHeaderInvalidOptionLength
  case ipv6WrongIPVersion
  case ipv6ExtensionHeaderAuthenticationHeaderReservedNotNull
  case ipv6HopOptionsUnknownOption
  case ipv6HopOptionsOnlyPadding
  case ipv6DestinationOptionsUnknownOption
  case ipv6DestinationOptionsOnlyPadding
  case ipv6RoutingHeaderType0
  case ipv6ZeroLengthPadN
  case ipv6FragmentHeaderNonZeroReservedField
  case ipv6DataAfterNoneHeader
  case ipv6UnknownNextHeader
  case ipv6ICMPv4
  case ipv6FragmentPacketTooLarge
  case ipv6FragmentOverlap
  case ipv6FragmentInvalidLength
  case ipv6FragmentIgnored
  case ipv6IPv4InIPv6TooSmall
  case ipv6IPv4InIPv6WrongVersion
  case ipv6IPv6InIPv6TooSmall
  case ipv6IPv6InIPv6WrongVersion

  case tcpPacketTooSmall
  case tcpHeaderLengthTooSmall
  case tcpInvalidOptionLength
  case tcpOptionInvalidLength
  case tcpOptionDuplicate

  case udpPacketTooSmall
  case udpHeaderLengthTooSmall
  case udpHeaderLengthInvalid
  case udpLengthInvalid

  case sllPacketTooSmall

  case sll2PacketTooSmall

  case ethernetPacketTooSmall
  case ethernetUnknownEtherType

  case pppPacketTooSmall
  case pppVJUPacketTooSmall
  case pppIPv4PacketTooSmall
  case pppIPv6PacketTooSmall
  case pppWrongType
  case pppUnsupportedProtocol

  case pppoePacketTooSmall
  case pppoeWrongCode
  case pppoeMalformedTags

  case grePacketTooSmall
  case greWrongVersion
  case greVersion0Recursion
  case greVersion0Flags
  case greVersion0HeaderTooBig
  case greVersion0MalformedSourceRouteEntryHeader
  case greVersion1Checksum
  case greVersion1Route
  case greVersion1StrictSourceRoute
  case greVersion1Recursion
  case greVersion1Flags
  case greVersion1NoKey
  case greVersion1WrongProtocol
  case greVersion1MalformedSourceRouteEntryHeader
  case greVersion1HeaderTooBig

  case vlanHeaderTooSmall
  case vlanUnknownType
  case vlanTooManyLayers

  case providerBackboneHeaderTooSmall

  case vntagHeaderTooSmall
  case vntagUnknownType

  case rawIPInvalidIPVersion

  case loopbackPacketTooSmall
  case loopbackUnsupportedType

  case sctpPacketTooSmall

  case espPacketTooSmall

  case mplsHeaderTooSmall
  case mplsPacketTooSmall
  case mplsBadLabelRouterAlert
  case mplsBadLabelImplicitNull
  case mplsBadLabelReserved
  case mplsUnknownPayloadType

  case vxlanUnknownPayloadType

  case geneveUnknownPayloadType

  case erspanHeaderTooSmall
  case erspanUnsupportedVersion
  case erspanTooManyVlanLayers

  case dcePacketTooSmall

  case chdlcPacketTooSmall

  case nshHeaderTooSmall
  case nshUnsupportedVersion
  case nshBadHeaderLength
  case nshReservedType
  case nshUnsupportedType
  case nshUnknownPayload

  case tooManyLayers
}
