import SampanMesh
import SampanTransport
import Testing

@Suite("Where a call goes")
struct RoutingTableTests {
    private static let city = "4699010000"
    private static let county = "4699010001"
    private static let other = "4699010002"
    private static let province = "4600000000"

    private static func route(_ name: String, _ services: [String] = [], parent: String = "", at endpoints: [String] = ["h:1"]) throws
        -> EpochRoute
    {
        try EpochRoute(name: name, endpoints: endpoints, services: services, parent: parent)
    }

    /// A county's node `his-1`, with a second node beside it, a neighbour, the city and the province above.
    private static func table() throws -> RoutingTable {
        try RoutingTable(
            EpochDirectory(routes: [
                route("\(county)/his-1", ["a.Own"], parent: city), route("\(county)/his-2", ["a.Second"], parent: city),
                route("\(other)/his-1", ["a.Other"], parent: city, at: ["h:2", "h:3"]),
                route("\(other)/his-2", ["a.Other", "a.More"], at: ["h:4"]),
                route("\(city)/p-1", ["a.City"], parent: province, at: ["h:5"]), route("\(province)/p-1", [], at: ["h:6"]),
            ]), institution: county, node: "his-1")
    }

    /// `own`, why nobody, or the nodes.
    private static func text(_ answer: RoutingTable.Answer) -> String {
        switch answer {
        case .own: "own"
        case .nodes(let nodes): nodes.map { "\($0.institution)/\($0.node)" }.joined(separator: " ")
        case .nobody(let missing): missing.rawValue
        }
    }

    @Test(
        "each kind of name, for services that are here, beside, elsewhere, above and nowhere",
        arguments: [
            (nil, "a.Own", true, "own"), (nil, "a.Second", false, "4699010001/his-2"), (nil, "a.City", false, "4699010000/p-1"),
            (nil, "a.Province", false, "4600000000/p-1"), (nil, "a.Other", false, "4600000000/p-1"),
            ("4699010001", "a.Own", true, "own"), ("4699010001", "a.Second", false, "4699010001/his-2"),
            ("4699010001", "a.No", false, "own"),
            ("4699010001/his-1", "a.Second", false, "own"), ("4699010001/his-2", "a.Own", true, "4699010001/his-2"),
            ("4699010002", "a.Other", false, "4699010002/his-1 4699010002/his-2"), ("4699010002", "a.More", true, "4699010002/his-2"),
            ("4699010002", "a.No", true, "SERVICE_UNKNOWN"), ("4699010002/his-1", "a.No", false, "4699010002/his-1"),
            ("4699010002/his-9", "a.Other", false, "NODE_UNKNOWN"), ("4699010009", "a.Own", true, "INSTITUTION_UNKNOWN"),
            ("4699010009/his-1", "a.Own", true, "NODE_UNKNOWN"), ("parent", "a.City", true, "4699010000/p-1"),
            ("parent", "a.Own", true, "4600000000/p-1"),
        ] as [(String?, String, Bool, String)])
    func resolve(target: String?, service: String, isServed: Bool, expected: String) throws {
        let target = try target.map { try #require(CallTarget($0)) }
        #expect(try Self.text(Self.table().resolve(target, service: service, isServed: isServed)) == expected)
    }

    @Test("endpoints are kept in their order; what cannot be read is passed over")
    func endpoints() throws {
        guard case .nodes(let nodes) = try Self.table().resolve(.institution(Self.other), service: "a.Other", isServed: false) else {
            Issue.record("no nodes")
            return
        }
        #expect(nodes.map(\.endpoints) == [[Endpoint(host: "h", port: 2), Endpoint(host: "h", port: 3)], [Endpoint(host: "h", port: 4)]])
        let odd = try RoutingTable(
            EpochDirectory(routes: [
                Self.route("no-slash"), Self.route("a/b/c"), Self.route("\(Self.other)/x", at: ["nowhere"]),
            ]), institution: Self.county, node: "n")
        #expect(odd.all.isEmpty)
        #expect(odd.resolve(.institution(Self.other), service: "a", isServed: false) == .nobody(.institution))
    }

    @Test("a tree that goes round ends, and one without a top")
    func round() throws {
        let table = try RoutingTable(
            EpochDirectory(routes: [
                Self.route("\(Self.county)/n", ["a.A"], parent: Self.city), Self.route("\(Self.city)/n", ["a.A"], parent: Self.county),
            ]),
            institution: Self.county, node: "n")
        #expect(table.resolve(.parent, service: "a.B", isServed: false) == .nobody(.parent))
        #expect(table.resolve(nil, service: "a.B", isServed: false) == .nobody(.service))
        let lonely = RoutingTable(EpochDirectory(), institution: Self.county, node: "n")
        #expect(lonely.resolve(.parent, service: "a.B", isServed: true) == .nobody(.parent))
        #expect(lonely.resolve(nil, service: "a.B", isServed: true) == .own)
    }

    @Test(
        "names of targets",
        arguments: [
            ("parent", CallTarget.parent), ("custodian-of:4699010002", .custodian(of: "4699010002")), ("custodian-of:", nil),
            ("custodian-of:parent", nil), ("custodian-of:a/b", nil), ("custodian-of:custodian-of:a", nil), ("CUSTODIAN-OF:a", nil),
            ("4699010002", .institution("4699010002")),
            ("91350100M000100Y43", .institution("91350100M000100Y43")),
            ("a/b", .node(institution: "a", node: "b")), ("", nil), ("/", nil), ("a/", nil), ("/b", nil), ("a/b/c", nil), ("a b", nil),
            ("县医院", nil), (String(repeating: "a", count: 33), nil), ("a/" + String(repeating: "b", count: 65), nil),
        ] as [(String, CallTarget?)])
    func targets(text: String, target: CallTarget?) {
        #expect(CallTarget(text) == target)
    }
}
