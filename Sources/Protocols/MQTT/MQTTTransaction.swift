import Wire

/// What a client or server asks for, with the answers to it; or a message that stands for itself.
///
/// It is inspected with packets of the direction that its first message came from.
package final class MQTTTransaction: Transaction {
  /// In the order in which they came, from both sides.
  package private(set) var messages: [MQTTMessage] = []
  /// What the answers name it by.
  let identifier: UInt32?
  private let connection: MQTTConnection
  private var bytes = 0

  init(
    number: UInt64, _ direction: Direction, identifier: UInt32?, _ connection: MQTTConnection,
    _ clock: PacketClock
  ) {
    self.identifier = identifier
    self.connection = connection
    super.init(number: number, completeFrom: Pair(both: 1))
    onlyDirection = direction
    progress[direction.opposite] = 1
    startNanoseconds = clock.nanoseconds
  }

  deinit { connection.budget.giveBack(bytes) }

  /// Version of the protocol that the connection's last CONNECT named; 0 without one.
  package var version: UInt8 { connection.version }

  var settings: MQTTSettings { connection.settings }

  /// Adds a message, whose bytes were taken from the budget.
  func add(_ message: MQTTMessage, bytes count: Int) {
    messages.append(message)
    bytes &+= count
    revision &+= 1
  }

  /// Events of one kind may come up again and again: that many are told of.
  func raise(_ event: MQTTEvent) {
    guard events.count < MQTTLimits.events else { return }
    events.append(event.rawValue)
    revision &+= 1
  }

  var isComplete: Bool { progress.toServer == 1 && progress.toClient == 1 }

  func complete() {
    guard !isComplete else { return }
    progress = Pair(both: 1)
    revision &+= 1
  }
}

/// What the transactions of a flow share.
final class MQTTConnection {
  let settings: MQTTSettings
  let budget = FlowBudget(bytesMax: MQTTLimits.flowBytes)
  /// Version that the last CONNECT named.
  var version: UInt8 = 0
  /// A CONNECT was answered.
  var isConnected = false

  init(_ settings: MQTTSettings) {
    self.settings = settings
  }
}

/// Events of MQTT, in the order of their numbers.
package enum MQTTEvent: UInt8, Sendable, CaseIterable {
  case missingConnect, missingPublish, missingSubscribe, missingUnsubscribe, doubleConnect,
    unintroducedMessage, invalidQuality, missingIdentifier, unassignedKind, tooManyTransactions,
    malformedTraffic, tooManyMessages

  /// Name in rules.
  var name: String {
    switch self {
    case .missingConnect: "missing_connect"
    case .missingPublish: "missing_publish"
    case .missingSubscribe: "missing_subscribe"
    case .missingUnsubscribe: "missing_unsubscribe"
    case .doubleConnect: "double_connect"
    case .unintroducedMessage: "unintroduced_message"
    case .invalidQuality: "invalid_qos_level"
    case .missingIdentifier: "missing_msg_id"
    case .unassignedKind: "unassigned_msg_type"
    case .tooManyTransactions: "too_many_transactions"
    case .malformedTraffic: "malformed_traffic"
    case .tooManyMessages: "too_many_messages"
    }
  }
}

/// `app-layer.protocols.mqtt` of the configuration.
package struct MQTTSettings: Sendable {
  /// `max-msg-length`: bytes behind the head of a message, above which it is stepped over.
  package var messageBytesMax = 1 << 20
  /// `max-tx`: transactions of a flow that are open at once, beyond which the oldest is ended.
  package var transactionsMax = MQTTLimits.transactions
  /// `max-messages`: messages of a transaction that are kept.
  package var messagesMax = 1024
  /// `subscribe-topic-match-limit`, `unsubscribe-topic-match-limit`: topics that rules see; 0 and less: all.
  package var subscribeTopicsMax = 100
  package var unsubscribeTopicsMax = 100

  package init() {}
}

/// Bounds of what a flow of MQTT may make the parser keep.
package enum MQTTLimits {
  /// Largest `max-msg-length`: an unfinished message of each direction is kept.
  package static let messageBytes = 16 << 20
  /// Largest `max-tx`: fewer than a conversation may hold, so that the oldest is ended in time.
  package static let transactions = 1000
  /// Bytes of all messages in the open transactions of a flow; what comes beyond is stepped over.
  static let flowBytes = 16 << 20
  /// Topics and properties of one message that are kept: many times what servers allow.
  static let topics = 8192
  static let properties = 1024
  /// Events of one transaction.
  static let events = 32
}
