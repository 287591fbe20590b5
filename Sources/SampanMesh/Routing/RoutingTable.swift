internal import SampanRPC
package import SampanTransport

/// Where institutions and services are, as one epoch says it. A value without I/O: names in, nodes out.
package struct RoutingTable: Sendable, Hashable {
    /// A node that takes calls.
    package struct Node: Sendable, Hashable {
        package let institution: String
        package let node: String
        /// Best first.
        package let endpoints: [Endpoint]
        fileprivate let services: Set<String>
        /// As `EpochRoute.capacity`.
        package let capacity: UInt32

        /// The same, as lines to one node.
        var lines: [Endpoint] {
            endpoints.map { endpoint in
                var line = endpoint
                line.node = "\(institution)/\(node)"
                line.capacity = capacity
                return line
            }
        }

        fileprivate func serves(_ service: String) -> Bool { services.isEmpty || services.contains(service) }
    }

    /// What a call comes to.
    package enum Answer: Sendable, Hashable {
        /// The institution is the node's own, and so is the node, if one was named: whether it serves the method it knows itself.
        case own
        /// Nodes of another institution, or others of the own, any of which will do; at least one.
        case nodes([Node])
        /// There is no such institution or node, or none that serves the method.
        case nobody(Missing)
    }

    package enum Missing: String, Sendable, Hashable {
        case institution = "INSTITUTION_UNKNOWN"
        case node = "NODE_UNKNOWN"
        case service = "SERVICE_UNKNOWN"
        case parent = "NO_PARENT_SERVES"
        case custodian = "CUSTODIAN_SERVES_NOT"
    }

    private let ownInstitution: String
    private let ownNode: String
    /// By institution, each in the order of names.
    private let nodes: [String: [Node]]
    private let parents: [String: String]
    private let custodians: [EpochCustodian.Matter: String]

    /// Institutions above one another, at the most: a tree that goes round ends there. 8: nation, province, city, county, town, village,
    /// and two to spare.
    static let deepestTree = 8

    /// Routes that name no node, or no endpoint that can be read, are passed over: they are for programs that are newer.
    package init(_ directory: EpochDirectory, institution: String, node: String) {
        ownInstitution = institution
        ownNode = node
        var (nodes, parents): ([String: [Node]], [String: String]) = ([:], [:])
        for route in directory.routes.sorted(by: { $0.name < $1.name }) {
            guard case .node(let institution, let node) = CallTarget(route.name) else { continue }
            if !route.parent.isEmpty, parents[institution] == nil { parents[institution] = route.parent }
            let endpoints = route.endpoints.compactMap { HostAndPort($0).map { Endpoint($0) } }
            guard !endpoints.isEmpty else { continue }
            nodes[institution, default: []].append(
                Node(
                    institution: institution, node: node, endpoints: endpoints, services: Set(route.services),
                    capacity: route.capacity))
        }
        (self.nodes, self.parents) = (nodes, parents)
        custodians = Dictionary(directory.custodians.map { ($0.matter, $0.custodian) }) { first, _ in first }
    }

    /// Where a call of a service goes. `isServed`: whether this node serves the method; nil for no target: then it is served here if it
    /// can be, by another node of the own institution, by its custodian, or above.
    package func resolve(_ target: CallTarget?, service: String, isServed: Bool) -> Answer {
        switch target {
        case .institution(ownInstitution):
            return isServed ? .own : others(of: ownInstitution, service) ?? kept(of: ownInstitution, service, isServed) ?? .own
        case .institution(let institution):
            if let found = Self.serving(nodes[institution] ?? [], service) { return .nodes(found) }
            return kept(of: institution, service, isServed) ?? .nobody(nodes[institution] == nil ? .institution : .service)
        case .custodian(let institution):
            return kept(of: institution, service, isServed) ?? resolve(.institution(institution), service: service, isServed: isServed)
        case .node(ownInstitution, ownNode):
            return .own
        case .node(let institution, let node):
            guard let named = nodes[institution]?.first(where: { $0.node == node }) else { return .nobody(.node) }
            return .nodes([named])
        case .parent:
            return above(service) ?? .nobody(.parent)
        case nil:
            if isServed { return .own }
            if let found = others(of: ownInstitution, service) { return found }
            if let found = kept(of: ownInstitution, service, isServed), case .nodes = found { return found }
            return above(service) ?? .nobody(.service)
        }
    }

    /// At whoever keeps for an institution; nil when nobody does. One step: a custodian has none for what it keeps
    /// (`EpochCustodian.check`).
    private func kept(of institution: String, _ service: String, _ isServed: Bool) -> Answer? {
        guard let custodian = custodian(of: institution, service) else { return nil }
        if custodian == ownInstitution, isServed { return .own }
        let there =
            custodian == ownInstitution ? others(of: custodian, service) : Self.serving(nodes[custodian] ?? [], service).map { .nodes($0) }
        return there ?? .nobody(.custodian)
    }

    /// Who keeps for an institution: in this service, else in all; nil when nobody does.
    private func custodian(of institution: String, _ service: String) -> String? {
        guard !custodians.isEmpty else { return nil }
        for name in [service, ""] {
            if let matter = try? EpochCustodian.Matter(institution: institution, service: name), let found = custodians[matter] {
                return found
            }
        }
        return nil
    }

    private func others(of institution: String, _ service: String) -> Answer? {
        Self.serving(nodes[institution]?.filter { $0.node != ownNode } ?? [], service).map { .nodes($0) }
    }

    /// The nearest institution above that serves.
    private func above(_ service: String) -> Answer? {
        var (institution, left) = (ownInstitution, Self.deepestTree)
        while left > 0, let parent = parents[institution] {
            if let found = Self.serving(nodes[parent] ?? [], service) { return .nodes(found) }
            institution = parent
            left -= 1
        }
        return nil
    }

    private static func serving(_ nodes: [Node], _ service: String) -> [Node]? {
        let serving = nodes.filter { $0.serves(service) }
        return serving.isEmpty ? nil : serving
    }

    // MARK: For people

    /// Every node, by institution and name.
    package var all: [Node] { nodes.keys.sorted().flatMap { nodes[$0] ?? [] } }

    package func parent(of institution: String) -> String? { parents[institution] }
}
