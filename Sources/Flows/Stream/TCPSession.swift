import Wire

/// TCP's view of a flow: the state of both ends and their streams.
package final class TCPSession {
  package init() {}
}
