package import Detection

/// A key of the configuration with what stands under it: Suricata's own view of YAML, in which an item
/// of a list is a node named by its position, and an item that is a mapping has its first key as its
/// value.
package struct ConfigurationNode: Sendable {
  package var name: String
  package var value: String?
  package var children: [ConfigurationNode] = []
  package var isSequence = false
  /// Set by `--set`: files don't change it.
  package var isFinal = false
  package var position: SourcePosition

  package init(name: String, position: SourcePosition) {
    self.name = name
    self.position = position
  }

  /// The child with this name.
  package func child(_ name: some StringProtocol) -> ConfigurationNode? {
    children.first { $0.name == name }
  }

  /// The node at a dotted path below this one: `outputs.1.eve-log.types`. Names may hold dots themselves, as
  /// interfaces do, so the longest name that fits is taken.
  package subscript(path: String) -> ConfigurationNode? {
    if let node = child(path) { return node }
    var end = path.endIndex
    while let dot = path[..<end].lastIndex(of: ".") {
      if let found = child(path[..<dot])?[String(path[path.index(after: dot)...])] { return found }
      end = dot
    }
    return nil
  }

  /// Position of the child with this name, which is added at the end if there is none.
  mutating func childIndex(_ name: String, _ position: SourcePosition) -> Int {
    if let index = children.firstIndex(where: { $0.name == name }) { return index }
    children.append(ConfigurationNode(name: name, position: position))
    return children.count - 1
  }

  /// Takes away all that files have set below this node; what `--set` has set stays.
  mutating func prune() {
    for index in children.indices { children[index].prune() }
    children.removeAll { !$0.isFinal && $0.children.isEmpty }
    if !isFinal { value = nil }
  }

  /// Sets a value by its dotted path, as `--set` does.
  mutating func override(_ path: ArraySlice<Substring>, with text: String, _ position: SourcePosition) {
    guard let first = path.first else {
      value = text
      isFinal = true
      return
    }
    let index = childIndex(String(first), position)
    children[index].override(path.dropFirst(), with: text, position)
  }

  /// Lines of `--dump-config`: every node as `path = value`.
  package func dump(prefix: String = "") -> [String] {
    children.flatMap { child -> [String] in
      let path = prefix.isEmpty ? child.name : "\(prefix).\(child.name)"
      return ["\(path) = \(child.value ?? "(null)")"] + child.dump(prefix: path)
    }
  }
}
