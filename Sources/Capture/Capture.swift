/// Capture: where frames come from.
///
/// In: paths of captures (pcap, pcapng, either of them in gzip, folders of them, standard input), or an
/// interface.
/// Out: `PacketBatch`es of frames in order of time, what was wrong with the input as `CaptureProblem`s, and
/// how far it is. It never looks into a frame, apart from a BPF filter, and never drops one silently.
package enum CaptureLimits {
  /// The longest frame in bytes: libpcap's bound for everything but USB and D-Bus. A record that claims more
  /// is damage or an attack, and where the next one begins cannot be known.
  package static let frameBytesMax = 262_144
  /// What a file's reader takes at once in bytes: large enough to make system calls rare, small enough to
  /// stay in the processor's cache until it is decoded.
  package static let chunkBytes = 262_144
  /// What a reader takes at once where several files are merged: each has a buffer of its own.
  package static let mergedChunkBytes = 65_536
  /// How many captures may overlap in time: each of them needs an open file and a buffer.
  package static let overlappingFilesMax = 512
  /// The longest pcapng block that is read into memory: the others are skipped.
  package static let blockBytesMax = 1_048_576
  /// Interfaces of one pcapng section: hostile files can describe millions.
  package static let interfacesMax = 4096
}

/// One frame's place in a batch, and what the capture says about it.
package struct CapturedFrame: BitwiseCopyable, Sendable {
  /// When it was captured, in nanoseconds since 1970 (UTC).
  package var timeNanoseconds: Int64
  /// Offset of its bytes in the batch's buffer.
  package var offset: Int32
  /// How many bytes of it were captured.
  package var length: Int32
  /// Its length on the wire in bytes, which may be more.
  package var wireLength: Int32
  /// A `LINKTYPE_` value.
  package var linkType: Int32
  /// Index of its file in the set's `files`; 0 for an interface.
  package var file: Int32 = 0
}

/// How far a set is.
package struct CaptureProgress: Sendable {
  /// Bytes read of all files, as they lie on the disk.
  package var bytesRead: UInt64 = 0
  /// Their size together; 0 where it cannot be known, as for standard input.
  package var bytesTotal: UInt64 = 0
  /// Frames that were given out.
  package var packets: UInt64 = 0
  /// Frames that the filter left out.
  package var filtered: UInt64 = 0

  package init() {}
}

/// Something that was wrong with the input: told at the end, and reflected in the exit status.
package struct CaptureProblem: Sendable, Equatable, CustomStringConvertible {
  /// The file, "-" for standard input, or the interface.
  package let file: String
  /// Where in the (uncompressed) file, in bytes from its start; nil where it is not about a place.
  package let offset: UInt64?
  /// What is wrong, without a full stop.
  package let reason: String
  /// What the user can do about it.
  package let remedy: String
  /// Whether frames before the place were delivered.
  package let isPartial: Bool
  /// A problem; `isPartial` where frames before the place were delivered.

  package init(file: String, offset: UInt64? = nil, reason: String, remedy: String, isPartial: Bool = false) {
    self.file = file
    self.offset = offset
    self.reason = reason
    self.remedy = remedy
    self.isPartial = isPartial
  }

  /// One sentence: the place, what is wrong, and the remedy.
  package var description: String {
    let place = offset.map { "\(file), byte \($0)" } ?? file
    return "\(place): \(reason); \(remedy)."
  }
}

extension CaptureProblem: Error {}
