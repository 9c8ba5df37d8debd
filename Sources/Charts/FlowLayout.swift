// Where the places and ribbons of a flow chart stand, so that no label touches another.

/// Places stacked on two sides, ribbons stacked on each place.
struct FlowLayout: Sendable {
    struct Node: Sendable {
        var name: String
        var sum: Double
        var top: Double
        var thickness: Double
    }

    struct Ribbon: Sendable {
        var thickness: Double
        var leftTop: Double
        var rightTop: Double
        /// Whether its left place has other ribbons too; one alone is labelled by the place.
        var isOneOfSeveral: Bool
    }

    static let labelWidth = 212.0
    static let nodeWidth = 10.0
    static let leftEdge = 210.0
    static let rightEdge = ChartStyle.width - 210.0
    /// Two lines of label need this much.
    private static let leastSlot = 34.0
    private static let gap = 8.0
    private static let flowHeight = 260.0
    private static let leastThickness = 1.0

    /// In the order of their first flow.
    private(set) var left: [Node] = []
    private(set) var right: [Node] = []
    /// As many as flows, in their order.
    private(set) var ribbons: [Ribbon] = []
    private(set) var height = 0.0

    /// - Precondition: every value is finite and not zero.
    init(flows: [FlowChart.Flow], fullSum: Double) {
        // A full sum smaller than the chart's own would make it grow without end.
        let thickness = flows.map { flow in
            let share = fullSum > 0 ? min(4, flow.value.magnitude / fullSum) : 0
            return max(Self.leastThickness, share * Self.flowHeight)
        }
        let leftIndex = Self.indices(flows.map(\.caused))
        let rightIndex = Self.indices(flows.map(\.paid))
        left = Self.nodes(flows.map(\.caused), leftIndex, flows, thickness)
        right = Self.nodes(flows.map(\.paid), rightIndex, flows, thickness)
        let tallest = max(Self.stackHeight(left), Self.stackHeight(right))
        Self.stack(&left, inside: tallest)
        Self.stack(&right, inside: tallest)
        height = ChartStyle.top + 18 + tallest + 14

        let leftTops = Self.ribbonTops(
            on: left, own: leftIndex, other: rightIndex, thickness: thickness)
        let rightTops = Self.ribbonTops(
            on: right, own: rightIndex, other: leftIndex, thickness: thickness)
        ribbons = flows.indices.map { flow in
            Ribbon(
                thickness: thickness[flow], leftTop: leftTops[flow], rightTop: rightTops[flow],
                isOneOfSeveral: leftIndex.filter { $0 == leftIndex[flow] }.count > 1)
        }
    }

    /// The index of each name in the order of first sight.
    private static func indices(_ names: [String]) -> [Int] {
        var known: [String: Int] = [:]
        return names.map { name in
            if let index = known[name] { return index }
            known[name] = known.count
            return known.count - 1
        }
    }

    private static func nodes(
        _ names: [String], _ indices: [Int], _ flows: [FlowChart.Flow], _ thickness: [Double]
    ) -> [Node] {
        var nodes: [Node] = []
        for flow in flows.indices {
            if indices[flow] == nodes.count {
                nodes.append(Node(name: names[flow], sum: 0, top: 0, thickness: 0))
            }
            nodes[indices[flow]].sum += flows[flow].value
            nodes[indices[flow]].thickness += thickness[flow]
        }
        return nodes
    }

    private static func slot(_ node: Node) -> Double { max(leastSlot, node.thickness) }

    private static func stackHeight(_ nodes: [Node]) -> Double {
        nodes.reduce(-gap) { $0 + slot($1) + gap }
    }

    /// Places below each other, the stack centred in `height`, each centred in its slot.
    private static func stack(_ nodes: inout [Node], inside height: Double) {
        var y = ChartStyle.top + 18 + (height - stackHeight(nodes)) / 2
        for index in nodes.indices {
            let slot = slot(nodes[index])
            nodes[index].top = y + (slot - nodes[index].thickness) / 2
            y += slot + gap
        }
    }

    /// Ribbons on a place stand in the order of their other ends, which keeps crossings few.
    private static func ribbonTops(
        on nodes: [Node], own: [Int], other: [Int], thickness: [Double]
    ) -> [Double] {
        var next = nodes.map(\.top)
        var tops = [Double](repeating: 0, count: own.count)
        let order = own.indices.sorted { (other[$0], $0) < (other[$1], $1) }
        for flow in order {
            tops[flow] = next[own[flow]]
            next[own[flow]] += thickness[flow]
        }
        return tops
    }
}
