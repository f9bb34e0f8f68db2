/// Where the data of a read or write goes.
enum SMBSink {
  /// Nobody wants them.
  case none
  /// A file, at an offset of it.
  case file(SMBFile, UInt64)
  /// A named pipe; what the calls need to know of the message.
  case pipe(SMBPipe, SMBMessage)
}

/// What calls need to know of the message that carries their data.
struct SMBMessage {
  let version: UInt8
  let command: UInt16
  let key: UInt64
  let session: UInt64
  let tree: UInt32
  var status: SMBStatus?
}

/// Where one direction of a flow of SMB stands.
///
/// A message is read from its front as far as it must be known as a whole; the rest is passed over, and the
/// data of reads and writes go to their sink as they come.
struct SMBLane {
  /// Bytes of the record at hand that were not passed yet.
  var recordLeft = 0
  /// Bytes before the data, of the data, and behind them.
  var prefix = 0
  var data = 0
  var suffix = 0
  var sink = SMBSink.none
  /// Where records begin is not known after a gap.
  var isLost = false
  /// Session and tree of the command before, for those that refer to it.
  var session: UInt64 = 0
  var tree: UInt32 = 0

  /// Something is to be passed before the next message is read.
  var hasPart: Bool { prefix > 0 || data > 0 || suffix > 0 }

  /// Passes over a message that was read.
  mutating func pass(_ count: Int) {
    suffix = count
  }

  /// Passes a message with data to the sink.
  mutating func pass(_ count: Int, dataAt offset: Int, _ data: Int, to sink: SMBSink) {
    prefix = min(max(offset, 0), count)
    self.data = min(max(data, 0), count &- prefix)
    suffix = count &- prefix &- self.data
    self.sink = sink
  }
}
