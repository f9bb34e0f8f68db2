/// Who attacked whom: hosts in columns by how far they are from where it began, with arrows.
struct AttackGraph {
  /// What one host did to another.
  struct Edge {
    let from: String
    let to: String
    let label: String
    let isSuccess: Bool
  }

  private static let nodesMax = 40
  private static let (boxWidth, boxHeight, gapX, gapY) = (170, 38, 90, 22)

  /// `names` gives the second line of a host's box; `isInside` its colour.
  static func svg(
    _ edges: [Edge], names: [String: String], isInside: (String) -> Bool, title: String
  ) -> String {
    var nodes: [String] = []
    for edge in edges {
      for node in [edge.from, edge.to] where !nodes.contains(node) && nodes.count < nodesMax {
        nodes.append(node)
      }
    }
    let columns = columns(nodes, edges)
    let tallest = columns.map(\.count).max() ?? 1
    let width = columns.count * (boxWidth + gapX) + 20
    let height = tallest * (boxHeight + gapY) + 40
    var drawing = Drawing(width: max(width, 300), height: height, title: title)
    var places: [String: (x: Int, y: Int)] = [:]
    for (column, hosts) in columns.enumerated() {
      let offset = (tallest - hosts.count) * (boxHeight + gapY) / 2
      for (row, host) in hosts.enumerated() {
        places[host] = (10 + column * (boxWidth + gapX), 16 + offset + row * (boxHeight + gapY))
      }
    }
    for edge in edges where edge.from != edge.to {
      guard let from = places[edge.from], let to = places[edge.to] else { continue }
      draw(edge, from, to, &drawing)
    }
    for node in nodes {
      guard let place = places[node] else { continue }
      let color = isInside(node) ? "#e8f0fa" : "#fbe9e7"
      drawing.box(
        place.x, place.y, boxWidth, boxHeight, color, stroke: isInside(node) ? Palette.blue : Palette.red)
      drawing.text(
        place.x + boxWidth / 2, place.y + 16, Drawing.fitted(node, pixels: boxWidth - 8), anchor: "middle")
      drawing.text(
        place.x + boxWidth / 2, place.y + 31,
        Drawing.fitted(names[node] ?? "", pixels: boxWidth - 8, size: 10),
        size: 10, color: "#57606a", anchor: "middle")
    }
    return drawing.svg
  }

  private static func draw(
    _ edge: Edge, _ from: (x: Int, y: Int), _ to: (x: Int, y: Int), _ drawing: inout Drawing
  ) {
    let forward = to.x > from.x, same = to.x == from.x
    let x1 = same ? from.x + boxWidth : forward ? from.x + boxWidth : from.x
    let x2 = same ? to.x + boxWidth : forward ? to.x : to.x + boxWidth
    let (y1, y2) = (from.y + boxHeight / 2, to.y + boxHeight / 2)
    let color = edge.isSuccess ? Palette.red : Palette.grey
    drawing.arrow(x1, y1, x2, y2, color, width: edge.isSuccess ? 2 : 1)
    let (mx, my) = ((x1 + x2) / 2 - (y2 - y1) / 16, (y1 + y2) / 2 + (x2 - x1) / 16)
    drawing.text(
      mx, my - 3, Drawing.fitted(edge.label, pixels: gapX + 20, size: 10), size: 10, color: color,
      anchor: "middle")
  }

  /// Hosts by their distance from those that nobody attacked.
  private static func columns(_ nodes: [String], _ edges: [Edge]) -> [[String]] {
    let known = Set(nodes)
    let attacked = Set(edges.filter { $0.from != $0.to }.map(\.to))
    var level: [String: Int] = [:]
    var front = nodes.filter { !attacked.contains($0) }
    if front.isEmpty { front = Array(nodes.prefix(1)) }
    for node in front { level[node] = 0 }
    while !front.isEmpty {
      var next: [String] = []
      for edge in edges where front.contains(edge.from) && known.contains(edge.to) && level[edge.to] == nil {
        level[edge.to] = (level[edge.from] ?? 0) + 1
        next.append(edge.to)
      }
      front = next
    }
    let deepest = level.values.max() ?? 0
    var columns = Array(repeating: [String](), count: deepest + 1)
    for node in nodes { columns[level[node] ?? deepest].append(node) }
    return columns.filter { !$0.isEmpty }
  }
}
